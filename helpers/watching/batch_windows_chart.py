"""Draw past imports against their windows: a lane each, from when it was sent to when the next was due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from helpers.client.models import SisImport
from helpers.display.svg import mark, polyline, tag, words
from helpers.watching.batch_windows import Window, duration, verdict, windows
from helpers.watching.chart_parts import (
    BAD,
    CHARACTER,
    GOOD,
    MESSAGES,
    STAGES,
    Look,
    Plot,
    label,
    line,
    span_box,
    time_axis,
    tinted,
)
from helpers.watching.history import StageSpan
from helpers.watching.progress_chart import ROOT, Chart

MOST = 20
HEADING, LANE, AXIS = 56, 26, 30  # heights in pixels
LEFT, RIGHT = 158, 214  # widths in pixels of the names and of the verdicts
VERDICTS = {"fits": Look("fits", *GOOD), "tight": Look("tight", *MESSAGES), "overran": Look("overran", *BAD)}


def windows_chart(imports: Iterable[SisImport], every: float | None = None) -> Chart:
    """Draw how long past imports took, against the time until the next one was sent.

    Args:
        imports: as `client.list_sis_imports()` returns them, or a part of those; the latest 20 are drawn.
        every: seconds between two imports as you plan it; default: as they really came.
    """
    measured = windows(imports, every)[-MOST:]
    return Chart(windows_svg(measured), verdict(measured))


def windows_svg(measured: Sequence[Window], *, width: int = 720) -> str:
    """Return the picture as SVG text, `width` pixels wide, as high as it has lanes.

    A bar is an import: its queue, its run, and hatched in red what came after its window had closed.
    """
    height = HEADING + LANE * max(len(measured), 1) + AXIS
    plot = Plot(LEFT, HEADING, width - RIGHT, height - AXIS, _longest(measured))
    lanes = [_lane(plot, window, HEADING + LANE * number) for number, window in enumerate(measured)]
    parts = [_heading(measured), _key(width), *lanes, time_axis(plot, "since it was sent")]
    parts.append(label("sent (UTC)", plot.left - 10, plot.bottom + 13, text_anchor="end", opacity=0.8))
    spoken, box = verdict(measured), f"0 0 {width} {height}"
    return tag("svg", *parts, **ROOT, width=width, height=height, viewBox=box, aria_label=spoken)


def _longest(measured: Sequence[Window]) -> float:
    """Return the seconds of the scale: room for the longest import, and for most of the windows."""
    had = sorted(window.had for window in measured if window.had is not None)
    return 1.04 * max(*(window.took for window in measured), *had[len(had) // 2 :][:1], 1.0, 1.0)


def _heading(measured: Sequence[Window]) -> str:
    title = (
        tag("tspan", "Does it fit its window?", font_weight="bold")
        + f" · {len(measured)} import{'s' * (len(measured) != 1)}"
    )
    heading = tag("text", title, x=10, y=19, fill="currentColor", font_size=13)
    return heading + label(verdict(measured), 10, 34, opacity=0.8)


def _key(width: int) -> str:
    """Explain the bars, on the right of the heading."""
    parts, right = [], width - 10.0
    for look in (STAGES["importing"], STAGES["queue"]):
        left = right - len(look.word) * CHARACTER
        parts.append(tinted(look, (left - 22, 9, left - 6, 20), 0.45) + label(look.word, left, 14.5))
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
        (Look("after its window", BAD[0], "", "/\\"), ended, window.took),
    ]
    parts += [_bar(plot, look, span, top) for look, *span in spans if span[0] < span[1]]
    return "".join([*parts, _verdict(plot, window, top)])


def _bar(plot: Plot, look: Look, span: Sequence[float], top: float) -> str:
    box = span_box(plot, StageSpan(look.word, span[0], span[1]), top + 5, top + 17)
    return tinted(look, box, 0.55, f"{look.word} {duration(span[1] - span[0])}")


def _frame(plot: Plot, had: float, top: float) -> str:
    """Draw a window; one that is longer than the scale stays open on the right, with an arrow."""
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
    """Say beside a lane how long it took, of how long it had."""
    x, took = plot.right + 12, duration(window.took)
    if window.had is None:
        return label(f"took {took}", x, top + 11)
    look = VERDICTS[window.verdict]
    told = tag("tspan", words(look.word), font_weight="bold") + words(f" {took} of {duration(window.had)}")
    text = tag("text", told, x=x + 12, y=top + 15, fill="currentColor")
    return mark(look.shape, (x + 3, top + 11), 4.5, look.color, look.word) + text
