"""Progress objects: how far restore_states of an import has come, and changes of many courses."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practice_canvas.store import records
from practice_canvas.store.reads import sis_imports

TAG = "sis_batch_state_restore"
COURSES = "course_batch_update"


@dataclass(frozen=True)
class Restore:
    """One restore_states to be carried out."""

    progress_id: int
    import_id: int
    options: dict[str, bool]  # batch_mode, undelete_only, unconclude_only


def create(db: sqlite3.Connection, import_id: int, options: dict[str, bool], now: str) -> int:
    """Ask for the restoring of an import and return the Progress's id."""
    records.update(db, "sis_batches", import_id, {"workflow_state": "restoring", "updated_at": now})
    values = {"context_id": import_id, "tag": TAG, "options": json.dumps(options)}
    return records.insert(db, "progresses", {**values, "created_at": now, "updated_at": now})


def note_done(db: sqlite3.Connection, context_id: int, tag: str, message: str, now: str) -> sqlite3.Row:
    """Add a Progress for work that was carried out at once and return it."""
    values = {"context_id": context_id, "tag": tag, "message": message, "workflow_state": "completed"}
    values |= {"completion": 100, "created_at": now, "updated_at": now}
    return records.one(db, "progresses", records.insert(db, "progresses", values))


def next_restore(db: sqlite3.Connection) -> Restore | None:
    """Return the oldest restoring that has not ended, or None."""
    found = db.execute(
        "SELECT * FROM progresses WHERE workflow_state IN ('queued', 'running') ORDER BY id LIMIT 1"
    ).fetchone()
    return Restore(found["id"], found["context_id"], json.loads(found["options"])) if found else None


def advance(
    db: sqlite3.Connection, restore: Restore, completion: float, data: Mapping[str, Any], now: str
) -> bool:
    """Store how far it has come (percent) and merge `data` into the import's.

    Returns:
        Whether it is still there; after a reset it is not.
    """
    values = {"workflow_state": "running", "completion": completion, "updated_at": now}
    records.update(db, "progresses", restore.progress_id, values)
    record = sis_imports.find(db, restore.import_id)
    if record is not None and data:
        merged = json.dumps({**json.loads(record["data"]), **data})
        records.update(db, "sis_batches", restore.import_id, {"data": merged, "updated_at": now})
    return next_restore(db) == restore


def complete(db: sqlite3.Connection, restore: Restore, workflow_state: str, now: str) -> None:
    """End it well; the import gets `workflow_state`."""
    values = {"workflow_state": "completed", "completion": 100, "updated_at": now}
    records.update(db, "progresses", restore.progress_id, values)
    records.update(
        db, "sis_batches", restore.import_id, {"workflow_state": workflow_state, "updated_at": now}
    )


def fail(db: sqlite3.Connection, restore: Restore, now: str) -> None:
    """End it badly: part of the states are back, asking again goes on from there."""
    text = "Something went wrong inside the practice Canvas while restoring; ask for it again."
    values = {"workflow_state": "failed", "message": text, "updated_at": now}
    records.update(db, "progresses", restore.progress_id, values)
    records.update(
        db, "sis_batches", restore.import_id, {"workflow_state": "partially_restored", "updated_at": now}
    )
