"""Files that go on using ids which change_sis_id.csv has changed before they are read."""

from __future__ import annotations

from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.report import Report
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.kinds import Kind

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


def check(school: School, kind: Kind, known: Known, report: Report) -> None:
    """Find rows about objects that have another id by then."""
    column = id_column(kind)
    if column and school.has("change_sis_id"):
        changes = known.changes(kind.name)
        source = f"(SELECT * FROM {rows_of(kind)} JOIN ({changes}) ON old_id = {name(column)})"
        unless = f"old_id NOT IN (SELECT new_id FROM ({changes}))"  # somebody else has the id by then
        school.note(OLD_ID, kind, column, unless, more="new_id", source=source)
