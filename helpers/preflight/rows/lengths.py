"""Texts that are longer than what Canvas stores."""

from __future__ import annotations

from helpers.preflight.findings import ROWS, Rule
from helpers.preflight.school import School
from helpers.scratch_database import name
from practice_canvas.sis_csv.kinds import Kind

TOO_LONG = Rule(
    "text-too-long",
    "skips the row",
    "A text is longer than Canvas stores",
    "The {column} has more than {more} characters: {value}",
    "Shorten it.",
    ROWS,
)
PASSWORD = Rule(
    "password-too-short",
    "skips the row",
    "A password is too short",
    "The password has fewer than {more} characters.",
    "Use a longer one, or leave the column empty.",
    ROWS,
)
SHORTEST_PASSWORD = 8  # what Canvas asks for unless the account asks for more


def check(school: School, kind: Kind) -> None:
    """Find texts that are too long."""
    for column in kind.columns:
        if column.holds == "text" and not column.values and not column.refers_to:
            where = f"length({name(column.name)}) > {column.longest}"
            school.note(TOO_LONG, kind, column.name, where, more=f"'{column.longest}'")
    if kind.column("password"):
        short = f"length(password) < {SHORTEST_PASSWORD}"
        school.note(PASSWORD, kind, "password", short, value="NULL", more=f"'{SHORTEST_PASSWORD}'")
