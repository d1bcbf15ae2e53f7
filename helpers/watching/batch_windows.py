"""Do your imports fit their windows? How long past imports took, and how long each had until the next one.

Source of the facts: created_at, started_at, and ended_at in the list of imports, in whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from helpers.client.models import SisImport
from helpers.client.polling import duration_text
from helpers.display.chart import Chart
from helpers.display.svg import CHARACTER_WIDTH, escaped, image, label, mark, polyline, tag
from helpers.display.text import plural
from helpers.watching.history import StageSpan
from helpers.watching.plot import Plot, line, span_box, time_axis, tinted
from helpers.watching.stage_styles import BAD, GOOD, MESSAGES, STAGES, Style

TIGHT = 0.5
"""From this share of its window on, an import is tight: with a larger term it may not fit."""


@dataclass(frozen=True)
class Window:
    """One past import and the time it had.

    Args:
        id: the import's ID.
        sent: when Canvas accepted it.
        waited: seconds in the queue.
        ran: seconds from start to end.
        had: seconds until the next import was sent or is due; None when unknown.
    """

    id: int
    sent: datetime
    waited: float
    ran: float
    had: float | None

    @property
    def took(self) -> float:
        """Seconds from sending to the end."""
        return self.waited + self.ran

    @property
    def share(self) -> float:
        """The share of the window that it took: 1 is all of it, more is too long, 0 is no window."""
        if self.had is None:
            return 0.0
        return self.took / self.had if self.had else (float("inf") if self.took else 0.0)

    @property
    def verdict(self) -> str:
        """One word: fits, tight, or overran."""
        return "overran" if self.share > 1 else "tight" if self.share >= TIGHT else "fits"


def windows(imports: Iterable[SisImport], every: float | None = None) -> list[Window]:
    """Compare each past import that ended with the time until the next one was sent, oldest first.

    Args:
        imports: as `client.list_sis_imports()` returns them, or some of them.
        every: the planned number of seconds between two imports; default: the actual times. The last import
            has no next one yet and is compared with the median.
    """
    dated = sorted((each for each in imports if each.created_at), key=_order)
    sent = [_moment(each.created_at) for each in dated]
    gaps = [(after - before).total_seconds() for before, after in pairwise(sent)]
    usual = every if every is not None else (median(gaps) if gaps else None)
    had = [usual] * len(dated) if every is not None else [*gaps, usual]
    rows = zip(dated, sent, had, strict=False)
    return [_window(each, moment, seconds) for each, moment, seconds in rows if each.ended_at]


def verdict(measured: Sequence[Window]) -> str:
    """Return a sentence or two on whether the imports fit their windows, and which is the tightest."""
    judged = [window for window in measured if window.had is not None]
    if not judged:
        return "Send at least two imports to compare their times."
    tightest = max(judged, key=lambda window: window.share)
    fitting = sum(window.share <= 1 for window in judged)
    return (
        f"{fitting} of {len(judged)} imports ended before the next one was due. The tightest, {tightest.id},"
        f" took {duration(tightest.took)} of {duration(tightest.had or 0)}."
    )


def duration(seconds: float) -> str:
    """Write a duration for people, rounded to minutes from one hour on; whole hours have no minutes."""
    rounded = 60 * round(seconds / 60) if seconds >= 3600 else seconds
    return duration_text(rounded).removesuffix(" 00 min")


def _window(each: SisImport, sent: datetime, had: float | None) -> Window:
    ended = _moment(each.ended_at)
    started = _moment(each.started_at) if each.started_at else ended
    waited, ran = (started - sent).total_seconds(), (ended - started).total_seconds()
    return Window(each.id, sent, max(waited, 0.0), max(ran, 0.0), had)


def _order(each: SisImport) -> tuple[str, int]:
    return each.created_at or "", each.id


def _moment(stamp: str | None) -> datetime:
    return datetime.fromisoformat(stamp or "")


# ---- the chart

MOST = 20  # imports drawn
HEADING, LANE, AXIS = 56, 26, 30  # heights in pixels
WIDTH, LEFT, RIGHT = 720, 158, 214  # of the chart, the names and the verdicts in pixels
VERDICTS = {
    "fits": Style("fits", *GOOD),
    "tight": Style("tight", *MESSAGES),
    "overran": Style("overran", *BAD),
}


def windows_chart(imports: Iterable[SisImport], every: float | None = None) -> Chart:
    """Chart how long past imports took, and how long each had until the next one was sent.

    Args:
        imports: as `client.list_sis_imports()` returns them, or some of them; the latest 20 are drawn.
        every: the planned number of seconds between two imports; default: the actual times.
    """
    measured = windows(imports, every)[-MOST:]
    return Chart(windows_svg(measured), verdict(measured))


def windows_svg(measured: Sequence[Window]) -> str:
    """Return the chart as SVG, WIDTH pixels wide, with one lane per import.

    A bar is an import: its time in the queue, its run, and, hatched in red, what came after its window.
    """
    height = HEADING + LANE * max(len(measured), 1) + AXIS
    plot = Plot(LEFT, HEADING, WIDTH - RIGHT, height - AXIS, _longest(measured))
    lanes = [_lane(plot, window, HEADING + LANE * number) for number, window in enumerate(measured)]
    parts = [_heading(measured), _key(), *lanes, time_axis(plot, "since it was sent")]
    parts.append(label("sent (UTC)", plot.left - 10, plot.bottom + 13, text_anchor="end", opacity=0.8))
    return image(*parts, width=WIDTH, height=height, label=verdict(measured))


def _longest(measured: Sequence[Window]) -> float:
    """Return the seconds of the scale: enough for the longest import and for most of the windows."""
    had = sorted(window.had for window in measured if window.had is not None)
    return 1.04 * max(*(window.took for window in measured), *had[len(had) // 2 :][:1], 1.0, 1.0)


def _heading(measured: Sequence[Window]) -> str:
    title = (
        tag("tspan", "Does it fit its window?", font_weight="bold") + f" · {plural(len(measured), 'import')}"
    )
    heading = tag("text", title, x=10, y=19, fill="currentColor", font_size=13)
    return heading + label(verdict(measured), 10, 34, opacity=0.8)


def _key() -> str:
    """Draw the key to the bars, on the right of the heading."""
    parts, right = [], WIDTH - 10.0
    for style in (STAGES["importing"], STAGES["queue"]):
        left = right - len(style.word) * CHARACTER_WIDTH
        parts.append(tinted(style, (left - 22, 9, left - 6, 20), 0.45) + label(style.word, left, 14.5))
        right = left - 34
    frame = polyline([(right - 60, 9), (right - 44, 9), (right - 44, 20), (right - 60, 20)]) + "Z"
    return "".join([*parts, _outline(frame), label("window", right - 38, 14.5)])


def _lane(plot: Plot, window: Window, top: float) -> str:
    """Draw one import: its name, its window as a frame, its bar, and the verdict."""
    name = f"{window.id} · {window.sent:%b} {window.sent.day}, {window.sent:%H:%M}"
    parts = [label(name, plot.left - 10, top + 11, text_anchor="end", opacity=0.9)]
    parts += [_frame(plot, window.had, top)] if window.had is not None else []
    ended = window.took if window.had is None else min(window.took, window.had)
    spans = [
        (STAGES["queue"], 0.0, min(window.waited, ended)),
        (STAGES["importing"], window.waited, ended),
        (Style("after its window", BAD[0], "", "/\\"), ended, window.took),
    ]
    parts += [_bar(plot, style, span, top) for style, *span in spans if span[0] < span[1]]
    return "".join([*parts, _verdict(plot, window, top)])


def _bar(plot: Plot, style: Style, span: Sequence[float], top: float) -> str:
    box = span_box(plot, StageSpan(style.word, span[0], span[1]), top + 5, top + 17)
    return tinted(style, box, 0.55, f"{style.word} {duration(span[1] - span[0])}")


def _frame(plot: Plot, had: float, top: float) -> str:
    """Draw a window as a frame; one longer than the scale is open on the right and has an arrow."""
    right = min(plot.x(had), plot.right)
    if had > plot.seconds:
        ends = [polyline([(right, y), (plot.left, y)]) for y in (top + 2, top + 20)]
        arrow = polyline([(right - 4, top + 7), (right, top + 11), (right - 4, top + 15)])
        return _outline("".join([*ends, arrow])) + line(
            (plot.left, top + 2), (plot.left, top + 20), opacity=0.5
        )
    corners = [(plot.left, top + 2), (right, top + 2), (right, top + 20), (plot.left, top + 20)]
    return _outline(polyline(corners) + "Z")


def _outline(path: str) -> str:
    return tag("path", d=path, stroke="currentColor", stroke_opacity=0.5)


def _verdict(plot: Plot, window: Window, top: float) -> str:
    """Write beside a lane how long the import took and how long it had."""
    x, took = plot.right + 12, duration(window.took)
    if window.had is None:
        return label(f"took {took}", x, top + 11)
    style = VERDICTS[window.verdict]
    word = tag("tspan", escaped(style.word), font_weight="bold")
    times = escaped(f" {took} of {duration(window.had)}")
    text = tag("text", word + times, x=x + 12, y=top + 15, fill="currentColor")
    return mark(style.shape, (x + 3, top + 11), 4.5, style.color, style.word) + text
