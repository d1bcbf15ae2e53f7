"""The queue of SIS imports: adding, aborting, starting, advancing and ending them."""

import json
import sqlite3
from typing import Any
from uuid import uuid4

from practice_canvas.store import records
from practice_canvas.store.reads.sis_imports import STARTED, UNFINISHED, find
from practice_canvas.store.sql import assignments, sql

Json = dict[str, Any]


def create(
    db: sqlite3.Connection,
    *,
    account_id: int,
    user_id: int,
    options: Json,
    attachment_id: int | None,
    has_file: bool,
    now: str,
) -> int:
    """Insert an import and return its id.

    Args:
        attachment_id: the upload; None when the import was refused.
        has_file: whether the file is there; without it the import is in `initializing` until `begin`.
    """
    values = {
        "account_id": account_id,
        "user_id": user_id,
        "workflow_state": "created" if has_file else "initializing",
        "options": json.dumps(options),
        "data": json.dumps({"import_type": "instructure_csv"}),
        "attachment_id": attachment_id,
        "diffing_data_set_identifier": options["diffing_data_set_identifier"],
        "diffing_remaster": options["diffing_remaster"],
        "created_at": now,
        "updated_at": now,
    }
    _end_pause(db)
    return records.insert(db, "sis_batches", values)


def begin(db: sqlite3.Connection, import_id: int, now: str) -> None:
    """Put an import in the queue whose file has arrived, unless it was aborted meanwhile."""
    _end_pause(db)
    db.execute(
        "UPDATE sis_batches SET workflow_state = 'created', updated_at = ?"
        " WHERE id = ? AND workflow_state = 'initializing'",
        (now, import_id),
    )


def _end_pause(db: sqlite3.Connection) -> None:
    """Restart the queue, even while it still pauses after an abort: a new import does that."""
    db.execute("UPDATE sis_batches SET run_after = NULL WHERE workflow_state = 'created'")


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


def set_own_pace(db: sqlite3.Connection, import_id: int, pace: str) -> bool:
    """Let one import ask for a pace of its own; return whether there is such an import."""
    record = find(db, import_id)
    if record is None:
        return False
    options = json.loads(record["options"]) | {"pace": pace}
    records.update(db, "sis_batches", import_id, {"options": json.dumps(options)})
    return True


def own_pace(db: sqlite3.Connection, import_id: int) -> str | None:
    """Return the pace that an import asked for, None if it did not."""
    record = find(db, import_id)
    own: str | None = json.loads(record["options"]).get("pace") if record else None
    return own


def waiting(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the next import: the oldest waiting one, or None."""
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM sis_batches WHERE workflow_state = 'created' ORDER BY id LIMIT 1"
    ).fetchone()
    return found


def is_waiting(db: sqlite3.Connection, import_id: int) -> bool:
    """Return whether an import is still waiting."""
    return records.find(db, "sis_batches", id=import_id, workflow_state="created") is not None


def finish_aborted(db: sqlite3.Connection, now: str) -> None:
    """Finish the imports that were aborted while they waited: the worker skips them."""
    db.execute(
        "UPDATE sis_batches SET progress = 100, ended_at = ?, updated_at = ? WHERE workflow_state = 'aborted'"
        " AND progress < 100 AND started_at IS NULL AND attachment_id IS NOT NULL",
        (now, now),
    )


def claim(db: sqlite3.Connection, import_id: int, now: str) -> str | None:
    """Start a waiting import.

    Returns:
        The token that names this run, or None when the import is no longer waiting.
    """
    token = uuid4().hex
    claimed = db.execute(
        "UPDATE sis_batches SET workflow_state = 'importing', started_at = ?, updated_at = ?, run_token = ?"
        " WHERE id = ? AND workflow_state = 'created'",
        (now, now, token, import_id),
    )
    return token if claimed.rowcount else None


def advance(db: sqlite3.Connection, import_id: int, run_token: str, values: Json) -> bool:
    """Write progress, state or data of a run; False when it was aborted or is gone."""
    done = db.execute(
        sql(
            "UPDATE sis_batches SET {} WHERE id = ? AND run_token = ?"
            " AND workflow_state IN ('importing', 'cleanup_batch')",
            assignments(values),
        ),
        (*values.values(), import_id, run_token),
    )
    return done.rowcount == 1


def runs(db: sqlite3.Connection, import_id: int, run_token: str) -> bool:
    """Return whether this run of the import is still active."""
    found = db.execute(
        "SELECT 1 FROM sis_batches WHERE id = ? AND run_token = ?"
        " AND workflow_state IN ('importing', 'cleanup_batch')",
        (import_id, run_token),
    ).fetchone()
    return found is not None


def exists(db: sqlite3.Connection, import_id: int, run_token: str) -> bool:
    """Return whether the import of this run is still there (a reset removes it)."""
    return records.find(db, "sis_batches", id=import_id, run_token=run_token) is not None


def end(db: sqlite3.Connection, import_id: int, now: str, *, data: Json, **values: Any) -> None:
    """End a run from outside, after an abort, an error or a crash; `data` is merged."""
    record = find(db, import_id)
    if record is None:
        return
    merged = json.dumps({**json.loads(record["data"]), **data})
    records.update(
        db,
        "sis_batches",
        import_id,
        {"data": merged, "run_token": None, "ended_at": now, "updated_at": now, **values},
    )


def interrupted(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the imports whose worker was interrupted (or that were aborted just before)."""
    return db.execute(
        "SELECT * FROM sis_batches WHERE workflow_state IN ('importing', 'cleanup_batch')"
        " OR (workflow_state = 'aborted' AND run_token IS NOT NULL)"
    ).fetchall()
