"""Access tokens, and who makes a request with one."""

import sqlite3
from dataclasses import dataclass

from practice_canvas.store import records
from practice_canvas.store.records import Values
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import assignments, sql


@dataclass(frozen=True)
class Caller:
    """Who makes a request.

    Args:
        id: the user.
        is_admin: whether they administer the root account.
        scopes: beginnings of what their token may call (`url:GET|/api/v1/…`); None lets it call everything.
    """

    id: int
    is_admin: bool
    scopes: tuple[str, ...] | None = None

    def may_call(self, method: str, path: str) -> bool:
        """Return whether the token's scopes hold a call, such as GET `/api/v1/users/:id`."""
        return self.scopes is None or f"url:{method}|{path}".startswith(self.scopes)


def caller(db: sqlite3.Connection, user_id: int, scopes: tuple[str, ...] | None) -> Caller:
    """Return a user as the one who makes a request."""
    role = {"account_id": fresh.ROOT_ACCOUNT_ID, "role_id": fresh.ACCOUNT_ADMIN_ROLE_ID}
    admin = records.find(db, "account_users", **role, user_id=user_id, workflow_state="active")
    return Caller(user_id, admin is not None, scopes)


def token(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """Return the record of the access token with a name, or None."""
    found: sqlite3.Row | None = db.execute("SELECT * FROM access_tokens WHERE name = ?", (name,)).fetchone()
    return found


def tokens(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every access token's record."""
    return db.execute("SELECT * FROM access_tokens ORDER BY rowid").fetchall()


def change_token(db: sqlite3.Connection, name: str, values: Values) -> None:
    """Write some columns of an access token."""
    if values:
        statement = sql("UPDATE access_tokens SET {} WHERE name = ?", assignments(values))
        db.execute(statement, (*values.values(), name))
