"""Enrollment terms that imports make and people edit."""

import sqlite3
from typing import Any

from practice_canvas.store import records

DEFAULT_TERM_NAME = "Default Term"


def default_id(db: sqlite3.Connection, now: str) -> int:
    """Return the term that is the default because of its name; it is made when there is none."""
    found = records.find(db, "enrollment_terms", name=DEFAULT_TERM_NAME, workflow_state="active")
    if found:
        return int(found["id"])
    return records.insert(db, "enrollment_terms", {"name": DEFAULT_TERM_NAME, "created_at": now})


def set_override(db: sqlite3.Connection, term_id: int, enrollment_type: str, values: dict[str, Any]) -> None:
    """Write a term's dates for one enrollment type by hand, so that they stick."""
    where = {"enrollment_term_id": term_id, "enrollment_type": enrollment_type}
    record = records.find(db, "enrollment_dates_overrides", **where)
    if record is None:
        records.insert(db, "enrollment_dates_overrides", where)
        record = records.find(db, "enrollment_dates_overrides", **where)
    assert record is not None  # noqa: S101 (just made)
    records.edit_by_hand(db, records.TERM_OVERRIDE, record, values)
