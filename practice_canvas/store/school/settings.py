"""The practice Canvas's settings, which outlive a reset."""

import json
import sqlite3
from typing import Any

DEFAULTS: dict[str, Any] = {
    "pace": "realistic",
    "allow_sis_import": True,
    "can_add_pronouns": False,
    "seconds_to_wait_after_abort": 600,
    "rate_limit_status": 0,
    "rate_limit_full": 600,
    "scenarios": [],
}


def read(db: sqlite3.Connection) -> dict[str, Any]:
    """Return every setting with its value."""
    stored = {name: json.loads(value) for name, value in db.execute("SELECT name, value FROM settings")}
    return {**DEFAULTS, **stored}


def write(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Store settings; the caller has checked them and commits."""
    db.executemany(
        "INSERT INTO settings (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [(name, json.dumps(value)) for name, value in values.items()],
    )
