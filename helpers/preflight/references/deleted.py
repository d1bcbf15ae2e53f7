"""Rows that refer to what the same files delete."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import CASCADES, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.model import Column, Kind

DELETED = Rule(
    slug="reference-deleted",
    severity="skips the row",
    title="Reference to an object that the same files delete",
    template="The {column} “{value}” refers to {more} that these files delete.",
    fix="Also delete the rows that refer to it, or keep the object.",
    taught_in=CASCADES,
)
FALLBACK = Rule(
    slug="reference-deleted-fallback",
    severity="silent",
    title="Unreported reference to a deleted object",
    template=(
        "The {column} “{value}” refers to {more} that these files delete. For a new "
        "object, Canvas uses the default instead."
    ),
    fix="Refer to another object, or keep this one.",
)
_LIVE = "coalesce(status, '') NOT ILIKE 'deleted%'"
# Where Canvas ignores a deleted object.
_SILENT = {("course", "account_id")}
# Where a row may refer to a deleted object.
_MAY = {
    ("section", "course_id"),
    ("xlist", "section_id"),
    ("enrollment", "associated_user_id"),
    ("enrollment", "temporary_enrollment_source_user_id"),
    ("group_membership", "user_id"),
    ("group_membership", "group_id"),
}
# Canvas skips only rows with this status because of a deleted object.
_ONLY = {("enrollment", "user_id"): "lower(status) = 'active'"}


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find rows that refer to objects that are deleted by the time Canvas reads the row."""
    for column in school.columns(kind):
        refused = column.refers_to and column.unknown == "refused" and (kind.name, column.name) not in _MAY
        if refused and school.has(column.refers_to):
            _check_column(school, kind, column)


def _check_column(school: School, kind: Kind, column: Column) -> None:
    target = KIND_OF[column.refers_to]
    key = id_column(target)
    rows = f"SELECT {key} AS id FROM {rows_of(target)} WHERE lower(status)"
    if not school.database.rows(f"{rows} = 'deleted' LIMIT 1"):
        return
    gone = f"{rows} = 'deleted' EXCEPT {rows} <> 'deleted'"
    affected = _ONLY.get((kind.name, column.name), _LIVE if kind.column("status") else "true")
    where = f"{name(column.name)} IN ({gone}) AND {affected}"
    rule = FALLBACK if (kind.name, column.name) in _SILENT else DELETED
    school.note(rule, kind, column.name, where, more=text(target.one))
