"""SIS imports (Canvas's table `sis_batches`): finding and listing them."""

import sqlite3

from practice_canvas.store import messages, records
from practice_canvas.store.sql import Query

STARTED = ("importing", "cleanup_batch")
UNSTARTED = ("initializing", "created")
UNFINISHED = UNSTARTED + STARTED
DATES = {"created_since": "created_at > ?", "created_before": "created_at < ?"}
"""What the filters of an account's list ask."""

_COLUMNS = (
    "sis_batches.*, users.name AS user_name, attachments.display_name AS upload_name,"
    " attachments.size AS upload_size, " + messages.COUNTS
)
_SOURCE = (
    "sis_batches JOIN users ON users.id = sis_batches.user_id"
    " LEFT JOIN attachments ON attachments.id = sis_batches.attachment_id"
)


def imports() -> Query:
    """List SIS imports, newest first, with who sent which file and the number of messages."""
    return Query(_COLUMNS, _SOURCE, order="sis_batches.id DESC")


def active(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the imports that run, are being restored, or wait in the queue; the running one first."""
    # An import in `initializing` was refused, or its file has not come: it may never start.
    query = imports().where_in("sis_batches.workflow_state", ("created", "restoring", *STARTED))
    query.order = "sis_batches.workflow_state = 'created', sis_batches.id"
    return query.rows(db, 3)


def latest_ended(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the import that ended last, or None."""
    query = imports().where("sis_batches.ended_at IS NOT NULL AND sis_batches.workflow_state <> 'restoring'")
    query.order, query.key = "sis_batches.updated_at DESC, sis_batches.id DESC", "sis_batches.id"
    return query.first(db)


def find(db: sqlite3.Connection, import_id: int) -> sqlite3.Row | None:
    """Return one import, or None."""
    return records.find(db, "sis_batches", id=import_id)


def importing(db: sqlite3.Connection, account_id: int) -> list[sqlite3.Row]:
    """Return the imports of an account that run right now."""
    query = Query("*", "sis_batches").where("account_id = ?", account_id)
    return query.where_in("workflow_state", STARTED).rows(db)


def any_active(db: sqlite3.Connection) -> bool:
    """Return whether an import waits, runs or is being restored."""
    return bool(active(db))


def listed(account_id: int) -> Query:
    """List an account's imports, newest first; their total number is not reported."""
    query = Query("*", "sis_batches", order="created_at DESC, id DESC", counted=False)
    return query.where("account_id = ?", account_id)
