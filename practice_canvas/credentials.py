"""The access tokens and the secret of one practice Canvas: public ones, given ones, or its own."""

import errno
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOKEN_VARIABLE = "PRACTICE_CANVAS_TOKEN"  # noqa: S105 (a name)
SECRET_VARIABLE = "PRACTICE_CANVAS_SECRET"  # noqa: S105 (a name)
OWN_TOKENS_VARIABLE = "PRACTICE_CANVAS_OWN_TOKENS"
ROOM_KEY_VARIABLE = "PRACTICE_CANVAS_ROOM_KEY"
TOKENS_FILE = "tokens.json"
SECONDS_TO_REPLACE = 2.0
_USABLE = re.compile(r"[A-Za-z0-9\-._~+/]{8,200}=*")
_RULE = "use 8 to 200 letters, digits, or characters of - . _ ~ + / without spaces"


class BadCredential(ValueError):
    """A token or secret in the environment cannot be used; the text says which and why, not what it is."""


@dataclass(frozen=True)
class Credentials:
    """What callers must present.

    Args:
        tokens: access token by name: admin, no_permission, expired, read_only.
        secret: what control calls must carry when they need a secret.
        public: whether the tokens that everyone knows work.
    """

    tokens: dict[str, str] = field(repr=False)
    secret: str = field(repr=False)
    public: bool


def credentials(home: Path, stock: Mapping[str, str], *, own: bool) -> Credentials:
    """Return the credentials of this start.

    Args:
        home: the data folder, which keeps its own tokens: clients go on working after a restart.
        stock: the public token by name.
        own: take tokens that nobody else knows in place of the public ones.

    Raises:
        BadCredential: PRACTICE_CANVAS_TOKEN or PRACTICE_CANVAS_SECRET cannot be used.
        OSError: its own tokens cannot be stored.
    """
    tokens = own_tokens(home, stock) if own else dict(stock)
    if given := _given(TOKEN_VARIABLE):
        tokens["admin"] = given
        if len(set(tokens.values())) < len(tokens):
            raise BadCredential(f"{TOKEN_VARIABLE} is the token of another user: choose another one.")
    return Credentials(tokens, _given(SECRET_VARIABLE) or secrets.token_urlsafe(), public=not own)


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a process that has no use for token and secret."""
    return {
        name: value
        for name, value in environment.items()
        if name not in (TOKEN_VARIABLE, SECRET_VARIABLE, ROOM_KEY_VARIABLE)
    }


def write_private(path: Path, value: object) -> None:
    """Write JSON to a file that only this user can read, from its first byte on; replace it as a whole.

    Raises:
        OSError: it cannot be written; EBUSY when another program keeps the present one open.
    """
    fresh = unfinished(path)
    fresh.unlink(missing_ok=True)  # a file that a killed process left would keep its mode
    only_mine = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(only_mine, "w", encoding="utf-8") as file:
            json.dump(value, file)
        _replace(path, fresh)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def unfinished(path: Path) -> Path:
    """Return the file that a private file is written to first; a kill may leave it."""
    return path.with_suffix(".new")


def _replace(path: Path, fresh: Path) -> None:
    """Put a file in another one's place. Windows refuses as long as anybody reads the other one."""
    deadline = time.monotonic() + SECONDS_TO_REPLACE
    while True:
        try:
            fresh.replace(path)
            return
        except PermissionError as fault:
            if time.monotonic() > deadline:
                raise OSError(errno.EBUSY, "another program has it open", str(path)) from fault
            time.sleep(0.01)


def _given(variable: str) -> str | None:
    value = os.environ.get(variable)
    if value and not _USABLE.fullmatch(value):
        raise BadCredential(f"The environment variable {variable} cannot be used: {_RULE}.")
    return value or None


def own_tokens(
    home: Path, names: Iterable[str], make: Callable[[], str] = secrets.token_urlsafe
) -> dict[str, str]:
    """Return a home's own tokens by name; make them when there are none that can be read.

    Args:
        home: the data folder, which keeps them.
        names: of the tokens.
        make: makes one token.

    Raises:
        OSError: they cannot be stored.
    """
    path = home / TOKENS_FILE
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.keys() == set(names) and all(_USABLE.fullmatch(token) for token in kept.values()):
            return dict(kept)
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        pass
    made = {name: make() for name in names}
    write_private(path, made)
    return made
