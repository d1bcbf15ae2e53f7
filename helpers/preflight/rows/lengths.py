"""Texts that are longer than Canvas can store."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from helpers.scratch_database import name
from practice_canvas.sis_csv.model import Kind

TOO_LONG = Rule(
    slug="text-too-long",
    severity="skips the row",
    title="Text too long",
    template="The {column} has more than {more} characters: {value}",
    fix="Shorten the text.",
)
PASSWORD = Rule(
    slug="password-too-short",
    severity="skips the row",
    title="Password too short",
    template="The password has fewer than {more} characters.",
    fix="Use a longer password, or leave the column empty.",
)
SHORTEST_PASSWORD = 8  # Canvas's minimum; an account may require more


def check(school: School, kind: Kind) -> None:
    """Find texts that are too long."""
    for column in school.columns(kind):
        if column.holds == "text" and not column.values and not column.refers_to:
            where = f"length({name(column.name)}) > {column.longest}"
            school.note(TOO_LONG, kind, column.name, where, more=f"'{column.longest}'")
    if kind.column("password"):
        short = f"length(password) < {SHORTEST_PASSWORD}"
        school.note(PASSWORD, kind, "password", short, value="NULL", more=f"'{SHORTEST_PASSWORD}'")
