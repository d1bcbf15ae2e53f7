"""What an import leaves behind besides its objects: messages and files."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from practice_canvas.store import records
from practice_canvas.store.store import Store

# sis_batch_id, failure, file, message, row, row_info, created_at
MessageRow = tuple[int, int, str | None, str, int | None, str | None, str]


def add_messages(db: sqlite3.Connection, messages: Iterable[MessageRow]) -> None:
    """Store messages in their order."""
    db.executemany(
        "INSERT INTO sis_batch_errors (sis_batch_id, failure, file, message, row, row_info, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        messages,
    )


def messages_of(db: sqlite3.Connection, import_id: int) -> Iterator[tuple[str | None, str, int | None]]:
    """Yield (file, message, row) of every message of an import, oldest first."""
    for found in db.execute(
        "SELECT file, message, row FROM sis_batch_errors WHERE sis_batch_id = ? ORDER BY id", (import_id,)
    ):
        yield found[0], found[1], found[2]


def add_attachment(
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
            "uuid": uuid4().hex,
            "created_at": now,
        },
    )
