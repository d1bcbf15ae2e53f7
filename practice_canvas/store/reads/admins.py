"""Admins of accounts, and the roles an account offers."""

from practice_canvas.store.reads import users
from practice_canvas.store.sql import Query


def of_account(account_id: int) -> Query:
    """List the active admins of an account with their names and logins."""
    columns = (
        "account_users.id AS admin_id, account_users.role_id, account_users.workflow_state AS admin_state,"
        f" roles.name AS role, {users.COLUMNS}"
    )
    source = (
        "account_users JOIN roles ON roles.id = account_users.role_id"
        f" JOIN users ON users.id = account_users.user_id {users.LIVE_LOGIN}"
    )
    query = Query(columns, source, order="account_users.id")
    return query.where("account_users.workflow_state = 'active' AND account_users.account_id = ?", account_id)


def roles(account_id: int) -> Query:
    """List the roles of an account: the built-in ones and its own active ones."""
    query = Query("*", "roles").where("workflow_state IN ('built_in', 'active')")
    return query.where("account_id IS NULL OR account_id = ?", account_id)
