"""Rows that refer to what the same files delete."""

from __future__ import annotations

from helpers.preflight.desk import name, text
from helpers.preflight.findings import CASCADES, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.report import Report
from helpers.preflight.school import School, id_column, rows_of
from helpers.preflight.server import NAMES
from helpers.sis_csv.kinds import KIND_OF, Column, Kind

DELETED = Rule(
    "reference-deleted",
    "skips the row",
    "Rows refer to something that the same files delete",
    "The {column} “{value}” names a {more} that these files delete.",
    "Delete what refers to it, too, or keep it.",
    CASCADES,
)
# Where a deleted object is found, and a row may refer to it.
_MAY = {("section", "course_id"), ("xlist", "section_id"), ("login", "existing_user_id")}


def check(school: School, kind: Kind, known: Known, report: Report) -> None:
    """Find rows that refer to objects which are deleted when they are read."""
    for column in kind.columns:
        refused = column.refers_to and column.unknown == "refused" and (kind.name, column.name) not in _MAY
        if refused and column.refers_to != kind.name and school.has(column.refers_to):
            _check_column(school, kind, column)


def _check_column(school: School, kind: Kind, column: Column) -> None:
    target = KIND_OF[column.refers_to]
    key = id_column(target)
    rows = f"SELECT {key} AS id FROM {rows_of(target)} WHERE lower(status)"
    if not school.desk.rows(f"{rows} = 'deleted' LIMIT 1"):
        return
    gone = f"{rows} = 'deleted' EXCEPT {rows} <> 'deleted'"
    where = f"{name(column.name)} IN ({gone}) AND coalesce(status, '') NOT ILIKE 'deleted%'"
    school.note(DELETED, kind, column.name, where, more=text(NAMES[target.name]))
