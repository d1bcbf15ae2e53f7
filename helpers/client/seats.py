"""The seat of a training room that this process uses in place of a practice Canvas on this computer.

It is kept in memory alone: no token is ever written anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Any

from helpers.client.connection import DOMAIN_VARIABLE, TOKEN_VARIABLE, Connection
from helpers.errors import NoRoute
from practice_canvas import controls, joining
from practice_canvas.seat_tokens import seat_number
from practice_canvas.service import Practice, PracticeCanvasFault

NOT_ANSWERED = (OSError, ValueError, LookupError, TypeError, HTTPException, PracticeCanvasFault)
"""What asking a practice Canvas may end with, also where something else answers at its address."""

_in_use: list[Practice] = []  # one, or none


def seat_in_use() -> Practice | None:
    """Return the seat that this process uses: the one connected to last, else that of the environment.

    The environment names a seat by CANVAS_DOMAIN and CANVAS_API_TOKEN, or, in a hub, the room.

    Raises:
        NoRoute: the seat or the room that the environment names does not answer.
    """
    if not _in_use:
        found = _of_two_variables() or _of_hub_user()
        _in_use.extend([found] if found else [])
    return _in_use[0] if _in_use else None


def use(connection: Connection) -> None:
    """Use the seat that a connection leads to, if its token is the one that the seat's learner was given."""
    found = joining.find_seat(connection.base_url, connection.seat_token) if connection.seat else None
    if found:
        _in_use[:] = [found]


def address_in_use() -> str | None:
    """Return the address of the seat connected to last, None if there is none; nothing is asked."""
    return next((seat.url for seat in _in_use), None)


def leave() -> None:
    """Use no seat any longer."""
    _in_use.clear()


def seat_of(connection: Connection) -> Practice | None:
    """Return the seat in use if a connection leads to it, else None."""
    return next((seat for seat in _in_use if seat.url == connection.base_url), None)


@dataclass(frozen=True)
class Classroom:
    """What passes between a learner and the trainer of the room.

    Args:
        hand_is_up: whether the learner asks for help.
        announcement: what the trainer says; "" for nothing.
    """

    hand_is_up: bool
    announcement: str


def classroom_of(connection: Connection) -> Classroom | None:
    """Return what the trainer says at a seat, and whether the hand is up; None without an answer.

    Calls: GET /practice/classroom
    """
    return _classroom(connection, controls.classroom)


def raise_hand(connection: Connection, *, raised: bool) -> Classroom | None:
    """Raise the hand at a seat or lower it; returns like `classroom_of`. Calls: PUT /practice/classroom."""
    return _classroom(connection, partial(controls.raise_hand, raised=raised))


def _classroom(connection: Connection, ask: Callable[[Practice], dict[str, Any]]) -> Classroom | None:
    seat = seat_of(connection)
    try:
        found = ask(seat) if seat else None
        return Classroom(found["hand_raised_at"] is not None, found["announcement"]) if found else None
    except NOT_ANSWERED:
        return None


def _of_two_variables() -> Practice | None:
    domain, token = os.environ.get(DOMAIN_VARIABLE), os.environ.get(TOKEN_VARIABLE, "")
    if not domain or seat_number(token) is None:
        return None
    connection = Connection(domain, token)
    found = joining.find_seat(connection.base_url, connection.seat_token)
    if found is None:
        raise NoRoute(
            f"{connection.base_url} does not accept the token of seat {connection.seat}.",
            f"Copy the address and the token from the join page into {DOMAIN_VARIABLE} and {TOKEN_VARIABLE}.",
        )
    return found


def _of_hub_user() -> Practice | None:
    try:
        return joining.seat_of_hub_user()
    except PracticeCanvasFault as fault:
        raise NoRoute(f"You have no seat: {fault}", "Then run this cell again.") from fault
