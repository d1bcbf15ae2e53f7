"""Addresses that a server names: of a file, of the next step, of another place. None is opened unchecked."""

from urllib.parse import urljoin, urlsplit

from helpers.errors import NotUnderstood, clip


def resolve(base: str, given: object) -> str:
    """Return the whole address of what a server named.

    Args:
        base: the address of the answer that named it.
        given: what was named: a whole address, or a path.

    Raises:
        NotUnderstood: it is not an address on the web, or one that is not encrypted while `base` is.
    """
    if isinstance(given, str):
        try:
            address = urljoin(base, given)
            parts = urlsplit(address)
            secure = parts.scheme == "https" or (parts.scheme == "http" and urlsplit(base).scheme == "http")
            if secure and parts.hostname and parts.port != 0:
                return address
        except ValueError:
            pass
    shown = given if isinstance(given, str) else type(given).__name__
    raise NotUnderstood(
        f"The answer names an address that cannot be used: {clip(shown, 100)!r}.",
        "Nothing was asked there. Check that this is the domain of your Canvas, then try again.",
    )
