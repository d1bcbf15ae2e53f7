"""Poll one SIS import until it ends.

Source of the facts: Canvas's public code and API documentation. An import ends in a terminal
`workflow_state`; `progress` does not show it, since a failed import never reaches 100.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from helpers.client.models import SisImport
from helpers.errors import CanvasError, DeadlinePassed, NotReachable, RateLimited, Refused, ServerFault

PASSING_FAULTS = (NotReachable, ServerFault, RateLimited)
SECONDS_WITHOUT_AN_ANSWER = 60.0  # as long as a changed network or a restarted server takes
SECONDS_BEFORE_A_STALL = 30.0
GROWTH = 1.25  # each wait is about a fifth of the time without news, so news is never noticed late

WHY_NO_NEWS = {
    "initializing": (
        "Canvas has no file for it yet. An upload that was refused or never finished stays here"
        " and never runs; you may abort it."
    ),
    "created": "That is normal while another import runs: Canvas takes one at a time, oldest first.",
    "importing": "That is normal in a large file: progress moves when a chunk of 100 to 1,000 rows is done.",
    "cleanup_batch": "That is normal in a full batch: Canvas removes what the files no longer list.",
    "restoring": "That is normal: Canvas writes the earlier states back one record after another.",
}


@dataclass(frozen=True)
class Snapshot:
    """What one poll of an import returned.

    `at` is the time of the poll (UTC), `seconds` the time since the first one, `sis_import` the answer
    (None when there was none), `note` a sentence when there is something to say.
    """

    at: datetime
    seconds: float
    sis_import: SisImport | None
    note: str | None = None


def follow(
    get_import: Callable[[], SisImport],
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], bool] | None = None,
    first: float = 1.0,
    longest: float = 15.0,
    deadline: float = 3600.0,
) -> Iterator[Snapshot]:
    """Yield a snapshot per poll until the import is in a terminal state.

    The wait between polls grows from `first` to `longest` seconds while nothing changes and drops back
    when something did. `wait(seconds)` sleeps and returns True to stop watching at once.

    Raises DeadlinePassed after `deadline` seconds, UnexpectedState for a state Canvas does not document,
    and the error itself when no answer came for a minute, Canvas asks for a pause that long, or waiting
    cannot help.

    Calls: whatever `get_import` calls, usually GET /api/v1/accounts/self/sis_imports/:id
    """
    watch = _Watch(clock, first, longest)
    while True:
        snapshot = watch.note(_poll(get_import))
        yield snapshot
        if snapshot.sis_import and snapshot.sis_import.state.terminal:
            return
        remaining = deadline - snapshot.seconds
        if remaining <= 0:
            raise _deadline_passed(watch.latest, deadline)
        if (wait or _sleep)(min(watch.pause, remaining)):
            return


def _poll(get_import: Callable[[], SisImport]) -> SisImport | CanvasError:
    try:
        sis_import = get_import()
    except PASSING_FAULTS as fault:
        return fault
    sis_import.state  # noqa: B018 — raises for an unknown state
    return sis_import


@dataclass
class _Watch:
    """What follow() remembers from one poll to the next."""

    clock: Callable[[], float]
    first: float
    longest: float
    pause: float = 0.0
    lost: float | None = None  # since when there has been no answer
    started: float | None = None
    changed: float = 0.0
    latest: SisImport | None = None

    def note(self, seen: SisImport | CanvasError) -> Snapshot:
        """Turn an answer or a passing fault into a snapshot, and set the next pause."""
        now = self.clock()
        self.started = now if self.started is None else self.started
        seconds = now - self.started
        news = self._fault(seen, seconds) if isinstance(seen, CanvasError) else self._answer(seen, seconds)
        return Snapshot(datetime.now(UTC), seconds, None if isinstance(seen, CanvasError) else seen, news)

    def _fault(self, fault: CanvasError, seconds: float) -> str:
        self.lost = seconds if self.lost is None else self.lost
        asked = fault.retry_after if isinstance(fault, Refused) else None
        if max(seconds - self.lost, asked or 0.0) >= SECONDS_WITHOUT_AN_ANSWER:
            raise fault
        self._slow_down()
        self.pause = max(self.pause, asked or 0.0)
        return f"No answer: {fault.what}"

    def _answer(self, seen: SisImport, seconds: float) -> str | None:
        self.lost = None
        before, self.latest = self.latest, seen
        if before is None or _visible(before) != _visible(seen):
            self.pause, self.changed = self.first, seconds
            return None
        self._slow_down()
        return _stall(seen, seconds - self.changed)

    def _slow_down(self) -> None:
        self.pause = min(self.longest, (self.pause or self.first) * GROWTH)


def _visible(sis_import: SisImport) -> tuple[str, int]:
    return sis_import.workflow_state, sis_import.progress


def _stall(seen: SisImport, silence: float) -> str | None:
    if silence < SECONDS_BEFORE_A_STALL or seen.state.terminal:
        return None
    return f"No news for {duration_text(silence)}. {WHY_NO_NEWS[seen.workflow_state]}"


def _deadline_passed(latest: SisImport | None, deadline: float) -> DeadlinePassed:
    name = f"SIS import {latest.id}" if latest else "The import"
    state = f"still {latest.workflow_state} at {latest.progress} percent" if latest else "without an answer"
    return DeadlinePassed(
        f"{name} was {state} after {duration_text(deadline)}",
        "Canvas is still processing it: check its status later, and send nothing else before it has ended.",
    )


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def duration_text(seconds: float) -> str:
    """Write a duration for people: 0.2 s, 34 s, 3 min 20 s, 1 h 05 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"
