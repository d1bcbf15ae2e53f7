"""Files that still use IDs that change_sis_id.csv changes before Canvas reads them."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.model import Kind

OLD_ID = Rule(
    slug="old-id-used",
    severity="silent",
    title="File uses an ID that change_sis_id.csv changes",
    template=(
        "{value} becomes {more} before Canvas reads this file. Canvas creates a second, empty "
        "object with the old ID."
    ),
    fix="Use the new ID in all other files.",
    taught_in=NEW_IDS,
)


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find rows about objects that have another ID by then."""
    column = id_column(kind)
    if column and school.has("change_sis_id"):
        changes = known.changes(kind.name)
        source = f"(SELECT * FROM {rows_of(kind)} JOIN ({changes}) ON old_id = {name(column)})"
        unless = f"old_id NOT IN (SELECT new_id FROM ({changes}))"  # by then, another object has the ID
        school.note(OLD_ID, kind, column, unless, more="new_id", source=source)
