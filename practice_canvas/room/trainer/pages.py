"""Render the trainer's pages; every value is escaped."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment

from practice_canvas.pages.marks import import_mark
from practice_canvas.pages.rendering import amount, word
from practice_canvas.pages.templating import templates
from practice_canvas.room.trainer.actions import ACTIONS
from practice_canvas.room.trainer.standing import RULES, Limits
from practice_canvas.room.trainer.watch import Watched
from practice_canvas.scenarios import SCENARIOS

FOLDER = Path(__file__).with_name("templates")
MANY = Limits.not_yet  # *not yet* in a row: shown as a number that stands out


def render(template: str, **values: Any) -> str:
    """Return a page as HTML."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    made = templates(FOLDER)
    made.filters |= {"ago": ago, "clock": clock, "word": word}
    made.globals |= {
        "import_mark": import_mark,
        "amount": amount,
        "cell": cell,
        "ACTIONS": ACTIONS,
        "SCENARIOS": SCENARIOS,
        "MANY": MANY,
    }
    return made


def overview(seats: Sequence[Watched]) -> dict[str, Any]:
    """Return what the page of the whole room shows."""
    counts = Counter(each.standing.word for each in seats)
    exercises = max((each.reading.exercises for each in seats), key=len, default=[])
    widths = [
        (notebook, len(list(group)))
        for notebook, group in groupby(exercises, key=lambda each: each["notebook"])
    ]
    return {
        "seats": seats,
        "helped": [each for each in seats if each.standing.needs_help],
        "counts": [(rule, counts[rule.word]) for rule in RULES if counts[rule.word]],
        "exercises": exercises,
        "notebooks": widths,
        "numbers": [number for _, width in widths for number in range(1, width + 1)],
        "scenarios": Counter(name for each in seats for name in each.reading.scenarios),
        "snapshots": sorted({name for each in seats for name in each.reading.snapshots}),
        "announcements": Counter(
            each.reading.classroom.announcement for each in seats if each.reading.classroom.announcement
        ),
    }


def cell(exercise: dict[str, Any] | None) -> tuple[str, str, str]:
    """Return class, character and words of an exercise in the grid; nothing for one that was not tried."""
    if exercise is None or not exercise["verdicts"]:
        return "", "", ""
    if exercise["state"] == "done":
        return "done", "✔", "done"
    row = exercise["not_yet_in_a_row"]
    if not row:
        return "seen", "–", "not tried"
    times = "" if row == 1 else f", {row} times in a row"
    return "many" if row >= MANY else "not-yet", "○" if row == 1 else str(row), f"not yet{times}"


def ago(moment: datetime | str | None) -> str:
    """Return how long ago something was, such as 4 min; "" for never."""
    if not moment:
        return ""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    minutes = int((datetime.now(UTC) - then).total_seconds() // 60)
    if minutes < 1:
        return "now"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def clock(moment: datetime | str | None) -> str:
    """Return a moment by the clock of this computer, such as 10:32; "" for none."""
    if not moment:
        return ""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return then.astimezone().strftime("%H:%M")
