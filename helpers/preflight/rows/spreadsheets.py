"""What spreadsheets, data frames and databases do to IDs."""

from __future__ import annotations

from helpers.near_misses import PREFIX as API_PREFIX
from helpers.preflight.findings import Rule
from helpers.preflight.rows.placeholders import IS_PLACEHOLDER, PLACEHOLDER
from helpers.preflight.school import School, rows_of, stored_ids
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Kind

_FIX = "Export again with IDs as text. Do not open the file in a spreadsheet, and use dtype=str in pandas."
SCIENTIFIC = Rule(
    slug="id-scientific",
    severity="silent",
    title="ID turned into a rounded number",
    template="The {column} “{value}” is a number in scientific notation. Its last digits are lost.",
    fix=_FIX,
)
DECIMAL = Rule(
    slug="id-decimal",
    severity="silent",
    title="ID turned into a decimal number",
    template="The {column} “{value}” ends in a decimal zero. Canvas treats it as a different ID.",
    fix=_FIX,
)
SEPARATED = Rule(
    slug="id-separators",
    severity="silent",
    title="ID turned into a number with separators",
    template=(
        "The {column} “{value}” has separators between its digits. Canvas treats it as a different ID. "
        "Leading zeros may be lost as well."
    ),
    fix=_FIX,
)
PREFIX = Rule(
    slug="id-prefix",
    severity="silent",
    title="ID with an API prefix",
    template=(
        "The {column} “{value}” begins with a prefix such as sis_user_id:, which belongs in API calls. In a "
        "file, Canvas treats it as part of the ID."
    ),
    fix="Write the ID without the prefix, or let repair_file() remove it.",
    repairable=True,
)
_ODD = {  # when an ID is changed, as SQL, and what to say of a reference
    SCIENTIFIC: ("regexp_full_match({}, '[0-9]([.,][0-9]+)?[eE]\\+[0-9]+')", "it is a rounded number"),
    DECIMAL: ("regexp_full_match({}, '[0-9]+[.,]0+')", "it ends in a decimal zero"),
    SEPARATED: (
        "regexp_full_match({}, '[0-9]{{1,3}}([, ''’][0-9]{{3}})+|[0-9]{{1,3}}(\\.[0-9]{{3}}){{2,}}')",
        "it is a number with separators",
    ),
    PREFIX: (f"regexp_matches({{}}, {text(API_PREFIX)})", "it has an API prefix"),
    PLACEHOLDER: (IS_PLACEHOLDER, "programs write it for a missing value"),
}
# A quick test first, so that good IDs cost little: most are outside these ranges.
_MAYBE = (
    "({0} < ':' AND regexp_matches({0}, '^[0-9]+[^0-9]'))"
    " OR {0} BETWEEN 'hex:' AND 'hex;' OR {0} BETWEEN 'lti_' AND 'lti`' OR {0} BETWEEN 'sis_' AND 'sis`'"
    f" OR {IS_PLACEHOLDER.format('{0}')}"
)


def check(school: School, kind: Kind) -> None:
    """Find IDs of objects that a program has changed; references are checked where they lead."""
    for column in stored_ids(school.columns(kind)):
        value, rows = name(column), rows_of(kind)
        if school.database.rows(f"SELECT 1 FROM {rows} WHERE {_MAYBE.format(value)} LIMIT 1"):
            for rule, (odd, _) in _ODD.items():
                school.note(rule, kind, column, odd.format(value))


def is_changed(value: str) -> str:
    """Return SQL for whether a program has changed an ID."""
    return " OR ".join(odd.format(value) for odd, _ in _ODD.values())


def described(value: str) -> str:
    """Return SQL for the end of a sentence that says what happened to an ID; empty if it looks good."""
    cases = " ".join(f"WHEN {odd.format(value)} THEN {text(f'; {said}')}" for odd, said in _ODD.values())
    return f"CASE {cases} ELSE '' END"
