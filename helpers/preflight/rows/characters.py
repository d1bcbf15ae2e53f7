"""Characters that Canvas cannot store, and characters that nobody can see."""

from __future__ import annotations

from helpers.near_misses import INVISIBLE as INVISIBLE_CHARACTERS
from helpers.preflight.findings import ROWS, SILENCE, Rule
from helpers.preflight.school import School
from helpers.scratch_database import NUL, name, text
from practice_canvas.sis_csv.kinds import Column, Kind

NUL_CHARACTER = Rule(
    slug="nul-character",
    severity="skips the row",
    title="NUL character in a value",
    template=("The {column} “{value}” contains a NUL character (shown as ␀), which Canvas cannot store."),
    fix="Remove NUL characters when you export, or let repair_file() remove them.",
    taught_in=ROWS,
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
    taught_in=ROWS,
)
INVISIBLE = Rule(
    slug="invisible-blank",
    severity="silent",
    title="Invisible character in a value",
    template=(
        "The {column} “{value}” contains a no-break space or another invisible character. "
        "Canvas treats it as a different value."
    ),
    fix="Remove the character, or let repair_file() rewrite the file.",
    taught_in=SILENCE,
    repairable=True,
)
_MATTERS = ("login_id", "role", "status", "email", "integration_id", "type")


def check(school: School, kind: Kind) -> None:
    """Find harmful characters."""
    files = school.files_of(kind)
    for column in kind.columns:
        if any(file.has_nul for file in files):
            school.note(NUL_CHARACTER, kind, column.name, f"contains({name(column.name)}, {text(NUL)})")
        if _matters(kind, column) and not all(file.ascii for file in files):
            school.note(
                INVISIBLE,
                kind,
                column.name,
                f"regexp_matches({name(column.name)}, {text(INVISIBLE_CHARACTERS)})",
            )
    if kind.column("login_id"):
        school.note(CONTROL, kind, "login_id", "regexp_matches(login_id, '[\\x01-\\x1f\\x7f-\\x{9f}]')")


def _matters(kind: Kind, column: Column) -> bool:
    """Return whether Canvas compares the values of a column character by character."""
    return bool(column.refers_to) or column.name in kind.identified_by or column.name in _MATTERS
