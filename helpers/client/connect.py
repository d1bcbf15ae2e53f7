"""connect(): make a client from nothing, from the environment, or from what you type.

Also remembers the last import of each practice Canvas, so that a notebook finds it again after a restart.
No token is ever written anywhere.
"""

from __future__ import annotations

import os

from helpers.client import seats
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import DOMAIN_VARIABLE, TOKEN_VARIABLE, Connection
from helpers.client.pages import page_of
from helpers.errors import ConnectionInputError, NoRoute
from helpers.place import practice_home
from practice_canvas import controls, service


def connect(canvas: str | service.Practice | None = None, token: str | None = None) -> CanvasClient:
    """Return a client for a Canvas, or for the practice Canvas when you name none.

    Args:
        canvas: a domain such as `school.test.instructure.com`, the address of a seat in a training room, or
            the practice Canvas that `start_practice` returned; default: the environment variable
            CANVAS_DOMAIN, else the practice Canvas, which is started if it is not running.
        token: your access token; default: CANVAS_API_TOKEN, and for the practice Canvas that of its admin.
            In a notebook type it into connect_panel() rather than into a cell.

    Raises:
        ConnectionInputError: the domain or the token is invalid, or there is no token for the domain.
        NoRoute: the practice Canvas does not start, or the room does not answer.
    """
    target = canvas or os.environ.get(DOMAIN_VARIABLE) or start_practice()
    if isinstance(target, service.Practice):
        return _client(target.url, token or target.token)
    token = token or os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise ConnectionInputError(
            f"There is no access token for {target}.",
            f"Type it into connect_panel(), or set {TOKEN_VARIABLE} in the environment before you start.",
        )
    return _client(target, token)


def _client(domain: str, token: str) -> CanvasClient:
    connection = Connection(domain, token)
    seats.use(connection)
    return CanvasClient(connection)


def page_url(client: CanvasClient, path: str = "/") -> str:
    """Return the address at which your browser opens a page of the Canvas you are connected to.

    Args:
        client: the connected client.
        path: of the page, such as `/sis_imports`.
    """
    return page_of(client.connection, path)


def start_practice() -> service.Practice:
    """Return your practice Canvas: your seat in a training room, else the one here, started if needed.

    Raises:
        NoRoute: it does not start, or the room does not answer.
    """
    if seat := seats.seat_in_use():
        return seat
    try:
        return service.find_or_start(practice_home())
    except (OSError, service.PracticeCanvasFault) as fault:
        raise NoRoute(
            f"The practice Canvas did not start: {fault}",
            "Run `python start.py stop`, then `python start.py` again.",
        ) from fault


def last_import_id(connection: Connection) -> int | None:
    """Return the ID of the last import sent to the practice Canvas of a connection, None if there is none.

    Calls: GET /practice/last_import
    """
    practice = _practice_of(connection)
    try:
        return controls.last_import(practice) if practice else None
    except seats.NOT_ANSWERED:
        return None


def remember_import(connection: Connection, import_id: int) -> None:
    """Remember an import of a practice Canvas for `last_import_id()`; one that does not answer is ignored.

    Calls: PUT /practice/last_import
    """
    practice = _practice_of(connection)
    try:
        if practice:
            controls.remember_import(practice, import_id)
    except seats.NOT_ANSWERED:
        return


def _practice_of(connection: Connection) -> service.Practice | None:
    """Return the practice Canvas that a connection leads to; None for a Canvas, or when it does not run."""
    if connection.environment != "practice":
        return None
    return seats.seat_of(connection) if connection.seat else service.find(practice_home())
