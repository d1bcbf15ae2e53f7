"""Imports as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING

from helpers.client.models import SisImport
from helpers.display.frames import TEXT, TIME, WHOLE, frame

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame

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


def imports_frame(imports: Iterable[SisImport]) -> DataFrame:
    """Return one row per import: its times, seconds in the queue and running, state, and message counts.

    `queue_seconds` is created_at to started_at, `run_seconds` is started_at to ended_at, by Canvas's clock.
    """
    imports_table = frame(
        imports,
        IMPORT_COLUMNS,
        warnings=lambda each: each.counts.get("warning_count"),
        errors=lambda each: each.counts.get("error_count"),
        supplied_batches=lambda each: ", ".join(each.supplied_batches),
    )
    waited = imports_table["started_at"] - imports_table["created_at"]
    ran = imports_table["ended_at"] - imports_table["started_at"]
    imports_table.insert(6, "queue_seconds", waited.dt.total_seconds())
    imports_table.insert(7, "run_seconds", ran.dt.total_seconds())
    return imports_table


def counts_frame(sis_import: SisImport, zeros: bool = False) -> DataFrame:
    """Return one row per entry of `data.counts`: name and count. Pass `zeros=True` to include zeros."""
    shown = ((name, count) for name, count in sis_import.counts.items() if count or zeros)
    return frame(shown, COUNT_COLUMNS, name=itemgetter(0), count=itemgetter(1))
