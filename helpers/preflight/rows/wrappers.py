"""What is put around values for a spreadsheet, and is part of the value for Canvas."""

from __future__ import annotations

from helpers.preflight.findings import SILENCE, Rule
from helpers.preflight.school import School
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import Kind

FORMULA = Rule(
    "formula",
    "silent",
    "A spreadsheet formula is in place of a value",
    "The {column} “{value}” is a spreadsheet formula: Canvas stores it as it is, with the equals sign.",
    'Let repair() take the text out of ="…". Export any other formula again as its result.',
    SILENCE,
    mended=True,
)
APOSTROPHE = Rule(
    "id-apostrophe",
    "silent",
    "An ID begins with an apostrophe",
    "The {column} “{value}” begins with the apostrophe that marks text in a spreadsheet; Canvas takes"
    " it for a part of the ID.",
    "Let repair() remove it before a number. Before anything else, only you can know what it means.",
    SILENCE,
    mended=True,
)
_WRAPPED = '="([^"]|"")*"'


def check(school: School, kind: Kind) -> None:
    """Find formulas in all columns, and apostrophes before IDs; names may begin with one."""
    for column in kind.columns:
        value = name(column.name)
        begins = f"starts_with({value}, '=')"
        if column.name.endswith("_id"):
            school.note(FORMULA, kind, column.name, begins)
            school.note(APOSTROPHE, kind, column.name, f"starts_with({value}, {text(chr(39))})")
        else:
            school.note(
                FORMULA, kind, column.name, f"{begins} AND regexp_full_match({value}, {text(_WRAPPED)})"
            )
