"""Admins of accounts."""

import sqlite3

from practice_canvas.store.reads import users
from practice_canvas.store.sql import Query


def of_account(account_id: int) -> Query:
    """List the active admins of an account with their names and logins."""
    return _admins().where(
        "account_users.workflow_state = 'active' AND account_users.account_id = ?", account_id
    )


def one(db: sqlite3.Connection, admin_id: int) -> sqlite3.Row:
    """Return one admin with name and login."""
    return _admins().where("account_users.id = ?", admin_id).rows(db, 1)[0]


def _admins() -> Query:
    columns = (
        "account_users.id AS admin_id, account_users.role_id, account_users.workflow_state AS admin_state,"
        f" roles.name AS role, {users.COLUMNS}"
    )
    source = (
        "account_users JOIN roles ON roles.id = account_users.role_id"
        f" JOIN users ON users.id = account_users.user_id {users.LIVE_LOGIN}"
    )
    return Query(columns, source, order="account_users.id")
