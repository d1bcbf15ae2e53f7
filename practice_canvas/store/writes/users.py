"""What people change about users manually."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.reads.logins import case_key, channel_with_path, next_channel_position


def set_email(db: sqlite3.Connection, user_id: int, address: str) -> None:
    """Make an address the first one of a user."""
    channel = channel_with_path(db, user_id, address)
    db.execute("UPDATE communication_channels SET position = position + 1 WHERE user_id = ?", (user_id,))
    values = {"path": address, "path_key": case_key(address), "position": 1, "workflow_state": "active"}
    if channel:
        records.update(db, "communication_channels", channel["id"], values)
    else:
        records.insert(db, "communication_channels", {"user_id": user_id, **values})


def add_email(db: sqlite3.Connection, user_id: int, login_id: int | None, path: str) -> int:
    """Give a user one more email address by hand and return the channel's id."""
    position = next_channel_position(db, user_id)
    values = {"user_id": user_id, "pseudonym_id": login_id, "path": path, "path_key": case_key(path)}
    return records.insert(db, "communication_channels", {**values, "position": position})
