"""Wrappers that protect values from a spreadsheet, and that Canvas treats as part of the value."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Kind

FORMULA = Rule(
    slug="formula",
    severity="silent",
    title="Spreadsheet formula instead of a value",
    template=(
        "The {column} “{value}” is a spreadsheet formula. Canvas stores it unchanged, "
        "including the equals sign."
    ),
    fix=('Let repair_file() extract the text from ="…". Export any other formula again as its result.'),
    repairable=True,
)
APOSTROPHE = Rule(
    slug="id-apostrophe",
    severity="silent",
    title="ID begins with an apostrophe",
    template=(
        "The {column} “{value}” begins with the apostrophe that marks text in a spreadsheet. "
        "Canvas treats it as part of the ID."
    ),
    fix=("Let repair_file() remove it before a number. In any other value, only you know what it means."),
    repairable=True,
)
QUOTED = Rule(
    slug="id-quoted",
    severity="silent",
    title="ID begins with a quotation mark",
    template="The {column} “{value}” begins with a quotation mark. Canvas treats it as part of the ID.",
    fix=(
        "Write the ID without it. repair_file() removes quotes if the column names and all values have the "
        "same ones."
    ),
    repairable=True,
)
_WRAPPED = '="([^"]|"")*"'


def check(school: School, kind: Kind) -> None:
    """Find formulas in all columns, and apostrophes before IDs; names may begin with one."""
    files, odd = school.files_of(kind), school.odd_columns(kind)
    formulas, apostrophes, quotes = (
        any(file.may_contain(character) for file in files) for character in ("=", "'", '"`')
    )
    for column in school.columns(kind):
        value = name(column.name)
        begins, is_id = f"starts_with({value}, '=')", column.name.endswith("_id")
        if formulas:
            wrapped = begins if is_id else f"{begins} AND regexp_full_match({value}, {text(_WRAPPED)})"
            school.note(FORMULA, kind, column.name, wrapped)
        if is_id and apostrophes:
            school.note(APOSTROPHE, kind, column.name, f"starts_with({value}, {text(chr(39))})")
        if is_id and (quotes or column.name in odd):
            maybe = f"({value} < '#' OR {value} BETWEEN '`' AND 'a' OR {value} >= '«')"  # quick
            school.note(QUOTED, kind, column.name, f"{maybe} AND regexp_matches({value}, '^[\"‘’“”„«»`´]')")
