"""SIS imports (Canvas's table `sis_batches`): making, finding, listing and aborting them."""

import json
import sqlite3
from typing import Any

from practice_canvas.store import records
from practice_canvas.store.sql import Query

STARTED = ("importing", "cleanup_batch")
UNSTARTED = ("initializing", "created")
UNFINISHED = UNSTARTED + STARTED

Json = dict[str, Any]


def create(
    db: sqlite3.Connection,
    *,
    account_id: int,
    user_id: int,
    options: Json,
    attachment_id: int | None,
    now: str,
) -> int:
    """Insert an import and return its id.

    Args:
        attachment_id: the upload; None leaves the import stuck in `initializing`, never to be run.
    """
    values = {
        "account_id": account_id,
        "user_id": user_id,
        "workflow_state": "initializing" if attachment_id is None else "created",
        "options": json.dumps(options),
        "data": json.dumps({"import_type": "instructure_csv"}),
        "attachment_id": attachment_id,
        "diffing_data_set_identifier": options["diffing_data_set_identifier"],
        "diffing_remaster": options["diffing_remaster"],
        "created_at": now,
        "updated_at": now,
    }
    # A new import restarts the queue, even while it still pauses after an abort.
    db.execute("UPDATE sis_batches SET run_after = NULL WHERE workflow_state = 'created'")
    return records.insert(db, "sis_batches", values)


def find(db: sqlite3.Connection, import_id: int) -> sqlite3.Row | None:
    """Return one import, or None."""
    found: sqlite3.Row | None = db.execute("SELECT * FROM sis_batches WHERE id = ?", (import_id,)).fetchone()
    return found


def importing(db: sqlite3.Connection, account_id: int) -> list[sqlite3.Row]:
    """Return the imports of an account that run right now."""
    return db.execute(
        "SELECT * FROM sis_batches WHERE account_id = ? AND workflow_state IN ('importing', 'cleanup_batch')"
        " ORDER BY id",
        (account_id,),
    ).fetchall()


def abort(db: sqlite3.Connection, import_id: int, *, now: str, others_wait_until: str) -> bool:
    """Abort an unfinished import; after a running one the waiting ones pause.

    Returns:
        Whether there was such an unfinished import.
    """
    record = find(db, import_id)
    if record is None or record["workflow_state"] not in UNFINISHED:
        return False
    records.update(db, "sis_batches", import_id, {"workflow_state": "aborted", "updated_at": now})
    if record["workflow_state"] in STARTED:
        db.execute(
            "UPDATE sis_batches SET run_after = ? WHERE workflow_state = 'created'", (others_wait_until,)
        )
    return True


def abort_all_pending(db: sqlite3.Connection, account_id: int, now: str) -> None:
    """Abort every import of the account that has not been started."""
    db.execute(
        "UPDATE sis_batches SET workflow_state = 'aborted', progress = 100, updated_at = ?"
        " WHERE account_id = ? AND workflow_state IN ('initializing', 'created')",
        (now, account_id),
    )


def any_active(db: sqlite3.Connection) -> bool:
    """Return whether an import waits, runs or is being restored."""
    query = "SELECT 1 FROM sis_batches WHERE workflow_state IN (?, ?, ?, ?) LIMIT 1"
    return db.execute(query, ("created", "restoring", *STARTED)).fetchone() is not None


def listed(account_id: int) -> Query:
    """List an account's imports, newest first; their total number is not reported."""
    query = Query("*", "sis_batches", order="created_at DESC, id DESC", counted=False)
    return query.where("account_id = ?", account_id)


def messages(account_id: int, import_id: int | None, *, errors_only: bool) -> Query:
    """List the messages of one import or of all of an account, newest first."""
    query = Query("*", "sis_batch_errors", order="id DESC")
    if import_id is None:
        query.where("sis_batch_id IN (SELECT id FROM sis_batches WHERE account_id = ?)", account_id)
    else:
        query.where("sis_batch_id = ?", import_id)
    return query.where("failure") if errors_only else query


def first_messages(
    db: sqlite3.Connection, import_id: int, *, failure: bool, limit: int
) -> list[list[str | None]]:
    """Return the first pairs [file, message] of an import's errors or warnings."""
    found = db.execute(
        "SELECT file, message FROM sis_batch_errors WHERE sis_batch_id = ? AND failure = ?"
        " ORDER BY id LIMIT ?",
        (import_id, int(failure), limit),
    )
    return [list(pair) for pair in found]


def message_count(db: sqlite3.Connection, import_id: int, *, failure: bool) -> int:
    """Return how many errors (or warnings) an import has."""
    found = db.execute(
        "SELECT count(*) FROM sis_batch_errors WHERE sis_batch_id = ? AND failure = ?",
        (import_id, int(failure)),
    ).fetchone()
    return int(found[0])
