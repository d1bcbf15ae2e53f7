"""Give users email addresses by hand."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.reads.logins import case_key, next_channel_position


def add_email(db: sqlite3.Connection, user_id: int, login_id: int | None, path: str) -> int:
    """Give a user one more email address by hand and return the channel's id."""
    position = next_channel_position(db, user_id)
    values = {"user_id": user_id, "pseudonym_id": login_id, "path": path, "path_key": case_key(path)}
    return records.insert(db, "communication_channels", {**values, "position": position})
