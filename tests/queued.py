"""An import as a request leaves it in the queue."""

import sqlite3

from practice_canvas.store.store import now
from practice_canvas.store.writes import import_queue


def queue_import(db: sqlite3.Connection, *, has_file: bool = True) -> int:
    """Create an import without options and return its ID; without a file, it is not in the queue."""
    return import_queue.create(
        db,
        account_id=1,
        user_id=1,
        options=dict.fromkeys(("diffing_data_set_identifier", "diffing_remaster")),
        attachment_id=None,
        has_file=has_file,
        now=now(),
    )
