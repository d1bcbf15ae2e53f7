"""Roles: a role is either built in or a custom role in your Canvas."""

from __future__ import annotations

from helpers.near_misses import nearest
from helpers.preflight.findings import ENROLLMENTS, Rule
from helpers.preflight.school import School, rows_of
from helpers.scratch_database import text
from practice_canvas.sis_csv.model import Kind

MISSPELLED = Rule(
    slug="role-misspelled",
    severity="skips the row",
    title="Misspelled role",
    template="The role “{value}” is not a built-in role. Did you mean {more}?",
    fix="Use student, teacher, ta, observer, or designer, or the exact name of a custom role.",
    taught_in=ENROLLMENTS,
)
CUSTOM = Rule(
    slug="role-custom",
    severity="note",
    title="Custom role",
    template="The role “{value}” must be a custom role in your Canvas, with exactly this name.",
    fix="Check under Permissions in your account settings that the role exists and is active.",
    taught_in=ENROLLMENTS,
)
COURSE_ROLE = Rule(
    slug="role-no-admin",
    severity="skips the row",
    title="Course role given to an admin",
    template="The role “{value}” is a course role. An admin needs an account role.",
    fix="Use AccountAdmin, or the name of a custom account role.",
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
        school.note(COURSE_ROLE, kind, "role", f"role_id IS NULL AND lower(role) IN ({words})")
        other = f"role_id IS NULL AND role <> 'AccountAdmin' AND lower(role) NOT IN ({words})"
        school.note(CUSTOM, kind, "role", other)


def _check_enrollments(school: School, kind: Kind) -> None:
    words = ", ".join(map(text, _WORDS))  # nearly all rows have one of them
    roles = school.database.rows(
        f"SELECT DISTINCT role FROM {rows_of(kind)} WHERE lower(role) NOT IN ({words}) AND role_id IS NULL"
        f" LIMIT {_MOST_ROLES}"
    )
    other = [role for (role,) in roles if not _built_in(role)]
    if not other:
        return
    school.database.fill(
        "roles", ("name", "near"), [(role, nearest(role.lower(), _WORDS, 0.8)) for role in other]
    )
    source = f"(SELECT r.*, near FROM {rows_of(kind)} AS r JOIN roles ON name = role WHERE role_id IS NULL)"
    school.note(MISSPELLED, kind, "role", "near IS NOT NULL", more="near", source=source)
    school.note(CUSTOM, kind, "role", "near IS NULL", source=source)


def _built_in(role: str) -> bool:
    return role.lower() in _WORDS or role.lower().startswith("student") or role in _TYPES
