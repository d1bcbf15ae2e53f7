"""Draw the progress of SIS imports over time as SVG, live or from a saved history.

One import: its stages are bands over the full height. Several imports: a lane of bands and a line for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

from helpers.client.polling import duration_text
from helpers.display.chart import Chart
from helpers.display.svg import CHARACTER_WIDTH, escaped, image, label, mark, polyline, tag
from helpers.display.text import shorten
from helpers.watching.history import History, StageSpan
from helpers.watching.plot import (
    AnsweredPoll,
    Plot,
    answered_polls,
    areas,
    axes,
    band_labels,
    bands,
    curve,
    points,
    span_box,
    thin,
    tinted,
    unanswered,
)
from helpers.watching.stage_styles import STAGES, style_of


class LineStyle(NamedTuple):
    """What distinguishes the lines of a comparison: color, dashes, and point shape."""

    color: str
    dash: str | None
    shape: str


LINES = (
    LineStyle("#0072B2", None, "square"),
    LineStyle("#D55E00", "7 3", "diamond"),
    LineStyle("#009E73", "2 3", "plus"),
    LineStyle("#CC79A7", "10 3 2 3", "triangle"),
    LineStyle("#E69F00", "4 2", "bar"),
)
HEADING, LANE, SMALLEST_PLOT = 34, 30, 130  # heights in pixels
LONGEST_LINE = 16  # characters of the words beside the last point


def progress_chart(histories: History | Iterable[History]) -> Chart:
    """Draw one import, or compare several in one chart."""
    chosen = _as_list(histories)
    return Chart(progress_svg(chosen), "; ".join(history.summary() for history in chosen))


def progress_svg(histories: History | Iterable[History], *, width: int = 720, height: int = 280) -> str:
    """Return the chart as SVG, `width` × `height` pixels, or taller if it compares many imports.

    Text from a server or a file is escaped.
    """
    chosen = _as_list(histories)
    if len(chosen) != 1:
        height = max(height, _comparison_top(len(chosen)) + SMALLEST_PLOT + 30)
    body = _one(chosen[0], width, height) if len(chosen) == 1 else _several(chosen, width, height)
    spoken = "; ".join(_spoken(history) for history in chosen) or "No import to show"
    return image(body, width=width, height=height, label=spoken)


def _as_list(histories: History | Iterable[History]) -> list[History]:
    return [histories] if isinstance(histories, History) else list(histories)


def _spoken(history: History) -> str:
    latest = history.latest
    if latest is None:
        return f"{history.label}: waiting for the first answer"
    progress = f"progress {latest.progress} percent, {style_of(latest).word}"
    return f"{history.label}: {progress}, {duration_text(history.seconds)} after the first poll"


def _longest(histories: Sequence[History]) -> float:
    return max((history.seconds for history in histories), default=0.0) or 10.0


# ---- one import


def _one(history: History, width: int, height: int) -> str:
    plot = Plot(left=54, top=58, right=width - 132, bottom=height - 30, seconds=_longest([history]))
    polls = thin(plot, answered_polls(history))
    spans = history.stages()
    drawing = [_heading(history, width), bands(plot, spans), axes(plot)]
    if not polls:
        middle = (plot.left + plot.right) / 2, plot.y(62.5)
        drawing.append(label("Waiting for the first answer …", *middle, text_anchor="middle", font_size=13))
        return "".join(drawing)
    drawing += [band_labels(plot, spans), areas(plot, polls, spans), curve(plot, polls)]
    drawing += [points(plot, polls[:-1], _stage_mark), unanswered(plot, history.snapshots)]
    return "".join([*drawing, _end(plot, polls[-1])])


def _heading(history: History, width: int) -> str:
    name = tag("title", escaped(history.label)) + escaped(shorten(history.label, 56))
    title = tag("tspan", name, font_weight="bold") + " · progress"
    polls = f"{len(history)} polls" if len(history) > 1 else ""
    return _title(title) + label(polls, width - 10, 15, text_anchor="end", opacity=0.8)


def _title(text: str) -> str:
    return tag("text", text, x=10, y=19, fill="currentColor", font_size=13)


def _stage_mark(poll: AnsweredPoll) -> tuple[str, str]:
    style = style_of(poll.sis_import)
    return style.shape, style.color


def _end(plot: Plot, poll: AnsweredPoll) -> str:
    """Mark where the import is now, or how it ended, with the word beside it."""
    style, (x, y) = style_of(poll.sis_import), plot.at(poll)
    lines = [*wrap(style.word, LONGEST_LINE), f"{poll.sis_import.progress} %, {duration_text(poll.seconds)}"]
    top = min(max(y - 4, plot.top + 2), plot.bottom - 15 * len(lines))
    text = "".join(
        label(text, x + 15, top + 15 * n + 4, font_weight="bold" if n < len(lines) - 1 else None)
        for n, text in enumerate(lines)
    )
    size = 7 if poll.sis_import.state.terminal else 5
    return mark(style.shape, (x, y), size, style.color, style.word) + text


# ---- several imports


def _comparison_top(lanes: int) -> int:
    return HEADING + LANE * lanes + 12


def _several(histories: Sequence[History], width: int, height: int) -> str:
    seconds = _longest(histories)
    plot = Plot(54, _comparison_top(len(histories)), width - 214, height - 30, seconds)
    heading = tag("tspan", f"{len(histories)} imports", font_weight="bold") + " · progress"
    drawing = [_title(heading), _stage_key(histories, width), axes(plot)]
    for index, history in enumerate(histories):
        style = LINES[index % len(LINES)]
        drawing.append(_lane(plot, history, HEADING + LANE * index, style))
        drawing.append(_line(plot, history, style))
    return "".join(drawing)


def _line(plot: Plot, history: History, style: LineStyle) -> str:
    polls = thin(plot, answered_polls(history))
    ends = [
        mark(style_of(p.sis_import).shape, plot.at(p), 6, style.color, _spoken(history)) for p in polls[-1:]
    ]
    marks = points(plot, polls[:-1], lambda _: (style.shape, style.color), gap=28)
    return "".join([curve(plot, polls, style.color, style.dash), marks, *ends])


def _lane(plot: Plot, history: History, top: float, style: LineStyle) -> str:
    """Draw one import's stages as a lane, between a sample of its line and its name and end."""
    middle = top + 12
    sample = polyline([(6, middle), (42, middle)])
    parts = [tag("path", d=sample, stroke=style.color, stroke_width=1.8, stroke_dasharray=style.dash)]
    parts.append(mark(style.shape, (24, middle), 4, style.color))
    parts += [_lane_band(plot, span, (top + 4, top + 20)) for span in history.stages()]
    return "".join([*parts, _lane_name(history, plot.right + 12, top)])


def _lane_name(history: History, x: float, top: float) -> str:
    full, short = tag("title", escaped(history.label)), escaped(shorten(history.label, 28))
    name = tag("text", full, short, x=x, y=top + 10, fill="currentColor")
    if history.latest is None:
        return name + label("waiting for the first answer", x, top + 19, opacity=0.8, font_size=10)
    style = style_of(history.latest)
    end = label(f"{style.word}, {duration_text(history.seconds)}", x + 14, top + 19, font_size=10)
    return name + mark(style.shape, (x + 5, top + 19), 4.5, style.color) + end


def _lane_band(plot: Plot, span: StageSpan, height: tuple[float, float]) -> str:
    style, length = STAGES[span.stage], duration_text(span.end - span.start)
    room = plot.x(span.end) - plot.x(span.start)
    text = next((t for t in (f"{style.word} {length}", style.word) if len(t) * CHARACTER_WIDTH < room), "")
    middle = (plot.x(span.start) + plot.x(span.end)) / 2, sum(height) / 2
    inside = label(text, *middle, text_anchor="middle") if text else ""
    return tinted(style, span_box(plot, span, *height), 0.25, f"{style.word} {length}") + inside


def _stage_key(histories: Iterable[History], width: int) -> str:
    """Draw the key to the lanes' colors and hatching, on the right of the heading."""
    stages = {span.stage for history in histories for span in history.stages()}
    parts, right = [], width - 10.0
    for style in (style for stage, style in reversed(STAGES.items()) if stage in stages):
        left = right - len(style.word) * CHARACTER_WIDTH
        parts.append(label(style.word, left, 15) + tinted(style, (left - 20, 9, left - 4, 21), 0.25))
        right = left - 34
    return "".join(parts)
