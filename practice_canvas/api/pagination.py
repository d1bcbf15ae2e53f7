"""Pages of a list and the Link header that leads from one to the next."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from practice_canvas.api import errors
from practice_canvas.api.params import to_integer

DEFAULT_PER_PAGE = 10
MOST_PER_PAGE = 100
# Left out of the links: what the link sets itself, and secrets.
NOT_KEPT = {"page", "per_page", "access_token", "api_key"}


@dataclass(frozen=True)
class Page:
    """The requested page of a list."""

    number: int
    per_page: int

    @property
    def limit(self) -> int:
        """One more than a page holds, to know whether another one follows."""
        return self.per_page + 1

    @property
    def offset(self) -> int:
        """How many items come before this page."""
        return (self.number - 1) * self.per_page


@dataclass(frozen=True)
class Listing:
    """One page of a list, ready to be answered.

    Args:
        items: the page's items as JSON values.
        page: which page it is.
        more: whether another page follows.
        total: the length of the whole list, None when it is not counted.
        key: the list's name when it is wrapped in an object.
    """

    items: list[Any]
    page: Page
    more: bool
    total: int | None = None
    key: str | None = None

    @property
    def body(self) -> Any:
        """What becomes the JSON body."""
        return {self.key: self.items} if self.key else self.items

    def link_header(self, address: str, query: list[tuple[str, str]]) -> str:
        """Return the Link header's value.

        Args:
            address: the absolute address without query.
            query: the request's query parameters.
        """
        kept = [(name, value) for name, value in query if name not in NOT_KEPT]
        number, size = self.page.number, self.page.per_page
        numbers = {
            "current": number,
            "next": number + 1 if self.more else None,
            "prev": number - 1 if number > 1 else None,
            "first": 1,
            "last": self._last_page(),
        }
        return ",".join(
            f'<{address}?{urlencode([*kept, ("page", at), ("per_page", size)])}>; rel="{name}"'
            for name, at in numbers.items()
            if at
        )

    def _last_page(self) -> int | None:
        if self.total is not None:
            return max(1, -(-self.total // self.page.per_page))
        known = not self.more and (self.items or self.page.number == 1)
        return self.page.number if known else None


def in_pages(items: list[Any], page: Page) -> Listing:
    """Return one page of a list that is in memory as a whole."""
    shown = items[page.offset : page.offset + page.limit]
    return Listing(shown[: page.per_page], page, len(shown) > page.per_page, len(items))


def requested_page(page: str | None, per_page: str | None) -> Page:
    """Read the parameters page and per_page.

    Raises:
        ApiError: the page is not a positive number (404, as Canvas answers).
    """
    if (page and not re.fullmatch(r"[0-9]{1,12}", page)) or (page and int(page) < 1):
        raise errors.not_found()
    size = DEFAULT_PER_PAGE if per_page is None else min(max(to_integer(per_page), 1), MOST_PER_PAGE)
    return Page(int(page or 1), size)
