"""Find the roles that an account offers: its own and its parents' custom ones, and the built-in ones."""

import sqlite3

from practice_canvas.store.sql import Query, Sql, sql

STUDENT, OBSERVER = "StudentEnrollment", "ObserverEnrollment"
ENROLLMENT_TYPES = (STUDENT, "TeacherEnrollment", "TaEnrollment", "DesignerEnrollment", OBSERVER)
"""The base types of course roles."""

# The ids of an account and of all above it, with how far above they are; takes the account's id.
_ABOVE = (
    "WITH RECURSIVE above (id, distance) AS (SELECT ?, 0 UNION ALL"
    " SELECT accounts.parent_account_id, distance + 1 FROM accounts JOIN above ON accounts.id = above.id"
    " WHERE accounts.parent_account_id IS NOT NULL)"
)


def listed(account_id: int, states: list[str], *, inherited: bool) -> Query:
    """List the built-in roles and an account's custom ones in some states, with those of accounts above."""
    owners = sql("{} SELECT id FROM above", Sql(_ABOVE)) if inherited else Sql("SELECT ?")
    query = Query("*", "roles").where(sql("account_id IS NULL OR account_id IN ({})", owners), account_id)
    return query.where_in("workflow_state", [*states, *(["built_in"] if "active" in states else [])])


def offered(db: sqlite3.Connection, account_id: int) -> list[sqlite3.Row]:
    """Return the roles that may be given in an account, in the order in which a name is looked up.

    Args:
        db: the database.
        account_id: the account, or the account of the course.

    Returns:
        Active custom roles, those of the nearest account first, then the built-in roles.
    """
    query = (
        f"{_ABOVE} SELECT roles.*, distance FROM roles JOIN above ON above.id = roles.account_id"
        " WHERE roles.workflow_state = 'active'"
        " UNION ALL SELECT roles.*, 1000 FROM roles WHERE roles.workflow_state = 'built_in'"
        " ORDER BY distance, id"
    )
    return db.execute(query, (account_id,)).fetchall()


def named(
    db: sqlite3.Connection, account_id: int, role_id: str | None, name: str | None
) -> sqlite3.Row | None:
    """Return the role offered in an account that has this id, or else this name; None if there is none."""
    roles = offered(db, account_id)
    by_id = (role for role in roles if str(role["id"]) == role_id)
    by_name = (role for role in roles if role["name"] == name)
    return next(by_id, None) or next(by_name, None)


def built_in_id(db: sqlite3.Connection, base_role_type: str) -> int:
    """Return the id of the built-in role of this type, such as ObserverEnrollment."""
    query = "SELECT id FROM roles WHERE base_role_type = ? AND workflow_state = 'built_in'"
    return int(db.execute(query, (base_role_type,)).fetchone()[0])
