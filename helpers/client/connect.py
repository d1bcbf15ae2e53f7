"""connect(): make a client from nothing, from the environment, or from what you type.

Also remembers the last import of each practice Canvas, so that a notebook finds it again after a restart.
No token is ever written anywhere.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import DOMAIN_VARIABLE, TOKEN_VARIABLE, Connection
from helpers.errors import ConnectionInputError, NoRoute
from helpers.place import practice_home
from practice_canvas import service


def connect(canvas: str | service.Practice | None = None, token: str | None = None) -> CanvasClient:
    """Return a client for a Canvas, or for the practice Canvas when you name none.

    Args:
        canvas: a domain such as `school.test.instructure.com`, or the practice Canvas that `start_practice`
            returned; default: the environment variable CANVAS_DOMAIN, else the practice Canvas, which is
            started if it is not running.
        token: your access token; default: CANVAS_API_TOKEN, and for the practice Canvas its public one.
            In a notebook type it into connect_panel() rather than into a cell.

    Raises:
        ConnectionInputError: the domain or the token is invalid, or there is no token for the domain.
        NoRoute: the practice Canvas does not start.
    """
    target = canvas or os.environ.get(DOMAIN_VARIABLE) or start_practice()
    if isinstance(target, service.Practice):
        return CanvasClient(Connection(target.url, token or target.token))
    token = token or os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise ConnectionInputError(
            f"There is no access token for {target}.",
            f"Type it into connect_panel(), or set {TOKEN_VARIABLE} in the environment before you start.",
        )
    return CanvasClient(Connection(target, token))


def start_practice() -> service.Practice:
    """Find the practice Canvas that runs, or start it.

    Raises:
        NoRoute: it does not start.
    """
    try:
        return service.find_or_start(practice_home())
    except (OSError, service.PracticeCanvasFault) as fault:
        raise NoRoute(
            f"The practice Canvas did not start: {fault}",
            "Run `python start.py stop`, then `python start.py` again.",
        ) from fault


def last_import_id() -> int | None:
    """Return the ID of the last import sent to the running practice Canvas, None if there is none."""
    practice = service.find(practice_home())
    if practice is None:
        return None
    try:
        return int(json.loads((practice.home / service.LAST_IMPORT_FILE).read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def remember_import(import_id: int) -> None:
    """Remember an import of the practice Canvas for `last_import_id()`; a full disk is ignored."""
    practice = service.find(practice_home())
    if practice is None:
        return
    target = practice.home / service.LAST_IMPORT_FILE
    fresh = target.with_suffix(
        f".{os.getpid()}"
    )  # two notebooks may write at once: each replaces the file as a whole
    with suppress(OSError):
        fresh.write_text(json.dumps({"id": import_id}), encoding="utf-8")
        fresh.replace(target)
