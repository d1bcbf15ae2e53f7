"""Login names that belong to someone else on the server."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import USERS, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import School, rows_of
from practice_canvas.sis_csv.model import Kind

CLAIMED = Rule(
    slug="login-claimed",
    severity="skips the row",
    title="Login name belongs to another user in Canvas",
    template="The login_id “{value}” belongs to the user {more}.",
    fix=(
        "If both are the same person, send change_sis_id.csv with the new ID first. "
        "Otherwise, choose another login_id."
    ),
    taught_in=USERS,
)


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find users whose login name is taken; one that its owner gives up in an earlier row is free."""
    if kind.name != "user" or not known.load("user"):
        return
    freed = (
        f"SELECT 1 FROM {rows_of(kind)} o WHERE o.user_id = s.id AND lower(o.login_id) <> lower(s.login)"
        " AND (o.file, o.nr) < (r.file, r.nr)"
    )
    renamed = f"SELECT 1 FROM ({known.changes('user')}) c WHERE c.old_id = s.id AND c.new_id = r.user_id"
    source = (
        f"(SELECT r.*, s.id AS holder FROM {rows_of(kind)} r JOIN server_user s"
        " ON lower(s.login) = lower(r.login_id) AND s.id <> r.user_id"
        f" WHERE coalesce(r.status, '') NOT ILIKE 'deleted%'"
        f" AND NOT EXISTS ({freed}) AND NOT EXISTS ({renamed}))"
    )
    school.note(CLAIMED, kind, "login_id", "true", more="holder", source=source)
