"""What a fresh practice Canvas holds: a root account, its default term, roles, people and tokens."""

import sqlite3
from datetime import UTC, datetime, timedelta

from practice_canvas.store.records import new_uuid

ROOT_ACCOUNT_ID = 1
DEFAULT_TERM_ID = 1

# Built-in roles: (id, name, base_role_type). A built-in course role is named like its type.
BUILT_IN_ROLES = (
    (1, "StudentEnrollment", "StudentEnrollment"),
    (2, "TeacherEnrollment", "TeacherEnrollment"),
    (3, "TaEnrollment", "TaEnrollment"),
    (4, "DesignerEnrollment", "DesignerEnrollment"),
    (5, "ObserverEnrollment", "ObserverEnrollment"),
    (6, "AccountAdmin", "AccountMembership"),
)
ACCOUNT_ADMIN_ROLE_ID = 6

# (user id, name, sortable name, login, is an account admin)
PEOPLE = (
    (1, "Ada Admin", "Admin, Ada", "ada.admin", True),
    (2, "Nora Noright", "Noright, Nora", "nora.noright", False),
)
# (name, token, user id, expires in days or None, scopes or None). These tokens are public; a server may take
# others in their place.
TOKENS = (
    ("admin", "practice-admin-token", 1, None, None),
    ("no_permission", "practice-no-permission-token", 2, None, None),
    ("expired", "practice-expired-token", 1, -1, None),
    ("read_only", "practice-read-only-token", 1, None, "url:GET|"),
)
STOCK_TOKENS = {name: token for name, token, *_ in TOKENS}
CANVAS_PROVIDER_ID = 1


def fill(db: sqlite3.Connection, now: str) -> None:
    """Insert what every fresh root account has.

    Args:
        db: a connection with empty tables; the caller commits.
        now: the time of creation, ISO 8601 UTC.
    """
    db.execute(
        "INSERT INTO accounts (id, name, uuid, created_at) VALUES (?, 'Practice School', ?, ?)",
        (ROOT_ACCOUNT_ID, new_uuid(), now),
    )
    db.execute(
        "INSERT INTO enrollment_terms (id, name, created_at) VALUES (?, 'Default Term', ?)",
        (DEFAULT_TERM_ID, now),
    )
    db.execute(
        "INSERT INTO authentication_providers (id, auth_type) VALUES (?, 'canvas')", (CANVAS_PROVIDER_ID,)
    )
    db.executemany(
        "INSERT INTO roles (id, name, base_role_type, workflow_state) VALUES (?, ?, ?, 'built_in')",
        BUILT_IN_ROLES,
    )
    for person in PEOPLE:
        _add_person(db, now, *person)
    for name, token, user_id, days, scopes in TOKENS:
        db.execute(
            "INSERT INTO access_tokens (name, token, user_id, expires_at, scopes) VALUES (?, ?, ?, ?, ?)",
            (name, token, user_id, _in(days), scopes),
        )


def _add_person(
    db: sqlite3.Connection, now: str, user_id: int, name: str, sortable: str, login: str, admin: bool
) -> None:
    db.execute(
        "INSERT INTO users (id, name, sortable_name, uuid, stuck, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (user_id, name, sortable, new_uuid(), "name sortable_name", now),
    )
    db.execute(
        "INSERT INTO pseudonyms (user_id, account_id, unique_id, unique_id_key, authentication_provider_id,"
        " stuck, created_at) VALUES (?, ?, ?, ?, ?, 'unique_id workflow_state', ?)",
        (user_id, ROOT_ACCOUNT_ID, login, login, CANVAS_PROVIDER_ID, now),
    )
    if admin:
        db.execute(
            "INSERT INTO account_users (account_id, user_id, role_id) VALUES (?, ?, ?)",
            (ROOT_ACCOUNT_ID, user_id, ACCOUNT_ADMIN_ROLE_ID),
        )


def _in(days: int | None) -> str | None:
    """Return the time so many days from now (None: never)."""
    return None if days is None else (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
