"""What people change about users manually."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.reads.logins import case_key, channel_with_path


def set_email(db: sqlite3.Connection, user_id: int, address: str) -> None:
    """Make an address the first one of a user."""
    channel = channel_with_path(db, user_id, address)
    db.execute("UPDATE communication_channels SET position = position + 1 WHERE user_id = ?", (user_id,))
    values = {"path": address, "path_key": case_key(address), "position": 1, "workflow_state": "active"}
    if channel:
        records.update(db, "communication_channels", channel["id"], values)
    else:
        records.insert(db, "communication_channels", {"user_id": user_id, **values})
