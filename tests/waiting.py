"""How tests wait: for a condition, with one limit that no test needs and that only ends what hangs."""

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

LONGEST_WAIT = 300.0  # seconds

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], ended: Callable[[Found], object] = bool) -> Found:
    """Ask until the answer is true, or until `ended` says that it is the awaited one, and return it.

    Raises:
        AssertionError: with the last answer, when it took so long that something must hang.
    """
    begun = time.monotonic()
    while not ended(found := condition()):
        assert time.monotonic() - begun < LONGEST_WAIT, f"still {found!r}"
        time.sleep(0.01)
    return found


def wait_on(event: Event) -> None:
    """Wait until another thread sets an event."""
    assert event.wait(LONGEST_WAIT), "nothing set the event"
