"""What spreadsheets and data frames make of ids."""

from __future__ import annotations

from helpers.preflight.findings import SILENCE, Rule
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import Kind

_FIX = "Export again with ids as text: a spreadsheet must not open the file, pandas needs dtype=str."
SCIENTIFIC = Rule(
    "id-scientific",
    "silent",
    "An id was turned into a rounded number",
    "The {column} “{value}” is a number in scientific notation; its last digits are lost.",
    _FIX,
    SILENCE,
)
DECIMAL = Rule(
    "id-decimal",
    "silent",
    "An id was turned into a decimal number",
    "The {column} “{value}” ends in a decimal point and zeros; for Canvas that is another id.",
    _FIX,
    SILENCE,
)
NO_VALUE = Rule(
    "id-no-value",
    "silent",
    "A word for “nothing” stands in an id column",
    "The {column} “{value}” is what programs write for a missing value; Canvas takes it for an id.",
    "Leave the value empty where there is none.",
    SILENCE,
)
_NOTHING = ("NULL", "null", "NaN", "nan", "None", "<NA>", "N/A", "undefined")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#DIV/0!")
_ODD = {
    SCIENTIFIC: "regexp_full_match({}, '[0-9]([.,][0-9]+)?[eE]\\+[0-9]+')",
    DECIMAL: "regexp_full_match({}, '[0-9]+[.,]0')",
    NO_VALUE: f"{{}} IN ({', '.join(map(text, _NOTHING + _ERRORS))})",
}
# What is quick to look for, so that good ids cost little.
_MAYBE = (
    f"contains({{0}}, '+') OR suffix({{0}}, '.0') OR suffix({{0}}, ',0') OR {_ODD[NO_VALUE].format('{0}')}"
)


def check(school: School, kind: Kind) -> None:
    """Find ids that a program has changed; references into these very files are looked at when they fail."""
    for column in kind.columns:
        outside = column.refers_to and not school.has(column.refers_to)
        if outside or column.name == id_column(kind):
            check_column(school, kind, column.name, rows_of(kind), name(column.name))


def check_column(school: School, kind: Kind, column: str, rows: str, value: str) -> None:
    """Find changed ids among some rows.

    Args:
        column: the column to blame.
        rows: what to look at, as SQL with `file` and `nr`.
        value: the id, as SQL.
    """
    if school.desk.rows(f"SELECT 1 FROM {rows} WHERE {_MAYBE.format(value)} LIMIT 1"):
        for rule, odd in _ODD.items():
            school.note(rule, kind, column, odd.format(value), value=value, source=rows)
