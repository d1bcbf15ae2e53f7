"""Addresses that Canvas does not take."""

from __future__ import annotations

from helpers.preflight.findings import USERS, Rule
from helpers.preflight.school import School
from helpers.scratch_database import text
from practice_canvas.sis_csv.kinds import Kind
from practice_canvas.sis_csv.values import ADDRESS

NO_ADDRESS = Rule(
    "email-invalid",
    "drops the value",
    "An email address is none",
    "The {column} “{value}” is no address: Canvas stores the user without it.",
    "Correct the address, or leave it empty.",
    USERS,
)


def check(school: School, kind: Kind) -> None:
    """Find what is no address."""
    if kind.column("email"):
        school.note(NO_ADDRESS, kind, "email", f"NOT regexp_full_match(email, {text(ADDRESS)})")
