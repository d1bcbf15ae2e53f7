"""The stored files (Canvas: attachments): their records, and the folder that holds them."""

import os
import shutil
import sqlite3
from pathlib import Path

from practice_canvas.store import records
from practice_canvas.store.store import Store


def add(
    store: Store,
    import_id: int | None,
    purpose: str,
    display_name: str,
    path: Path,
    now: str,
    content_type: str = "text/csv",
) -> int:
    """Record a file below `files/` as an attachment of an import and return its id.

    Args:
        store: whose files folder holds the file.
        import_id: the import it belongs to, when there already is one.
        purpose: upload, csv, diffed, errors or report.
        display_name: the name a person sees.
        path: where it is.
        now: the time of creation.
        content_type: what it is served as.
    """
    return records.insert(
        store.db,
        "attachments",
        {
            "sis_batch_id": import_id,
            "purpose": purpose,
            "display_name": display_name,
            "content_type": content_type,
            "path": str(path.relative_to(store.files)),
            "size": path.stat().st_size,
            "uuid": records.new_uuid(),
            "created_at": now,
        },
    )


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


def link(path: Path, target: Path) -> Path:
    """Give a file a second name (stored files never change); copy it where there are no hard links."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)
    return target
