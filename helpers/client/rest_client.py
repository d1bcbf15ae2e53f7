"""RestClient: REST calls of any kind to one Canvas, and its JSON as it comes."""

import io
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from helpers.client import paging, request_plans
from helpers.client.answers import Answer, json_of
from helpers.client.connection import Connection
from helpers.client.large_files import send_in_steps
from helpers.client.models import json_object
from helpers.client.request_plans import RequestPlan
from helpers.client.transport import MOST_IN_A_FILE, MOST_IN_MEMORY, Transport, not_saved
from helpers.client.unclear_outcome import doubting
from helpers.client.upload import MultipartFile, Progress
from helpers.errors import NotUnderstood

Read = TypeVar("Read")


class RestClient:
    """Talks to one Canvas with one token: any request, and the JSON that comes back.

    The arguments and the errors are those of `CanvasClient`, which adds the methods for SIS imports.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        timeout: tuple[float, float] = (10, 60),
        deadline: float = 120.0,
        retries: int = 4,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.connection = connection
        self._sleep = sleep
        self._transport = Transport(connection, timeout, deadline, retries, sleep)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.connection!r}>"

    def get(self, path: str, **params: Any) -> Any:
        """Read anything, all pages of it if it is a list. Calls: GET /api/v1/<path>.

        Args:
            path: such as `accounts/self/courses` or `courses/sis_course_id:BIO101`.
            params: query parameters; a list becomes Canvas's `name[]`.
        """
        first, *others = self._answers(request_plans.get(path, **params))
        if not isinstance(first, list) and not others:
            return first
        items = [item for page in (first, *others) for item in _items(page)]
        return items if isinstance(first, list) else {**first, _list_name(first): items}

    def update(self, path: str, **fields: Any) -> Any:
        """Edit an object by hand, as a person would on a Canvas page. Calls: PUT /api/v1/<path>.

        Args:
            path: such as `courses/sis_course_id:BIO101`.
            fields: what changes, grouped as Canvas groups it: `course={"name": "Biology"}`.

        Returns:
            The object as it is now.
        """
        return self.send(request_plans.update(path, **fields))

    def download(self, url: str, to: Path | None = None) -> bytes | Path:
        """Download a file that Canvas points to, such as `errors_attachment["url"]`.

        The token goes to Canvas only, also where the file is stored elsewhere.

        Args:
            url: the address, as Canvas gives it.
            to: the file to write; without it the content is returned.

        Raises:
            FileNotUsable: `to` cannot be written.
        """
        if to is None:
            memory = io.BytesIO()
            self._transport.download(url, memory, MOST_IN_MEMORY)
            return memory.getvalue()
        try:
            opened = to.open("wb")
        except (OSError, ValueError) as error:  # ValueError: a character that no name may have
            raise not_saved(error) from None
        with opened as file:
            self._transport.download(url, file, MOST_IN_A_FILE)
        return to

    # Sending plans

    def send(self, plan: RequestPlan, progress: Progress | None = None) -> Any:
        """Send a plan and return the JSON of the answer."""
        with doubting(plan, self.connection):
            if plan.file is None:
                return json_of(self._transport.request(plan.method, plan.url(self.connection)))
            plan.check()
            if plan.announced:
                return send_in_steps(self._transport, plan, self.connection, progress)
            body = MultipartFile(plan.file, "attachment", progress)
            try:
                return json_of(self._transport.request(plan.method, plan.url(self.connection), body))
            finally:
                body.close()

    def answer(self, plan: RequestPlan) -> Answer:
        """Send a read and return its answer as it came: status, headers and body, also of a refusal."""
        return self._transport.request("GET", plan.url(self.connection))

    def _change(
        self, plan: RequestPlan, read: Callable[[Any], Read], progress: Progress | None = None
    ) -> Read:
        """Send what changes something and read the answer; one that cannot be read proves nothing."""
        with doubting(plan, self.connection):
            return read(self.send(plan, progress))

    def pages(self, plan: RequestPlan) -> Iterator[Any]:
        """Yield the items of a list, page after page, as long as Canvas names a next one."""
        for page in self._answers(plan):
            yield from _items(page)

    def _answers(self, plan: RequestPlan) -> Iterator[Any]:
        """Yield the JSON of every page."""
        ask, base_url = partial(self._transport.request, "GET"), self.connection.base_url
        return paging.pages(ask, plan.url(self.connection), base_url)


def _items(page: Any) -> list[Any]:
    found: list[Any] = page if isinstance(page, list) else page[_list_name(page)]
    return found


def _list_name(page: Any) -> str:
    """Return the name of the one list in an answer such as `{"sis_imports": […]}`."""
    names = [name for name, value in json_object(page).items() if isinstance(value, list)]
    if len(names) != 1:
        raise NotUnderstood("The answer is not a list.", "Check the path: this one names a single object.")
    return names[0]
