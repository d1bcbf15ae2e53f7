"""The SIS imports that the pages list."""

import sqlite3

from practice_canvas.store.sql import Query
from practice_canvas.store.writes.sis_imports import UNFINISHED

_COLUMNS = (
    "sis_batches.*, users.name AS user_name, attachments.display_name AS upload_name,"
    " attachments.size AS upload_size,"
    " (SELECT count(*) FROM sis_batch_errors WHERE sis_batch_id = sis_batches.id AND failure)"
    " AS errors_count,"
    " (SELECT count(*) FROM sis_batch_errors WHERE sis_batch_id = sis_batches.id AND NOT failure)"
    " AS warnings_count"
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
    query = imports().where_in("sis_batches.workflow_state", [*UNFINISHED, "restoring"])
    query.where("sis_batches.workflow_state <> 'initializing'")  # refused: it never starts
    query.order = "sis_batches.workflow_state = 'created', sis_batches.id"
    return query.rows(db, 3)


def messages(import_id: int) -> Query:
    """List an import's messages, errors first, in the order in which they came."""
    query = Query("*", "sis_batch_errors", order="failure DESC, id")
    return query.where("sis_batch_id = ?", import_id)
