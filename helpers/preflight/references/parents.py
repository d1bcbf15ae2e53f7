"""Accounts whose parent comes after them."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import CASCADES, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import School, rows_of
from practice_canvas.sis_csv.model import Kind

PARENT_LATER = Rule(
    slug="parent-later",
    severity="skips the row",
    title="Child account before its parent",
    template=(
        "The {column} “{value}” appears later, in row {more}. Canvas reads accounts from top to bottom."
    ),
    fix="Move parent accounts above their children.",
    taught_in=CASCADES,
)


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find accounts whose parent does not exist when their row is read."""
    if kind.name != "account":
        return
    known.load("account")
    first = (
        "SELECT DISTINCT ON (account_id) account_id AS parent, file AS parent_file, nr AS parent_row"
        f" FROM {rows_of(kind)} ORDER BY account_id, file, nr"
    )
    source = f"(SELECT * FROM {rows_of(kind)} r JOIN ({first}) p ON p.parent = r.parent_account_id)"
    there = "SELECT id FROM server_account WHERE id IS NOT NULL"
    later = f"(parent_file, parent_row) >= (file, nr) AND parent NOT IN ({there})"
    school.note(PARENT_LATER, kind, "parent_account_id", later, more="parent_row::VARCHAR", source=source)
