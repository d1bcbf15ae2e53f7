"""The outcome of an import: its counts, and its messages grouped by what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from helpers.client.models import ImportMessage, SisImport
from helpers.messages.explain import Explanation, explain
from helpers.widgets import style

SHOWN_PER_KIND = 200
SEVERITIES = {"error": "✖ error", "warning": "▲ warning"}


def counts_html(sis_import: SisImport) -> str:
    """Return the counts other than zero as HTML; the JSON has them all."""
    counts = {name: f"{count:,}" for name, count in sis_import.counts.items() if count}
    facts = style.facts(counts or {"None": "all counts are 0"})
    return f'<div class="sis-result">{style.caption("What Canvas counted")}{facts}</div>'


def messages_html(messages: Sequence[ImportMessage]) -> str:
    """Return the messages as HTML, grouped by explanation, most frequent first."""
    kinds: dict[Explanation, list[ImportMessage]] = {}
    for message in messages:
        kinds.setdefault(explain(message), []).append(message)
    groups = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    number = f"{len(messages):,} message{'s' * (len(messages) != 1)}" if messages else "No messages"
    return style.caption(number) + "".join(_group(*group) for group in groups)


def _group(explanation: Explanation, messages: Sequence[ImportMessage]) -> str:
    why = style.facts({"Why": explanation.cause, "What to do": explanation.fix})
    rows = style.table(
        ["", "file", "row", "message"], [_row(message) for message in messages[:SHOWN_PER_KIND]]
    )
    rest = len(messages) - SHOWN_PER_KIND
    more = (
        style.caption(f"and {rest:,} more of this kind; the panel's .messages has them all")
        if rest > 0
        else ""
    )
    summary = f"<summary><b>{escape(explanation.title)}</b> ({len(messages):,})</summary>"
    inner = f"{summary}{why}{style.scroll(rows, explanation.title)}{more}"
    return f'<details open class="sis-kind">{inner}</details>'


def _row(message: ImportMessage) -> list[str]:
    row = "" if message.row is None else str(message.row)
    return [SEVERITIES[message.severity], message.file or "", row, message.message]
