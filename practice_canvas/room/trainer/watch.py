"""Watch the seats of a room: read those that changed, record what happened, and say how each stands."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.seats import Seat
from practice_canvas.room.trainer.reading import Reading, damaged, read
from practice_canvas.room.trainer.record import Event, Record
from practice_canvas.room.trainer.standing import Facts, Limits, Standing, standing
from practice_canvas.states import WORKFLOW_STATES
from practice_canvas.store.store import now

EVERY = 2.0  # seconds between two looks
SHARE = 5  # a look that takes long, at many seats, is taken less often
ASLEEP = 60.0  # seconds without a look: the computer must have slept

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """A seat as the trainer sees it.

    Args:
        seat: which one.
        reading: what was read of it.
        standing: how it stands.
        active_at: when its learner last did something; None for never.
        note: what else to know about it, such as that its database was moved aside.
    """

    seat: Seat
    reading: Reading
    standing: Standing
    active_at: datetime | None
    note: str

    @property
    def done(self) -> int:
        """How many exercises are done."""
        return len([each for each in self.reading.exercises if each["state"] == "done"])

    @property
    def exercises(self) -> dict[str, dict[str, Any]]:
        """The exercises by ID."""
        return {each["id"]: each for each in self.reading.exercises}


class Watch:
    """Watches the seats as long as the room is open.

    Args:
        apps: the seats.
        record: where what happens is written down.
        limits: when a seat needs help.
    """

    def __init__(self, apps: Sequence[SeatApp], record: Record, limits: Limits | None = None) -> None:
        self._apps = apps
        self._record = record
        self._limits = limits or Limits()
        self._readings = [Reading() for _ in apps]
        self._changes = [-1 for _ in apps]
        self._looking = asyncio.Lock()
        self._looked_at = time.time()
        self._awake_since = datetime.fromtimestamp(0, UTC)

    async def run(self) -> None:
        """Look again and again."""
        while True:
            began = time.perf_counter()
            try:
                await self.look()
            except Exception:  # the next look may succeed; the room goes on in any case
                log.exception("a look at the seats failed")
            await asyncio.sleep(max(EVERY, SHARE * (time.perf_counter() - began)))

    async def look(self) -> None:
        """Read every seat that may have changed since the last look."""
        async with self._looking:
            if time.time() - self._looked_at > ASLEEP:  # nobody was silent while the computer slept
                self._awake_since = datetime.now(UTC)
            for index, app in enumerate(self._apps):
                if app.changes != self._changes[index] or self._readings[index].active:
                    await self._look_at(index, app)
            self._looked_at = time.time()

    async def _look_at(self, index: int, app: SeatApp) -> None:
        changes = app.changes  # before reading: what changes meanwhile is read next time
        before, after = self._readings[index], await asyncio.to_thread(read, app.seat.home)
        try:
            events = list(_events(app.seat.number, before, after))
        except Exception:  # the other seats are watched on
            log.exception("what happened at %s", app.seat.label)
            after, events = damaged(app.seat.home), []
        self._readings[index], self._changes[index] = after, changes
        await asyncio.to_thread(self._record.add, *events)

    def seats(self, moment: datetime | None = None) -> list[Watched]:
        """Return the seats, those that need help first.

        Args:
            moment: the present time, for tests.
        """
        moment = moment or datetime.now(UTC)
        found = [
            self._watched(app, reading, moment)
            for app, reading in zip(self._apps, self._readings, strict=True)
        ]
        return sorted(found, key=_urgency)

    def _watched(self, app: SeatApp, reading: Reading, moment: datetime) -> Watched:
        active_at = _active_at(app, reading)
        quiet = moment - max(active_at or self._awake_since, self._awake_since)
        facts = Facts(reading, app.fault, active_at, quiet)
        return Watched(app.seat, reading, standing(facts, self._limits), active_at, app.note)


def _urgency(watched: Watched) -> tuple[Any, ...]:
    """Return what sorts seats: who needs help by urgency, longest wait first, then all others by number."""
    if not watched.standing.needs_help:
        return (1, 0, "", watched.seat.number)
    since = watched.reading.classroom.hand_raised_at or str(watched.active_at or "")
    return (0, watched.standing.rank, since, watched.seat.number)


def _active_at(app: SeatApp, reading: Reading) -> datetime | None:
    """Return when a learner last did something: also before the room was started again."""
    asked_at = datetime.fromtimestamp(app.asked_at, UTC) if app.asked_at else None
    return max(filter(None, (reading.worked_at, asked_at)), default=None)


def _events(seat: int, before: Reading, after: Reading) -> Iterator[Event]:
    """Yield what happened at a seat between two readings, and again what had happened before."""
    for exercise in after.exercises:
        what = f"{exercise['notebook']}: {exercise['title']}"
        for verdict in exercise["verdicts"]:
            if verdict["state"] != "not_tried":
                result = verdict["state"].replace("_", " ")
                yield Event(verdict["at"], seat, "exercise", what, result, verdict["why"])
    for sent in after.imports:
        what, file = f"SIS import {sent['id']}", sent["upload_name"] or ""
        yield Event(sent["created_at"], seat, "import", what, "sent", file)
        if WORKFLOW_STATES[sent["workflow_state"]].terminal:
            ended_at = sent["ended_at"] or sent["updated_at"]
            datetime.fromisoformat(ended_at)  # or the seat's data are damaged
            yield Event(ended_at, seat, "import", what, sent["workflow_state"], _messages(sent))
    if raised_at := after.classroom.hand_raised_at:
        yield Event(raised_at, seat, "hand", "Hand", "up")
    elif before.classroom.hand_raised_at:
        yield Event(now(), seat, "hand", "Hand", "down")


def _messages(sent: dict[str, Any]) -> str:
    errors, warnings = sent["errors_count"], sent["warnings_count"]
    return f"{errors} errors, {warnings} warnings" if errors or warnings else ""
