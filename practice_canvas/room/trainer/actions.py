"""What the trainer does to one seat or to all: one table, and the runs of it that go on or have ended."""

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.trainer.calls import Refused, call
from practice_canvas.room.trainer.record import Event, Record
from practice_canvas.scenarios import SCENARIOS
from practice_canvas.store.store import now

AT_ONCE = 8  # seats
SHOWN_FOR, FAILURES_SHOWN_FOR = 30.0, 300.0  # seconds after a run has ended

log = logging.getLogger(__name__)


class Action(NamedTuple):
    """One thing that a trainer can do.

    Args:
        method: of the control call.
        path: its segments below /practice/; `{}` takes what the trainer chose or typed.
        doing: what is being done.
        did: what was done.
        body: makes the call's body of what the trainer typed.
        needs: what the trainer must choose or type; "" for nothing.
        erases: what is lost at each seat; "" for nothing. The page asks first.
    """

    method: str
    path: tuple[str, ...]
    doing: str
    did: str
    body: Callable[[str], Any] = lambda typed: None
    needs: str = ""
    erases: str = ""


_SCHOOL = "The school, its list of SIS imports, and the files sent"
ACTIONS = {
    "announce": Action(
        "PUT",
        ("classroom",),
        "Announcing",
        "Announced: {}",
        lambda typed: {"announcement": typed},
        needs="Type the sentence to announce.",
    ),
    "take_down": Action(
        "PUT",
        ("classroom",),
        "Taking the announcement down",
        "Announcement taken down",
        lambda typed: {"announcement": ""},
    ),
    "lower_hand": Action(
        "PUT", ("classroom",), "Lowering the hand", "Hand lowered", lambda typed: {"hand": False}
    ),
    "begin": Action(
        "POST",
        ("scenarios", "{}"),
        "Starting the incident {}",
        "Incident started: {}",
        needs="Choose an incident.",
    ),
    "end": Action(
        "DELETE",
        ("scenarios", "{}"),
        "Ending the incident {}",
        "Incident ended: {}",
        needs="Choose an incident.",
    ),
    "end_all": Action("DELETE", ("scenarios",), "Ending all incidents", "All incidents ended"),
    "load": Action(
        "PUT",
        ("school",),
        "Loading the sample school",
        "Sample school loaded",
        erases=f"{_SCHOOL}, are replaced by the sample school.",
    ),
    "save": Action(
        "POST",
        ("snapshots", "{}"),
        "Saving the snapshot {}",
        "Snapshot saved: {}",
        needs="Type a name for the snapshot.",
    ),
    "restore": Action(
        "POST",
        ("snapshots", "{}", "restore"),
        "Restoring the snapshot {}",
        "Snapshot restored: {}",
        needs="Choose a snapshot.",
        erases=f"{_SCHOOL}, are replaced by those in the snapshot.",
    ),
    "reset": Action(
        "POST",
        ("reset",),
        "Resetting",
        "School reset",
        erases=f"{_SCHOOL}, are erased, and all incidents end.",
    ),
}


@dataclass
class Run:
    """One action at some seats, while it goes on and after.

    Args:
        text: what is being done; once all are done, what was done.
        place: at which seats.
        total: how many.
        done: how many have answered.
        failures: what went wrong, by seat.
        ended_at: when all had answered; "" while it goes on.
        until: how long to show it, by the monotonic clock.
    """

    text: str
    place: str = ""
    total: int = 0
    done: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    ended_at: str = ""
    until: float = math.inf


class Actions:
    """Carries actions out in the background: at each seat one after another.

    Args:
        record: where they are written down.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._runs: list[Run] = []

    def shown(self) -> list[Run]:
        """Return the runs to show, the latest first: those that go on, and those that have just ended."""
        return [run for run in self._runs if time.monotonic() < run.until]

    def refuse(self, text: str) -> None:
        """Show why something is not done."""
        self._show(Run(text, ended_at=now(), until=time.monotonic() + SHOWN_FOR))

    def start(self, name: str, typed: str, seats: Sequence[SeatApp], place: str) -> None:
        """Begin an action.

        Args:
            name: in the table.
            typed: what the trainer chose or typed.
            seats: where.
            place: where, in words.
        """
        run = Run(ACTIONS[name].doing.format(_said(typed)), place, len(seats))
        self._show(run)
        task = asyncio.create_task(self._run(run, ACTIONS[name], typed, seats))
        self._tasks.add(task)  # a task that nothing refers to may be lost
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """End what goes on, because the room stops."""
        for task in self._tasks:
            task.cancel()

    def _show(self, run: Run) -> None:
        """Show a run in place of all that have ended."""
        self._runs = [run, *(each for each in self._runs if not each.ended_at)]

    async def _run(self, run: Run, action: Action, typed: str, seats: Sequence[SeatApp]) -> None:
        few = asyncio.Semaphore(AT_ONCE)

        async def at(app: SeatApp) -> None:
            async with self._turns[app.seat.number], few:
                path = tuple(part.format(typed) for part in action.path)
                try:
                    await call(app, action.method, path, action.body(typed))
                except Refused as refusal:
                    run.failures[app.seat.label] = str(refusal)
                except Exception:  # the others go on
                    log.exception("%s at %s", run.text, app.seat.label)
                    run.failures[app.seat.label] = "An internal error; the room's log has more."
                run.done += 1

        await asyncio.gather(*(at(app) for app in seats))
        run.text, run.ended_at = action.did.format(_said(typed)), now()
        run.until = time.monotonic() + (FAILURES_SHOWN_FOR if run.failures else SHOWN_FOR)
        result = "done" if not run.failures else f"failed at {', '.join(run.failures)}"
        seat = seats[0].seat.number if len(seats) == 1 else 0
        self._record.add(Event(run.ended_at, seat, "trainer", run.text, result, run.place))


def _said(typed: str) -> str:
    """Return what the trainer chose or typed, in words."""
    return typed.replace("_", " ") if typed in SCENARIOS else typed
