"""Rows with more values than the header has columns."""

from __future__ import annotations

from helpers.preflight.findings import SILENCE, Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.kinds import Kind

SURPLUS = Rule(
    "surplus-values",
    "silent",
    "Rows have more values than the header has columns",
    "The row has values beyond the last column: an unquoted comma may have moved all values after it.",
    "Put values that hold a comma in quotes.",
    SILENCE,
)


def check(school: School, kind: Kind) -> None:
    """Find rows whose values may have moved."""
    school.note(SURPLUS, kind, "", "surplus", value="NULL")
