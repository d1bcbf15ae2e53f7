"""The outcome of an import: its counts, and its messages grouped by what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from helpers.client.models import ImportMessage, SisImport
from helpers.display import html
from helpers.display.text import plural
from helpers.messages.explain import Explanation, explain

SHOWN_PER_KIND = 200
SEVERITIES = {"error": "✖ error", "warning": "▲ warning"}


def counts_html(sis_import: SisImport) -> str:
    """Return the counts other than zero as HTML; the JSON has them all."""
    counts = {name: f"{count:,}" for name, count in sis_import.counts.items() if count}
    facts = html.facts(counts or {"None": "all counts are 0"})
    return f'<div class="sis-result">{html.caption("What Canvas counted")}{facts}</div>'


def messages_html(messages: Sequence[ImportMessage]) -> str:
    """Return the messages as HTML, grouped by explanation, most frequent first."""
    return html.caption(_number(messages)) + "".join(_group(*group) for group in _groups(messages))


def message_titles_html(messages: Sequence[ImportMessage]) -> str:
    """Return how many messages there are of each explanation, without their text, which quotes the files."""
    titles = [f"{explanation.title} ({len(several):,})" for explanation, several in _groups(messages)]
    return html.caption(_number(messages)) + html.bullets(titles) if titles else ""


def _groups(messages: Sequence[ImportMessage]) -> list[tuple[Explanation, list[ImportMessage]]]:
    kinds: dict[Explanation, list[ImportMessage]] = {}
    for message in messages:
        kinds.setdefault(explain(message), []).append(message)
    return sorted(kinds.items(), key=lambda kind: -len(kind[1]))


def _number(messages: Sequence[ImportMessage]) -> str:
    return plural(len(messages), "message") if messages else "No messages"


def _group(explanation: Explanation, messages: Sequence[ImportMessage]) -> str:
    why = html.facts({"Why": explanation.cause, "What to do": explanation.fix})
    rows = html.table(
        ["severity", "file", "row", "message"], [_row(message) for message in messages[:SHOWN_PER_KIND]]
    )
    rest = len(messages) - SHOWN_PER_KIND
    rest_text = f"and {rest:,} more of this kind; the panel's .messages has them all"
    more = html.caption(rest_text) if rest > 0 else ""
    summary = f"<b>{escape(explanation.title)}</b> ({len(messages):,})"
    inner = f"{why}{html.scroll(rows, explanation.title)}{more}"
    return html.details(summary, inner, opened=True)


def _row(message: ImportMessage) -> list[str]:
    row = "" if message.row is None else str(message.row)
    return [SEVERITIES[message.severity], message.file or "", row, message.message]
