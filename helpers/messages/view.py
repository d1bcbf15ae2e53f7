"""A report as text for a terminal or an email, and as HTML for a notebook or a saved page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.display.html import bullets, caption, details, facts, scroll, stylesheet, table
from helpers.display.text import plural
from helpers.messages.causes import Cause
from helpers.messages.explained_messages import ExplainedMessage
from practice_canvas.states import WORKFLOW_STATES

if TYPE_CHECKING:
    from helpers.messages.report import Report

ENDED = {name for name, state in WORKFLOW_STATES.items() if state.terminal}
SHOWN, SHOWN_IN_TEXT, SHOWN_MISSING = 100, 3, 10  # messages of a cause, and missing objects
OTHERS = "report.to_frame() has all of them"
STYLE = stylesheet(Path(__file__).with_name("report.css"))


def headline(report: Report) -> str:
    """Return which import it was and how it ended."""
    name = "An import" if report.import_id is None else f"SIS import {report.import_id}"
    if report.sis_import is None:
        return name
    return f"{name}: {report.sis_import.workflow_state}"


def text(report: Report, shown: int | None = SHOWN_IN_TEXT, others: str = OTHERS) -> str:
    """Return the report as plain text.

    Args:
        report: the report.
        shown: how many messages of each cause; None for all.
        others: where the others are.
    """
    parts = [f"{headline(report)}. {_sentence(report)}".strip(), str(report.proof), *_news(report)]
    for number, cause in enumerate(report.causes, start=1):
        parts += ["", *cause_lines(number, cause, shown, others)]
    parts += ["", *(f"Rows of {line}" for line in balance_lines(report)), *noise_lines(report)]
    return "\n".join((*parts, *report.remarks)).strip()


def html(report: Report) -> str:
    """Return the report as HTML; text from a server or a file is escaped."""
    lines = [_sentence(report), str(report.proof), *_news(report), *report.remarks]
    top = f"<p><b>{escape(headline(report))}</b></p>" + "".join(
        f"<p>{escape(line)}</p>" for line in lines if line
    )
    causes = "".join(_cause_html(cause, opened=not at) for at, cause in enumerate(report.causes))
    return f'{STYLE}<div class="sis-report">{top}{causes}{_balance_html(report)}{_noise_html(report)}</div>'


def _sentence(report: Report) -> str:
    if report.sis_import is None:
        return ""
    state = WORKFLOW_STATES.get(report.sis_import.workflow_state)
    return state.sentence if state else "This workflow_state is unknown: check the import in Canvas."


def _news(report: Report) -> list[str]:
    if report.new is None:
        return []
    before = "the previous import" if report.before_id is None else f"import {report.before_id}"
    if not report.new:
        return [f"No new kinds of messages since {before}."]
    return [f"New since {before}: {', '.join(report.new)}."]


def cause_headline(cause: Cause) -> str:
    """Return what is wrong and how many messages it explains."""
    number = plural(cause.explains, "message")
    marks = ("✖ " if cause.severe else "") + ("NEW " if cause.is_new else "")
    follow = f", {len(cause.consequences):,} of them consequences" if cause.consequences else ""
    return f"{marks}{cause.title} ({number}{follow})"


def cause_lines(
    number: int, cause: Cause, shown: int | None = SHOWN_IN_TEXT, others: str = OTHERS
) -> Iterator[str]:
    """Yield a root cause as lines of text; see `text`."""
    yield f"{number}. {cause_headline(cause)}"
    yield f"   Why: {cause.why}"
    yield f"   Fix: {cause.fix}"
    yield from (f"   {line}" for line in _missing_lines(cause))
    yield from (f"   {place(each)}: {each.message.message}" for each in cause.messages[:shown])
    if shown is not None and len(cause.messages) > shown:
        yield f"   … and {len(cause.messages) - shown:,} more; {others}"
    if cause.consequences:
        files = Counter(each.message.file or "the import" for each in cause.consequences).most_common()
        yield f"   Consequences: {', '.join(f'{number:,} × {file}' for file, number in files)}"
        if shown is None:
            yield from (f"   {place(each)}: {each.message.message}" for each in cause.consequences)
    yield f"   Taught in {cause.explanation.taught_in}"


def _missing_lines(cause: Cause) -> Iterator[str]:
    """Yield the missing objects, grouped by the place of their rows."""
    by_place: dict[str, list[str]] = defaultdict(list)
    for each in cause.missing:
        by_place[each.place].append(f"{each.name} ({each.messages:,}×)")
    for where, names in list(by_place.items())[:SHOWN_MISSING]:
        more = len(names) - SHOWN_MISSING
        yield f"{', '.join(names[:SHOWN_MISSING])}{f' and {more:,} more' if more > 0 else ''}: {where}"
    if len(by_place) > SHOWN_MISSING:
        yield f"and {len(by_place) - SHOWN_MISSING:,} more"


def place(each: ExplainedMessage) -> str:
    """Return the file and the row that a message is about."""
    row = "" if each.message.row is None else f", row {each.message.row}"
    return f"{each.message.file or 'the whole import'}{row}"


def _cause_html(cause: Cause, *, opened: bool) -> str:
    summary = facts(
        {
            "Why": cause.why,
            "What to do": cause.fix,
            "Taught in": cause.explanation.taught_in,
        }
    )
    parts = (
        summary,
        bullets(_missing_lines(cause)),
        _messages_html("Messages", cause.messages),
        _messages_html("Consequences", cause.consequences),
    )
    return details(f"<b>{escape(cause_headline(cause))}</b>", "".join(parts), opened=opened)


def _messages_html(title: str, messages: Sequence[ExplainedMessage]) -> str:
    if not messages:
        return ""
    rows = [
        [each.message.file or "", str(each.message.row or ""), each.message.message, each.as_sent]
        for each in messages[:SHOWN]
    ]
    rest = len(messages) - SHOWN
    more = caption(f"and {rest:,} more; report.to_frame() has all of them") if rest > 0 else ""
    drawn = table(["file", "row", "message", "as you sent it"], rows)
    return caption(f"{title} ({len(messages):,})") + scroll(drawn, title) + more


def balance_lines(report: Report) -> list[str]:
    """Return one line for each kind of file: sent = applied + skipped."""
    return [
        f"{each.kind}: {'?' if each.sent is None else format(each.sent, ',')} sent,"
        f" {each.applied:,} applied, {each.skipped:,} skipped. {each.remark}"
        for each in report.balance
    ]


def _balance_html(report: Report) -> str:
    if not report.balance:
        return ""
    rows = [
        [
            each.kind,
            "?" if each.sent is None else f"{each.sent:,}",
            f"{each.applied:,}",
            f"{each.skipped:,}",
            ("✔ " if each.adds_up else "▲ ") + each.remark,
        ]
        for each in report.balance
    ]
    return caption("Do the rows add up?") + table(
        ["kind", "sent", "applied", "skipped", "do they add up?"], rows
    )


def noise_lines(report: Report) -> list[str]:
    """Return one line for each reason in the noise list, with its number of messages."""
    counted = Counter(each.noise for each in report.noise)
    return [f"Expected, {number:,}×: {reason}" for reason, number in counted.most_common()]


def _noise_html(report: Report) -> str:
    lines = bullets(noise_lines(report))
    if not lines:
        return ""
    summary = f"{plural(len(report.noise), 'message')} that this site expects"
    return details(escape(summary), f"{lines}{_messages_html('Noise', report.noise)}")
