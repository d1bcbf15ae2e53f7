"""Stored files as the REST reads show them."""

import sqlite3

from practice_canvas.store.store import Store


def of_import(db: sqlite3.Connection, import_id: int) -> list[sqlite3.Row]:
    """Return the files that an import offers, oldest first."""
    return db.execute(
        "SELECT * FROM attachments WHERE sis_batch_id = ? AND purpose <> 'upload' ORDER BY id", (import_id,)
    ).fetchall()


def sweep(store: Store) -> None:
    """Delete stored files that nothing refers to: what cut uploads and killed processes left behind."""
    known = {path for (path,) in store.db.execute("SELECT path FROM attachments")}
    for path in store.files.iterdir():
        if path.is_file() and path.name not in known:
            path.unlink(missing_ok=True)
