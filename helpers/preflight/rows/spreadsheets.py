"""What spreadsheets and data frames do to IDs."""

from __future__ import annotations

from helpers.preflight.findings import SILENCE, Rule
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import Kind

_FIX = "Export again with IDs as text. Do not open the file in a spreadsheet, and use dtype=str in pandas."
SCIENTIFIC = Rule(
    slug="id-scientific",
    severity="silent",
    title="ID turned into a rounded number",
    template="The {column} “{value}” is a number in scientific notation. Its last digits are lost.",
    fix=_FIX,
    taught_in=SILENCE,
)
DECIMAL = Rule(
    slug="id-decimal",
    severity="silent",
    title="ID turned into a decimal number",
    template="The {column} “{value}” ends in a decimal zero. Canvas treats it as a different ID.",
    fix=_FIX,
    taught_in=SILENCE,
)
PLACEHOLDER = Rule(
    slug="id-no-value",
    severity="silent",
    title="Placeholder for a missing value in an ID column",
    template=("Programs write the {column} “{value}” for a missing value, but Canvas treats it as an ID."),
    fix="Leave the value empty if there is none.",
    taught_in=SILENCE,
)
_NOTHING = ("NULL", "null", "NaN", "nan", "None", "<NA>", "N/A", "undefined")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#DIV/0!")
_ODD = {
    SCIENTIFIC: "regexp_full_match({}, '[0-9]([.,][0-9]+)?[eE]\\+[0-9]+')",
    DECIMAL: "regexp_full_match({}, '[0-9]+[.,]0')",
    PLACEHOLDER: f"{{}} IN ({', '.join(map(text, _NOTHING + _ERRORS))})",
}
# A quick test first, so that good IDs cost little.
_MAYBE = (
    f"contains({{0}}, '+') OR suffix({{0}}, '.0') OR suffix({{0}}, ',0') OR {_ODD[PLACEHOLDER].format('{0}')}"
)


def check(school: School, kind: Kind) -> None:
    """Find IDs that a program has changed; references into these files are checked only if they fail."""
    for column in kind.columns:
        outside = column.refers_to and not school.has(column.refers_to)
        if outside or column.name == id_column(kind):
            check_column(school, kind, column.name, rows_of(kind), name(column.name))


def check_column(school: School, kind: Kind, column: str, rows: str, value: str) -> None:
    """Find changed IDs in some rows.

    Args:
        column: the column to blame.
        rows: the rows to check, as SQL with `file` and `nr`.
        value: the ID, as SQL.
    """
    if school.database.rows(f"SELECT 1 FROM {rows} WHERE {_MAYBE.format(value)} LIMIT 1"):
        for rule, odd in _ODD.items():
            school.note(rule, kind, column, odd.format(value), value=value, source=rows)
