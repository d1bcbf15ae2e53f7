"""Rows with more values than the header has columns."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from practice_canvas.sis_csv.model import Kind

SURPLUS = Rule(
    slug="surplus-values",
    severity="silent",
    title="More values than columns",
    template=(
        "The row has more values than the header has columns. An unquoted comma may have "
        "shifted the values after it."
    ),
    fix="Quote values that contain a comma.",
)


def check(school: School, kind: Kind) -> None:
    """Find rows whose values may have shifted."""
    school.note(SURPLUS, kind, "", "surplus", value="NULL")
