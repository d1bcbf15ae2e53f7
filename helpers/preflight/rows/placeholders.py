"""Words that programs write for a missing value, in columns where Canvas stores them like any other text."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School, stored_texts
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Kind

PLACEHOLDER = Rule(
    slug="id-no-value",
    severity="silent",
    title="Placeholder for a missing value in an ID column",
    template=("Programs write the {column} “{value}” for a missing value, but Canvas treats it as an ID."),
    fix="Leave the value empty if there is none. repair_file() empties NULL and similar words, but not nan.",
    repairable=True,
)
TEXT_PLACEHOLDER = Rule(
    slug="text-no-value",
    severity="ask",
    title="Placeholder for a missing value",
    template="The {column} is “{value}”, which programs write for a missing value. Canvas stores it.",
    fix=(
        "Leave the value empty if there is none. repair_file() empties only values that are "
        "certainly placeholders; a word such as None may be a name."
    ),
    repairable=True,
)
ALWAYS = frozenset(
    ("NULL", "(null)", "(NULL)", "<null>", "<NULL>", "[null]", "[NULL]", "\\N", "NaN", "NaT", "<NA>", "#N/A")
)
"""Placeholders that nobody writes for anything else."""
_SOMETIMES = (
    "null",
    "nan",
    "None",
    "NONE",
    "none",
    "N/A",
    "n/a",
    "NA",
    "nil",
    "undefined",
    "(none)",
    "DBNull",
)
_ERRORS = ("#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#DIV/0!", "#N/A N/A")
IS_PLACEHOLDER = f"{{}} IN ({', '.join(map(text, (*sorted(ALWAYS), *_SOMETIMES, *_ERRORS)))})"
"""SQL: whether a value is a placeholder."""


def check(school: School, kind: Kind) -> None:
    """Find placeholders in texts; the IDs of objects are checked with the other changes of IDs."""
    for column in stored_texts(school.columns(kind)):
        school.note(TEXT_PLACEHOLDER, kind, column, IS_PLACEHOLDER.format(name(column)))
