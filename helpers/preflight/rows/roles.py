"""Roles: the built-in ones have their words, any other has to be a custom role of your Canvas."""

from __future__ import annotations

from difflib import get_close_matches

from helpers.preflight.findings import ENROLLMENTS, ROWS, Rule
from helpers.preflight.school import School, rows_of
from practice_canvas.sis_csv.kinds import Kind

MISSPELLED = Rule(
    "role-misspelled",
    "skips the row",
    "A role is nearly a built-in one",
    "The role “{value}” is no built-in role. Is it meant to be {more}?",
    "Use student, teacher, ta, observer or designer, or the exact name of a custom role.",
    ENROLLMENTS,
)
CUSTOM = Rule(
    "role-custom",
    "note",
    "A role is not built in",
    "The role “{value}” has to be a custom role of your Canvas, letter for letter.",
    "Look under Permissions in your account's settings whether the role is there and active.",
    ENROLLMENTS,
)
NO_ADMIN = Rule(
    "role-no-admin",
    "skips the row",
    "A role in a course makes no admin",
    "The role “{value}” is a role in courses; admins have a role in an account.",
    "Use AccountAdmin, or the name of a custom account role.",
    ROWS,
)
_WORDS = ("student", "teacher", "ta", "observer", "designer")
_TYPES = tuple(f"{word}Enrollment" for word in ("Student", "Teacher", "Ta", "Observer", "Designer"))
_MOST_ROLES = 1000


def check(school: School, kind: Kind) -> None:
    """Find roles that Canvas may not know."""
    if kind.name == "enrollment":
        _check_enrollments(school, kind)
    elif kind.name == "admin":
        words = ", ".join(f"'{word}'" for word in (*_WORDS, *(name.lower() for name in _TYPES)))
        school.note(NO_ADMIN, kind, "role", f"role_id IS NULL AND lower(role) IN ({words})")
        other = f"role_id IS NULL AND role <> 'AccountAdmin' AND lower(role) NOT IN ({words})"
        school.note(CUSTOM, kind, "role", other)


def _check_enrollments(school: School, kind: Kind) -> None:
    roles = school.desk.rows(
        f"SELECT DISTINCT role FROM {rows_of(kind)} WHERE role IS NOT NULL AND role_id IS NULL"
        f" LIMIT {_MOST_ROLES}"
    )
    other = [role for (role,) in roles if not _built_in(role)]
    if not other:
        return
    school.desk.fill("roles", ("name", "near"), [(role, _near(role)) for role in other])
    source = f"(SELECT r.*, near FROM {rows_of(kind)} AS r JOIN roles ON name = role WHERE role_id IS NULL)"
    school.note(MISSPELLED, kind, "role", "near IS NOT NULL", more="near", source=source)
    school.note(CUSTOM, kind, "role", "near IS NULL", source=source)


def _built_in(role: str) -> bool:
    return role.lower() in _WORDS or role.lower().startswith("student") or role in _TYPES


def _near(role: str) -> str | None:
    return next(iter(get_close_matches(role.lower(), _WORDS, 1, 0.8)), None)
