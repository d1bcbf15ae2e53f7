"""SIS imports as the worker runs them: the next one, claiming, advancing and ending."""

import json
import sqlite3
from typing import Any
from uuid import uuid4

from practice_canvas.store import records
from practice_canvas.store.writes.sis_imports import find

Json = dict[str, Any]


def waiting(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the next import: the oldest waiting one, or None."""
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM sis_batches WHERE workflow_state = 'created' ORDER BY id LIMIT 1"
    ).fetchone()
    return found


def is_waiting(db: sqlite3.Connection, import_id: int) -> bool:
    """Return whether an import is still waiting."""
    return (
        db.execute(
            "SELECT 1 FROM sis_batches WHERE id = ? AND workflow_state = 'created'", (import_id,)
        ).fetchone()
        is not None
    )


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
    columns = ", ".join(f"{column} = ?" for column in values)
    done = db.execute(
        f"UPDATE sis_batches SET {columns} WHERE id = ? AND run_token = ?"  # noqa: S608 (names from the code)
        " AND workflow_state IN ('importing', 'cleanup_batch')",
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
    found = db.execute(
        "SELECT 1 FROM sis_batches WHERE id = ? AND run_token = ?", (import_id, run_token)
    ).fetchone()
    return found is not None


def add_error(db: sqlite3.Connection, import_id: int, message: str, now: str) -> None:
    """Store an error about the whole import."""
    records.insert(
        db,
        "sis_batch_errors",
        {"sis_batch_id": import_id, "failure": 1, "message": message, "created_at": now},
    )


def message_counts(db: sqlite3.Connection, import_id: int) -> Json:
    """Return {"error_count": …, "warning_count": …} of an import."""
    errors, warnings = db.execute(
        "SELECT count(*) FILTER (WHERE failure), count(*) FILTER (WHERE NOT failure)"
        " FROM sis_batch_errors WHERE sis_batch_id = ?",
        (import_id,),
    ).fetchone()
    return {"error_count": errors, "warning_count": warnings}


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
