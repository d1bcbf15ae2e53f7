"""A seat of a room, as clients find it: its address, and how to ask a room for one."""

import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import replace

from practice_canvas.credentials import ROOM_KEY_VARIABLE
from practice_canvas.fetching import fetch
from practice_canvas.refusals import why_refused
from practice_canvas.service import Practice, PracticeCanvasFault, ask

ROOM_VARIABLE = "PRACTICE_CANVAS_ROOM"
"""The environment variable with the address of the room's join page, where a hub sets the learners up."""
USER_VARIABLE = "JUPYTERHUB_USER"
SECONDS_FOR_A_SEAT = 30.0  # all learners of a room may come at once
_UNUSABLE = (OSError, ValueError, LookupError, TypeError, http.client.HTTPException)
"""What asking an address may end with that is no practice Canvas."""


def is_practice_canvas(url: str) -> bool:
    """Return whether a practice Canvas answers at an address; no token is sent to find out.

    Calls: GET /practice/health
    """
    try:
        health = fetch(urllib.request.Request(f"{url}/practice/health"))  # noqa: S310 (http or https)
        return health["practice_canvas"] is True
    except _UNUSABLE:
        return False


def find_seat(url: str, token: str) -> Practice | None:
    """Return a seat to control, None when the token is not the one that the seat's learner was given.

    Calls: GET /practice/tokens/shared

    Args:
        url: its address.
        token: of the form that rooms make; it goes to the address, so check `is_practice_canvas` first.
    """
    seat = Practice(url, token, {}, pid=0, home=None, secret=token)
    try:
        return replace(seat, tokens=dict(ask(seat, "GET", "tokens/shared")))
    except _UNUSABLE:
        return None


def seat_of_hub_user() -> Practice | None:
    """Return the seat of the hub's user in the room that the hub names; None where it names none.

    Raises:
        PracticeCanvasFault: like `ask_for_seat`.
    """
    room, user = os.environ.get(ROOM_VARIABLE), os.environ.get(USER_VARIABLE)
    if not room:
        return None
    if not user:
        raise PracticeCanvasFault(
            f"The variable {ROOM_VARIABLE} names a room, but {USER_VARIABLE} does not say whose seat to take."
            " Connect with the address and the token from the join page instead."
        )
    return ask_for_seat(room, user, os.environ.get(ROOM_KEY_VARIABLE, ""))


def ask_for_seat(room: str, name: str, key: str) -> Practice:
    """Return the seat that a room has for a name: always the same one.

    Calls: POST /seat

    Args:
        room: the address of the room's join page.
        name: the learner's.
        key: what the room needs before it gives seats; "" for nothing.

    Raises:
        PracticeCanvasFault: the room does not answer, or has no seat for that name.
    """
    request = urllib.request.Request(f"{room.rstrip('/')}/seat", method="POST")  # noqa: S310 (http or https)
    request.data = json.dumps({"name": name, "key": key}).encode()
    request.add_header("Content-Type", "application/json")
    try:
        given = fetch(request, SECONDS_FOR_A_SEAT)
        seat = find_seat(given["url"], given["token"])
    except urllib.error.HTTPError as refusal:
        otherwise = f"The room gave no seat (HTTP {refusal.code}). Ask the trainer to look at it."
        raise PracticeCanvasFault(why_refused(refusal) or otherwise) from None
    except _UNUSABLE as fault:
        raise PracticeCanvasFault(
            f"The room at {room} does not answer. Ask the trainer whether it runs, and check {ROOM_VARIABLE}."
        ) from fault
    if seat is None:
        raise PracticeCanvasFault(f"The seat at {given['url']} does not answer. Tell the trainer.")
    return seat
