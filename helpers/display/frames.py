"""Histories, imports, messages and findings as pandas tables. The only importer of pandas.

Ids and times keep their kind: whole numbers that may be missing are Int64, times are UTC, text stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas
from pandas import DataFrame, Series

from helpers.client.models import ImportMessage, SisImport
from helpers.watching.history import History

if TYPE_CHECKING:
    from helpers.messages import Report
    from helpers.messages.explain import Explanation
    from helpers.preflight.findings import Findings
    from helpers.rehearsal import Change, KindChanges

__all__ = [
    "DataFrame",
    "balance_frame",
    "causes_frame",
    "changes_frame",
    "counts_frame",
    "explained_frame",
    "findings_frame",
    "history_frame",
    "imports_frame",
    "kinds_frame",
    "messages_frame",
]

TEXT, WHOLE, NUMBER, TRUTH, TIME = "string", "Int64", "float64", "bool", "datetime64[ns, UTC]"
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
MESSAGE_COLUMNS = {
    "sis_import_id": WHOLE,
    "severity": TEXT,
    "file": TEXT,
    "row": WHOLE,
    "message": TEXT,
}
EXPLAINED_COLUMNS = {
    **MESSAGE_COLUMNS,
    "kind": TEXT,
    "title": TEXT,
    "cause": TEXT,
    "cure": TEXT,
    "taught_in": TEXT,
    "as_sent": TEXT,
    "noise": TEXT,
}
CAUSE_COLUMNS = {
    "title": TEXT,
    "kind": TEXT,
    "explains": WHOLE,
    "messages": WHOLE,
    "consequences": WHOLE,
    "is_new": TRUTH,
    "cause": TEXT,
    "cure": TEXT,
    "taught_in": TEXT,
}
BALANCE_COLUMNS = {
    "kind": TEXT,
    "sent": WHOLE,
    "applied": WHOLE,
    "skipped": WHOLE,
    "unexplained": WHOLE,
    "adds_up": TRUTH,
    "remark": TEXT,
}
FINDING_COLUMNS = {
    "severity": TEXT,
    "file": TEXT,
    "row": WHOLE,
    "column": TEXT,
    "value": TEXT,
    "rows": WHOLE,
    "finding": TEXT,
    "cure": TEXT,
    "follow": WHOLE,
    "cause": TEXT,
    "slug": TEXT,
    "taught_in": TEXT,
}
CHANGE_COLUMNS = dict.fromkeys(("kind", "sort", "sis_id", "name", "details"), TEXT)
KIND_COLUMNS = {
    "kind": TEXT,
    "before": WHOLE,
    "created": WHOLE,
    "updated": WHOLE,
    "concluded": WHOLE,
    "deleted": WHOLE,
    "unchanged": WHOLE,
    "after": WHOLE,
    "percent": NUMBER,
    "percent_cleaned": NUMBER,
}
COUNT_COLUMNS = {"name": TEXT, "count": WHOLE}


def history_frame(history: History) -> DataFrame:
    """Return one row per look: time (UTC), seconds since the first, workflow_state, progress (%), note."""
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
    return _frame(rows, HISTORY_COLUMNS)


def imports_frame(imports: Iterable[SisImport]) -> DataFrame:
    """Return one row per import: when, how long it waited and ran (seconds), its state, and its messages.

    `queue_seconds` is created_at to started_at, `run_seconds` started_at to ended_at, by Canvas's clock.
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
    frame = _frame(rows, IMPORT_COLUMNS)
    waited = frame["started_at"] - frame["created_at"]
    ran = frame["ended_at"] - frame["started_at"]
    frame.insert(6, "queue_seconds", waited.dt.total_seconds())
    frame.insert(7, "run_seconds", ran.dt.total_seconds())
    return frame


def messages_frame(messages: Iterable[ImportMessage]) -> DataFrame:
    """Return one row per message: severity, file, row number (header = 1, empty if about no row), message."""
    return _frame([_told(each) for each in messages], MESSAGE_COLUMNS)


def explained_frame(report: Report) -> DataFrame:
    """Return one row per message of a report: the message, its meaning, and its row as it was sent."""
    rows = [
        {
            **_told(each.message),
            **_meaning(each.explanation),
            "as_sent": each.as_sent,
            "noise": each.noise,
        }
        for each in report.messages
    ]
    return _frame(rows, EXPLAINED_COLUMNS)


def causes_frame(report: Report) -> DataFrame:
    """Return one row per root cause of a report: how many messages it explains, and the cure."""
    rows = [
        {
            **_meaning(each.explanation),
            "title": each.title,
            "cause": each.why,
            "cure": each.cure,
            "explains": each.explains,
            "messages": len(each.messages),
            "consequences": len(each.consequences),
            "is_new": each.is_new,
        }
        for each in report.causes
    ]
    return _frame(rows, CAUSE_COLUMNS)


def balance_frame(report: Report) -> DataFrame:
    """Return one row per kind of file: rows sent, applied, skipped with a message, and left over."""
    return _frame(
        [{name: getattr(each, name) for name in BALANCE_COLUMNS} for each in report.balance], BALANCE_COLUMNS
    )


def findings_frame(findings: Findings) -> DataFrame:
    """Return one row per finding: severity, where, how many rows have it, what it is and its cure.

    `follow` is the number of rows that fail only because of it, `cause` names the finding it follows from.
    """
    rows = [
        {
            "severity": each.severity,
            "file": each.position.file,
            "row": each.position.row,
            "column": each.position.column,
            "value": each.position.value,
            "rows": each.rows,
            "finding": each.text,
            "cure": each.cure,
            "follow": sum(each.follow.values()),
            "cause": each.cause,
            "slug": each.slug,
            "taught_in": each.taught_in,
        }
        for each in findings
    ]
    return _frame(rows, FINDING_COLUMNS)


def changes_frame(changes: Iterable[Change]) -> DataFrame:
    """Return one row per change that was rehearsed: kind, sort of change, SIS ids, name, details."""
    return _frame(
        [{name: getattr(each, name) for name in CHANGE_COLUMNS} for each in changes], CHANGE_COLUMNS
    )


def kinds_frame(kinds: Iterable[KindChanges]) -> DataFrame:
    """Return one row per kind with the numbers of a rehearsal."""
    return _frame([{name: getattr(each, name) for name in KIND_COLUMNS} for each in kinds], KIND_COLUMNS)


def counts_frame(sis_import: SisImport, zeros: bool = False) -> DataFrame:
    """Return one row per entry of `data.counts`: name and count; those of 0 only if you ask for `zeros`."""
    rows = [{"name": name, "count": count} for name, count in sis_import.counts.items() if count or zeros]
    return _frame(rows, COUNT_COLUMNS)


def _told(message: ImportMessage) -> dict[str, object]:
    return {name: getattr(message, name) for name in MESSAGE_COLUMNS}


def _meaning(explanation: Explanation) -> dict[str, object]:
    return {name: getattr(explanation, name) for name in ("kind", "title", "cause", "cure", "taught_in")}


def _frame(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> DataFrame:
    """Build a frame whose columns have the same kinds whether there are rows or not."""
    return DataFrame({name: _column([row[name] for row in rows], kind) for name, kind in columns.items()})


def _column(values: list[Any], kind: Any) -> Series[Any]:
    if kind != TIME:
        plain: Series[Any] = Series(values, dtype=kind)
        return plain
    times: Series[Any] = pandas.to_datetime(Series(values, dtype="object"), utc=True, errors="coerce")
    return times.astype(kind)
