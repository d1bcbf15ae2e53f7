"""Accounts: the root account and the tree below it."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.sql import Query, Sql

# The ids of an account and of all below it; takes the account's id.
TREE = (
    "WITH RECURSIVE tree (id) AS (SELECT ? UNION ALL SELECT accounts.id FROM accounts"
    " JOIN tree ON accounts.parent_account_id = tree.id WHERE accounts.workflow_state = 'active')"
    " SELECT id FROM tree"
)


def sub_accounts(account_id: int, *, recursive: bool) -> Query:
    """List the active accounts directly below one, or all below it."""
    query = Query("*", "accounts").where("workflow_state = 'active'")
    if recursive:
        return query.where(f"id IN ({TREE}) AND id <> ?", account_id, account_id)
    return query.where("parent_account_id = ?", account_id)


def administered(user_id: int) -> Query:
    """List the active accounts in which a user is an admin."""
    query = Query("*", "accounts").where("workflow_state = 'active'")
    ids = "SELECT account_id FROM account_users WHERE workflow_state = 'active' AND user_id = ?"
    return query.where_in_query("id", Sql(ids), user_id)


def with_sis_id(db: sqlite3.Connection, *account_ids: str | None) -> sqlite3.Row | None:
    """Return the first account that one of the SIS IDs names, deleted or not."""
    found = (
        records.find(db, "accounts", sis_source_id=account_id) for account_id in account_ids if account_id
    )
    return next((one for one in found if one), None)


def is_at_or_below(db: sqlite3.Connection, account_id: int, other_id: int) -> bool:
    """Return whether an account is another one or lies below it."""
    found = db.execute(
        "WITH RECURSIVE up (id) AS (SELECT ? UNION SELECT accounts.parent_account_id FROM accounts"
        " JOIN up ON accounts.id = up.id) SELECT 1 FROM up WHERE id = ?",
        (account_id, other_id),
    ).fetchone()
    return found is not None


def has_active_below(db: sqlite3.Connection, account_id: int) -> bool:
    """Return whether an account directly below it is active."""
    query = "SELECT 1 FROM accounts WHERE parent_account_id = ? AND workflow_state <> 'deleted' LIMIT 1"
    return db.execute(query, (account_id,)).fetchone() is not None
