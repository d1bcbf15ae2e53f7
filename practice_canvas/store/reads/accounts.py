"""Accounts: the root account and the tree below it."""

from practice_canvas.store.sql import Query

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
    ids = "SELECT account_id FROM account_users WHERE user_id = ? AND workflow_state = 'active'"
    return Query("*", "accounts").where("workflow_state = 'active'").where(f"id IN ({ids})", user_id)
