"""Rows that refer to what the same files delete."""

from __future__ import annotations

from helpers.preflight.findings import CASCADES, SILENCE, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.report import Report
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import KIND_OF, Column, Kind

DELETED = Rule(
    "reference-deleted",
    "skips the row",
    "Rows refer to something that the same files delete",
    "The {column} “{value}” names {more} that these files delete.",
    "Delete what refers to it, too, or keep it.",
    CASCADES,
)
FALLBACK = Rule(
    "reference-deleted-fallback",
    "silent",
    "Rows refer to something that the same files delete, and Canvas says nothing",
    "The {column} “{value}” names {more} that these files delete; a new object goes to the default instead.",
    "Name another one, or keep it.",
    SILENCE,
)
_LIVE = "coalesce(status, '') NOT ILIKE 'deleted%'"
# Where a deleted object is passed over.
_SILENT = {("course", "account_id")}
# Where a deleted object is found, and a row may refer to it.
_MAY = {
    ("section", "course_id"),
    ("xlist", "section_id"),
    ("enrollment", "associated_user_id"),
    ("enrollment", "temporary_enrollment_source_user_id"),
    ("group_membership", "user_id"),
    ("group_membership", "group_id"),
}
# Only rows with this status are refused because of a deleted object.
_ONLY = {("enrollment", "user_id"): "lower(status) = 'active'"}


def check(school: School, kind: Kind, known: Known, report: Report) -> None:
    """Find rows that refer to objects which are deleted when they are read."""
    for column in kind.columns:
        refused = column.refers_to and column.unknown == "refused" and (kind.name, column.name) not in _MAY
        if refused and school.has(column.refers_to):
            _check_column(school, kind, column)


def _check_column(school: School, kind: Kind, column: Column) -> None:
    target = KIND_OF[column.refers_to]
    key = id_column(target)
    rows = f"SELECT {key} AS id FROM {rows_of(target)} WHERE lower(status)"
    if not school.desk.rows(f"{rows} = 'deleted' LIMIT 1"):
        return
    gone = f"{rows} = 'deleted' EXCEPT {rows} <> 'deleted'"
    affected = _ONLY.get((kind.name, column.name), _LIVE if kind.column("status") else "true")
    where = f"{name(column.name)} IN ({gone}) AND {affected}"
    rule = FALLBACK if (kind.name, column.name) in _SILENT else DELETED
    school.note(rule, kind, column.name, where, more=text(target.one))
