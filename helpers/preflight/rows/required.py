"""Columns that must have a value."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from helpers.scratch_database import name
from practice_canvas.sis_csv.model import Column, Kind

COLUMN_MISSING = Rule(
    slug="column-missing",
    severity="skips the row",
    title="Required column missing",
    template="{file} has no column {column}, so Canvas skips every row.",
    fix="Add the column and fill it in.",
)
VALUE_MISSING = Rule(
    slug="value-missing",
    severity="skips the row",
    title="Required value missing",
    template="The row has no {column}.",
    fix="Fill in the value.",
)
# A row that deletes does not need a name.
_NOT_NEEDED = {("section", "name"): "coalesce(status, '') ILIKE 'deleted%'"}


def check(school: School, kind: Kind) -> None:
    """Find rows without a required value."""
    for column in kind.columns:
        if column.required and not _reported_by_other(column, kind):
            _check(school, kind, column)


def _reported_by_other(column: Column, kind: Kind) -> bool:
    """Return whether another column reports both, because either of the two is enough."""
    other = kind.column(column.unless) if column.unless else None
    return bool(
        other and other.unless == column.name and kind.columns.index(other) < kind.columns.index(column)
    )


def _check(school: School, kind: Kind, column: Column) -> None:
    ways = [column.name, *([column.unless] if column.unless else [])]
    lacking = [file for file in school.files_of(kind) if not set(ways) & set(file.columns)]
    for file in lacking:
        school.note(COLUMN_MISSING, kind, " or ".join(ways), f"file = {file.number}", value="NULL")
    where = " AND ".join(f"{name(way)} IS NULL" for way in ways)
    others = "".join(f" AND file <> {file.number}" for file in lacking)
    unless = f" AND NOT ({fine})" if (fine := _NOT_NEEDED.get((kind.name, column.name))) else ""
    school.note(VALUE_MISSING, kind, " or ".join(ways), where + others + unless, value="NULL")
