"""The form of the access tokens that rooms make for their seats."""

import re
import secrets

_TOKEN = re.compile(r"seat-([1-9][0-9]{0,3})~[A-Za-z0-9_-]{8,}")


def new_token(number: int) -> str:
    """Make an access token of a seat. Only rooms make tokens of this form; Canvas never does."""
    return f"seat-{number}~{secrets.token_urlsafe()}"


def seat_number(token: str) -> int | None:
    """Return the seat that a token belongs to by its form, None for any other token."""
    found = _TOKEN.fullmatch(token)
    return int(found[1]) if found else None
