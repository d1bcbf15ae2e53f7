"""What the trainer sees of one seat: read from its folder, beside the seat's own work."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from practice_canvas import classroom
from practice_canvas.classroom import Classroom
from practice_canvas.diagnosis import why_unusable
from practice_canvas.states import WORKFLOW_STATES
from practice_canvas.store import exercises, glance
from practice_canvas.store.store import DatabaseFault, error_number

IMPORTS = 5  # of each seat, the latest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """A seat at one moment.

    Args:
        exercises: each with its state and verdicts, in the lesson's order.
        imports: the latest SIS imports, newest first.
        scenarios: the names of those that are active.
        snapshots: the names of those that were saved.
        classroom: the hand and the announcement.
        active: whether an import waits or runs.
        worked_at: when an exercise was last tried or a file sent; None for never.
        problem: why it could not be read; "" when it was.
    """

    exercises: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    scenarios: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    classroom: Classroom = field(default_factory=Classroom)
    active: bool = False
    worked_at: datetime | None = None
    problem: str = ""


def read(home: Path) -> Reading:
    """Read a seat; what is wrong with it is in the reading, so that it stays in the row of this seat."""
    try:
        imports, scenarios = glance.latest_imports(home, IMPORTS)
        progress = exercises.progress(home) if (home / exercises.DATABASE).exists() else []
        return Reading(
            progress,
            imports,
            scenarios,
            glance.snapshots(home),
            classroom.read(home),
            any(not WORKFLOW_STATES[each["workflow_state"]].terminal for each in imports),
            _worked_at(progress, imports),
        )
    except (DatabaseFault, OSError) as fault:
        return Reading(problem=why_unusable(home, error_number(fault)))
    except Exception:  # the database can be read, but what it holds makes no sense
        log.exception("reading %s", home)
        return damaged(home)


def damaged(home: Path) -> Reading:
    """Return the reading of a seat whose data make no sense."""
    return Reading(problem=f"The data in {home} are damaged; the room's log has more.")


def _worked_at(progress: list[dict[str, Any]], imports: list[dict[str, Any]]) -> datetime | None:
    moments = [verdict["at"] for each in progress for verdict in each["verdicts"]]
    moments += [each["created_at"] for each in imports]
    return max((datetime.fromisoformat(each).astimezone(UTC) for each in moments), default=None)
