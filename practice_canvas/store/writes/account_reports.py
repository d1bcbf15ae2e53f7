"""Reports on an account: asked for, running, complete with a file, or ended by an error."""

import json
import sqlite3
from typing import Any

from practice_canvas.store import records
from practice_canvas.store.records import Values
from practice_canvas.store.sql import Query


def create(
    db: sqlite3.Connection, *, account_id: int, user_id: int, report: str, parameters: Any, now: str
) -> int:
    """Ask for a report and return its id."""
    values = {"account_id": account_id, "user_id": user_id, "report": report, "created_at": now}
    return records.insert(db, "account_reports", {**values, "parameters": json.dumps(parameters)})


def listed(report: str) -> Query:
    """List the reports of one type, the newest first."""
    return Query("*", "account_reports", order="id DESC").where(
        "report = ? AND workflow_state <> 'deleted'", report
    )


def next_waiting(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return the oldest report that has not ended, also one that a killed worker left behind."""
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM account_reports WHERE workflow_state IN ('created', 'running') ORDER BY id LIMIT 1"
    ).fetchone()
    return found


def change(db: sqlite3.Connection, report_id: int, values: Values) -> None:
    """Write how far a report is, unless it was deleted meanwhile."""
    if records.one(db, "account_reports", report_id)["workflow_state"] != "deleted":
        records.update(db, "account_reports", report_id, values)
