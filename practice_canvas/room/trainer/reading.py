"""What the trainer sees of one seat: read from its folder, beside the seat's own work."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practice_canvas import classroom
from practice_canvas.classroom import Classroom
from practice_canvas.diagnosis import why_unusable
from practice_canvas.states import WORKFLOW_STATES
from practice_canvas.store import exercises, glance
from practice_canvas.store.store import DatabaseFault, error_number

IMPORTS = 5  # of each seat, the latest


@dataclass(frozen=True)
class Reading:
    """A seat at one moment.

    Args:
        exercises: each with its state and verdicts, in the lesson's order.
        imports: the latest SIS imports, newest first.
        scenarios: the names of those that are active.
        snapshots: the names of those that were saved.
        classroom: the hand and the announcement.
        problem: why it could not be read; "" when it was.
    """

    exercises: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    scenarios: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    classroom: Classroom = field(default_factory=Classroom)
    problem: str = ""

    @property
    def active(self) -> bool:
        """Whether an import waits or runs."""
        return any(not WORKFLOW_STATES[each["workflow_state"]].terminal for each in self.imports)


def read(home: Path) -> Reading:
    """Read a seat; what is wrong with it is in the reading, so that it stays in the row of this seat."""
    try:
        imports, scenarios = glance.latest_imports(home, IMPORTS)
        progress = exercises.progress(home) if (home / exercises.DATABASE).exists() else []
        return Reading(progress, imports, scenarios, glance.snapshots(home), classroom.read(home))
    except (DatabaseFault, OSError) as fault:
        return Reading(problem=why_unusable(home, error_number(fault)))
