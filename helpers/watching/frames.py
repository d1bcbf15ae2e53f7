"""Histories and imports as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.client.models import SisImport
from helpers.display.frames import NUMBER, TEXT, TIME, WHOLE, DataFrame, frame
from helpers.watching.history import History

HISTORY_COLUMNS = {
    "time": TIME,
    "seconds": NUMBER,
    "workflow_state": TEXT,
    "progress": WHOLE,
    "note": TEXT,
}
IMPORT_COLUMNS = {
    "id": WHOLE,
    "workflow_state": TEXT,
    "progress": WHOLE,
    "created_at": TIME,
    "started_at": TIME,
    "ended_at": TIME,
    "warnings": WHOLE,
    "errors": WHOLE,
    "supplied_batches": TEXT,
}
COUNT_COLUMNS = {"name": TEXT, "count": WHOLE}


def history_frame(history: History) -> DataFrame:
    """Return one row per poll: time (UTC), seconds since the first, workflow_state, progress (%), note."""
    rows = [
        {
            "time": snapshot.at,
            "seconds": snapshot.seconds,
            "workflow_state": snapshot.sis_import and snapshot.sis_import.workflow_state,
            "progress": snapshot.sis_import and snapshot.sis_import.progress,
            "note": snapshot.note,
        }
        for snapshot in history.snapshots
    ]
    return frame(rows, HISTORY_COLUMNS)


def imports_frame(imports: Iterable[SisImport]) -> DataFrame:
    """Return one row per import: its times, seconds in the queue and running, state, and message counts.

    `queue_seconds` is created_at to started_at, `run_seconds` is started_at to ended_at, by Canvas's clock.
    """
    rows = [
        {
            "id": each.id,
            "workflow_state": each.workflow_state,
            "progress": each.progress,
            "created_at": each.created_at,
            "started_at": each.started_at,
            "ended_at": each.ended_at,
            "warnings": each.counts.get("warning_count"),
            "errors": each.counts.get("error_count"),
            "supplied_batches": ", ".join(each.supplied_batches),
        }
        for each in imports
    ]
    imports_table = frame(rows, IMPORT_COLUMNS)
    waited = imports_table["started_at"] - imports_table["created_at"]
    ran = imports_table["ended_at"] - imports_table["started_at"]
    imports_table.insert(6, "queue_seconds", waited.dt.total_seconds())
    imports_table.insert(7, "run_seconds", ran.dt.total_seconds())
    return imports_table


def counts_frame(sis_import: SisImport, zeros: bool = False) -> DataFrame:
    """Return one row per entry of `data.counts`: name and count. Pass `zeros=True` to include zeros."""
    rows = [{"name": name, "count": count} for name, count in sis_import.counts.items() if count or zeros]
    return frame(rows, COUNT_COLUMNS)
