"""Characters that cannot be stored, and those that cannot be seen."""

from __future__ import annotations

from helpers.preflight.findings import ROWS, SILENCE, Rule
from helpers.preflight.school import School
from helpers.scratch_database import NUL, name, text
from practice_canvas.sis_csv.kinds import Column, Kind

NUL_CHARACTER = Rule(
    "nul-character",
    "skips the row",
    "A value holds a NUL character",
    "The {column} “{value}” holds a NUL character (shown as ␀), which cannot be stored.",
    "Remove such characters when you export; repair() does.",
    ROWS,
    mended=True,
)
CONTROL = Rule(
    "login-control-character",
    "skips the row",
    "A login name holds a control character",
    "The {column} “{value}” holds a character that cannot be seen and is no part of a login name.",
    "Remove it from the source.",
    ROWS,
)
INVISIBLE = Rule(
    "invisible-blank",
    "silent",
    "An id holds a blank that cannot be seen",
    "The {column} “{value}” holds a no-break space or the like: for Canvas that is another id.",
    "Remove it, or let repair() write the file anew.",
    SILENCE,
    mended=True,
)
_INVISIBLE = "[\\x{00A0}\\x{2000}-\\x{200F}\\x{202F}\\x{2060}\\x{FEFF}\\x{00AD}]"
_MATTERS = ("login_id", "role", "status", "email", "integration_id", "type")


def check(school: School, kind: Kind) -> None:
    """Find characters that do harm."""
    files = school.files_of(kind)
    for column in kind.columns:
        if any(file.has_nul for file in files):
            school.note(NUL_CHARACTER, kind, column.name, f"contains({name(column.name)}, {text(NUL)})")
        if _matters(kind, column) and not all(file.ascii for file in files):
            school.note(
                INVISIBLE, kind, column.name, f"regexp_matches({name(column.name)}, {text(_INVISIBLE)})"
            )
    if kind.column("login_id"):
        school.note(CONTROL, kind, "login_id", "regexp_matches(login_id, '[\\x01-\\x1f\\x7f-\\x{9f}]')")


def _matters(kind: Kind, column: Column) -> bool:
    """Tell whether a value is compared with others letter by letter."""
    return bool(column.refers_to) or column.name in kind.identified_by or column.name in _MATTERS
