"""Raise a hand, and read what the trainer says: /practice/classroom."""

from dataclasses import asdict
from typing import Any

from practice_canvas import classroom
from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.params import is_true
from practice_canvas.api.routing import Route

LONGEST = 300  # characters of an announcement


def show(call: Call) -> dict[str, Any]:
    """GET /practice/classroom: whether the hand is up, and the trainer's announcement."""
    return asdict(classroom.read(call.store.home))


def change(call: Call) -> dict[str, Any]:
    """PUT /practice/classroom: raise or lower the hand (`hand`), change the trainer's `announcement`."""
    hand, announcement = call.params.get("hand"), call.params.get("announcement")
    if announcement is not None:
        classroom.announce(call.store.home, _sentence(announcement))
    if hand is not None:
        classroom.raise_hand(call.store.home, raised=is_true(hand))
    return show(call)


def _sentence(given: str) -> str:
    text = " ".join(given.split())
    if len(text) > LONGEST:
        raise errors.invalid(
            "announcement", f"The announcement has {len(text)} characters. Use at most {LONGEST}."
        )
    return text


ROUTES = (
    Route("GET", "classroom", show),
    Route("PUT", "classroom", change, writes=True),
)
