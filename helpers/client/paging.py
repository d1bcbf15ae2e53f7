"""Lists come in pages: follow the links to the next one, on the same Canvas, to the last."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

from helpers.client.answers import Answer, json_of
from helpers.errors import NotUnderstood, WrongDomain

MOST_PAGES = 10_000
"""So many pages are read; at 100 objects each, that is a million."""


def pages(ask: Callable[[str], Answer], url: str, base_url: str) -> Iterator[Any]:
    """Yield the JSON of every page.

    Args:
        ask: asks for an address.
        url: the address of the first page.
        base_url: the Canvas, which every page must be of.

    Raises:
        WrongDomain: the next page is elsewhere.
        NotUnderstood: a page comes again, or there are more than MOST_PAGES.
    """
    seen: set[str] = set()
    known: set[bytes] = set()
    for number in range(1, MOST_PAGES + 1):
        answer = ask(url)
        content = sha256(answer.body.encode()).digest()
        # Objects have IDs; pages of equal messages may be equal.
        if content in known and '"id"' in answer.body:
            raise _endless(f"page {number} has the same objects as one before it")
        known.add(content)
        yield json_of(answer)
        seen.add(url)
        if answer.next_link is None:
            return
        url = _next(answer.next_link, base_url)
        if url in seen:
            raise _endless(f"page {number} leads back to one before it")
    raise _endless(f"it has more than {MOST_PAGES:,} pages")


def _next(link: str, base_url: str) -> str:
    """Return the address of the next page, always on this Canvas."""
    try:
        here, there = urlsplit(base_url), urlsplit(urljoin(base_url, link))
    except ValueError:
        raise _endless("the address of the next page is not valid") from None
    if there.hostname != here.hostname:
        raise WrongDomain(
            f"{here.netloc} says that the next page is at {(there.hostname or 'no host')[:100]}.",
            "Use the domain that Canvas itself uses; your token was not sent there.",
        )
    return base_url + there._replace(scheme="", netloc="").geturl()


def _endless(why: str) -> NotUnderstood:
    return NotUnderstood(
        f"The list could not be read to its end: {why}.",
        "Try again; if it happens again, ask your Canvas administrator what stands between you and Canvas.",
    )
