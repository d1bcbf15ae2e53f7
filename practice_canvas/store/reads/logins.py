"""Find logins (Canvas: pseudonyms), their users' other logins and their email channels."""

import sqlite3
from collections.abc import Collection, Iterable
from json import dumps

from practice_canvas.store.records import Record, find, find_all
from practice_canvas.store.sql import Query, name, sql


def case_key(text: str) -> str:
    """Return the text in the form in which login names and email addresses are compared."""
    return text.lower()


def with_sis_id(db: sqlite3.Connection, sis_user_id: str) -> Record | None:
    """Return the login with this SIS id, a deleted one too."""
    return find(db, "pseudonyms", sis_user_id=sis_user_id)


def with_integration_id(db: sqlite3.Connection, integration_id: str) -> Record | None:
    """Return the login with this integration id, a deleted one too."""
    return find(db, "pseudonyms", integration_id=integration_id)


def live_with_sis_id(db: sqlite3.Connection, sis_user_id: str) -> Record | None:
    """Return the login with this SIS id unless it is deleted."""
    login = with_sis_id(db, sis_user_id)
    return login if login and login["workflow_state"] != "deleted" else None


def live_with_name(
    db: sqlite3.Connection, unique_id: str, provider_id: int | None, preferred_id: int | None = None
) -> Record | None:
    """Return the login that is not deleted and has this name in any letter case.

    Args:
        db: the database.
        unique_id: the login name.
        provider_id: compare the logins of this authentication provider only; None: all.
        preferred_id: of several logins, take this one.
    """
    namesakes = find_all(db, "pseudonyms", unique_id_key=case_key(unique_id))
    return live_one(namesakes, provider_id, preferred_id)


def live_one(namesakes: Iterable[Record], provider_id: int | None, preferred_id: int | None) -> Record | None:
    """Return of the logins with a name the one that `live_with_name` takes."""
    found = [
        login
        for login in namesakes
        if login["workflow_state"] != "deleted" and provider_id in (None, login["authentication_provider_id"])
    ]
    return min(found, key=lambda login: login["id"] != preferred_id, default=None)


def live_of_user(db: sqlite3.Connection, user_id: int) -> list[sqlite3.Row]:
    """Return the user's logins that are not deleted, oldest first."""
    query = "SELECT * FROM pseudonyms WHERE user_id = ? AND workflow_state <> 'deleted' ORDER BY id"
    return db.execute(query, (user_id,)).fetchall()


def active_provider(db: sqlite3.Connection, name_or_id: str) -> int | None:
    """Return the id of the active authentication provider with this Canvas id or type name."""
    query = (
        "SELECT id FROM authentication_providers WHERE workflow_state = 'active'"
        " AND (CAST(id AS TEXT) = ?1 OR auth_type = ?1) ORDER BY id"
    )
    found = db.execute(query, (name_or_id,)).fetchone()
    return found[0] if found else None


def providers() -> Query:
    """List the active authentication providers."""
    return Query("*", "authentication_providers").where("workflow_state = 'active'")


def channel_with_path(db: sqlite3.Connection, user_id: int, path: str) -> Record | None:
    """Return the user's email channel with this address in any letter case, a retired one too."""
    return find(db, "communication_channels", user_id=user_id, path_key=case_key(path))


def next_channel_position(db: sqlite3.Connection, user_id: int) -> int:
    """Return the position for one more channel of the user; the first one is the primary address."""
    query = "SELECT coalesce(max(position), 0) + 1 FROM communication_channels WHERE user_id = ?"
    return int(db.execute(query, (user_id,)).fetchone()[0])


def people(
    db: sqlite3.Connection, column: str, values: Collection[str]
) -> list[tuple[str, int, str, int, int]]:
    """Return the people whom many rows name.

    Args:
        db: the database.
        column: by which they are named: sis_user_id or integration_id.
        values: its values.

    Returns:
        Of each login found (value, user id, login name, 1 if neither login nor user is deleted, 1 if the user
        has a login that is not deleted); a deleted user counts as one without logins.
    """
    query = sql(
        "SELECT login.{}, login.user_id, login.unique_id,"
        " login.workflow_state <> 'deleted' AND users.workflow_state <> 'deleted',"
        " users.workflow_state <> 'deleted' AND (login.workflow_state <> 'deleted' OR EXISTS (SELECT 1"
        "  FROM pseudonyms other WHERE other.user_id = users.id AND other.workflow_state <> 'deleted'))"
        " FROM json_each(?) wanted"
        " CROSS JOIN pseudonyms login ON login.{} = wanted.value"
        " JOIN users ON users.id = login.user_id",
        name(column),
        name(column),
    )
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(query, (dumps(sorted(values)),)).fetchall()
