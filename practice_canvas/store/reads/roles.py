"""Find the roles that an account offers: its own and its parents' custom ones, and the built-in ones."""

import sqlite3


def offered(db: sqlite3.Connection, account_id: int) -> list[sqlite3.Row]:
    """Return the roles that may be given in an account, in the order in which a name is looked up.

    Args:
        db: the database.
        account_id: the account, or the account of the course.

    Returns:
        Active custom roles, those of the nearest account first, then the built-in roles.
    """
    query = (
        "WITH RECURSIVE above (id, distance) AS (SELECT ?, 0 UNION ALL"
        " SELECT accounts.parent_account_id, distance + 1 FROM accounts JOIN above ON accounts.id = above.id"
        " WHERE accounts.parent_account_id IS NOT NULL)"
        " SELECT roles.*, distance FROM roles JOIN above ON above.id = roles.account_id"
        " WHERE roles.workflow_state = 'active'"
        " UNION ALL SELECT roles.*, 1000 FROM roles WHERE roles.workflow_state = 'built_in'"
        " ORDER BY distance, id"
    )
    return db.execute(query, (account_id,)).fetchall()


def built_in_id(db: sqlite3.Connection, base_role_type: str) -> int:
    """Return the id of the built-in role of this type, such as ObserverEnrollment."""
    query = "SELECT id FROM roles WHERE base_role_type = ? AND workflow_state = 'built_in'"
    return int(db.execute(query, (base_role_type,)).fetchone()[0])
