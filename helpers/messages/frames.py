"""Messages and reports as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage
from helpers.display.frames import TEXT, TRUTH, WHOLE, DataFrame, frame
from helpers.messages.explain import Explanation

if TYPE_CHECKING:
    from helpers.messages.report import Report

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
    "fix": TEXT,
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
    "fix": TEXT,
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


def messages_frame(messages: Iterable[ImportMessage]) -> DataFrame:
    """Return one row per message: severity, file, row number (the header is 1; empty if none), message."""
    return frame([_facts(each) for each in messages], MESSAGE_COLUMNS)


def explained_frame(report: Report) -> DataFrame:
    """Return one row per message of a report: the message, its meaning, and its row as you sent it."""
    rows = [
        {
            **_facts(each.message),
            **_meaning(each.explanation),
            "as_sent": each.as_sent,
            "noise": each.noise,
        }
        for each in report.messages
    ]
    return frame(rows, EXPLAINED_COLUMNS)


def causes_frame(report: Report) -> DataFrame:
    """Return one row per root cause of a report: how many messages it explains, and the fix."""
    rows = [
        {
            **_meaning(each.explanation),
            "title": each.title,
            "cause": each.why,
            "fix": each.fix,
            "explains": each.explains,
            "messages": len(each.messages),
            "consequences": len(each.consequences),
            "is_new": each.is_new,
        }
        for each in report.causes
    ]
    return frame(rows, CAUSE_COLUMNS)


def balance_frame(report: Report) -> DataFrame:
    """Return one row per kind of file: rows sent, applied, skipped with a message, and unexplained."""
    return frame(
        [{name: getattr(each, name) for name in BALANCE_COLUMNS} for each in report.balance], BALANCE_COLUMNS
    )


def _facts(message: ImportMessage) -> dict[str, object]:
    return {name: getattr(message, name) for name in MESSAGE_COLUMNS}


def _meaning(explanation: Explanation) -> dict[str, object]:
    return {name: getattr(explanation, name) for name in ("kind", "title", "cause", "fix", "taught_in")}
