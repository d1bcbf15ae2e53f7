"""Characters that Canvas cannot store, and characters that nobody can see."""

from __future__ import annotations

from helpers import near_misses
from helpers.preflight.findings import Rule
from helpers.preflight.school import School, stored_texts
from helpers.scratch_database import NUL, name, text
from practice_canvas.sis_csv.model import Column, Kind

NUL_CHARACTER = Rule(
    slug="nul-character",
    severity="skips the row",
    title="NUL character in a value",
    template=("The {column} “{value}” contains a NUL character (shown as ␀), which Canvas cannot store."),
    fix="Remove NUL characters when you export, or let repair_file() remove them.",
    repairable=True,
)
CONTROL = Rule(
    slug="login-control-character",
    severity="skips the row",
    title="Control character in a login name",
    template=(
        "The {column} “{value}” contains an invisible control character, which a login name cannot have."
    ),
    fix="Remove the character in the source system.",
)
INVISIBLE = Rule(
    slug="invisible-blank",
    severity="silent",
    title="Invisible character in a value",
    template=(
        "The {column} “{value}” contains a no-break space or another invisible character ({more}). "
        "Canvas treats it as a different value."
    ),
    fix="Remove the character, or let repair_file() rewrite the file.",
    repairable=True,
)
TEXT_CONTROL = Rule(
    slug="control-character",
    severity="silent",
    title="Control character in a text",
    template="The {column} “{value}” contains a control character ({more}), which Canvas stores.",
    fix="Remove the character, or let repair_file() rewrite the file.",
    repairable=True,
)
_MATTERS = ("login_id", "role", "status", "email", "integration_id", "type")
_IN_IDS = near_misses.INVISIBLE_IN_IDS.replace("]", "\\t\\v\\f␤␍]")
_NOT_CONTROL = _IN_IDS.replace(near_misses.CONTROLS, "")
_IN_TEXTS = f"[{near_misses.CONTROLS}{near_misses.OVERRIDES}]"


def check(school: School, kind: Kind) -> None:
    """Find harmful characters."""
    has_nul, odd = any(file.has_nul for file in school.files_of(kind)), school.odd_columns(kind)
    for column in (column for column in school.columns(kind) if column.name in odd):
        if has_nul:
            school.note(NUL_CHARACTER, kind, column.name, f"contains({name(column.name)}, {text(NUL)})")
        if _matters(kind, column):
            login = column.name == "login_id"  # Canvas reports control characters in a login itself
            _note(school, kind, column.name, INVISIBLE, _NOT_CONTROL if login else _IN_IDS)
    for column_name in stored_texts(school.columns(kind)):
        if column_name in odd:
            _note(school, kind, column_name, TEXT_CONTROL, _IN_TEXTS)
    if "login_id" in odd:
        school.note(CONTROL, kind, "login_id", f"regexp_matches(login_id, '[{near_misses.CONTROLS}]')")


def _note(school: School, kind: Kind, column: str, rule: Rule, pattern: str) -> None:
    """Record the rows with such a character, and its number."""
    where = f"regexp_matches({name(column)}, {text(pattern)})"
    if not school.may_have_controls(kind):
        where = f"strlen({name(column)}) > length({name(column)}) AND {where}"  # the quick test first
    number = f"ord(regexp_extract({name(column)}, {text(pattern)}))"
    school.note(rule, kind, column, where, more=f"'U+' || upper(format('{{:04x}}', {number}))")


def _matters(kind: Kind, column: Column) -> bool:
    """Return whether Canvas compares the values of a column character by character."""
    return bool(column.refers_to) or column.name in kind.identified_by or column.name in _MATTERS
