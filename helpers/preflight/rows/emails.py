"""Email addresses that Canvas does not accept."""

from __future__ import annotations

from helpers.preflight.findings import USERS, Rule
from helpers.preflight.school import School
from helpers.scratch_database import text
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.values import ADDRESS

INVALID_EMAIL = Rule(
    slug="email-invalid",
    severity="drops the value",
    title="Invalid email address",
    template="The {column} “{value}” is not a valid email address. Canvas stores the user without it.",
    fix="Correct the address, or leave it empty.",
    taught_in=USERS,
)


def check(school: School, kind: Kind) -> None:
    """Find invalid email addresses."""
    if kind.column("email"):
        school.note(INVALID_EMAIL, kind, "email", f"NOT regexp_full_match(email, {text(ADDRESS)})")
