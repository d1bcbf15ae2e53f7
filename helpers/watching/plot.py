"""Draw one import over time: axes, stage bands, the progress line with its points.

Axes and text are in `currentColor`, so that they follow a light or dark theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot, duration_text
from helpers.display.svg import CHARACTER_WIDTH, Box, escaped, hatch, label, mark, polyline, tag
from helpers.watching.history import History, StageSpan
from helpers.watching.stage_styles import STAGES, Style


class AnsweredPoll(NamedTuple):
    """A poll with an answer: seconds since the first poll, the import, and a note."""

    seconds: float
    sis_import: SisImport
    note: str | None


def answered_polls(history: History) -> list[AnsweredPoll]:
    """Return the polls with an answer; the one that found the end moves back to the time of the end."""
    end = history.seconds
    return [
        AnsweredPoll(min(s.seconds, end), s.sis_import, s.note) for s in history.snapshots if s.sis_import
    ]


@dataclass(frozen=True)
class Plot:
    """The rectangle of the plot in pixels, and the seconds that it spans."""

    left: float
    top: float
    right: float
    bottom: float
    seconds: float

    def x(self, seconds: float) -> float:
        """Return the x-coordinate of a time."""
        return self.left + (self.right - self.left) * seconds / self.seconds

    def y(self, progress: float) -> float:
        """Return the y-coordinate of a progress from 0 to 100 percent."""
        return self.bottom - (self.bottom - self.top) * progress / 100

    def at(self, poll: AnsweredPoll) -> tuple[float, float]:
        """Return the point of a poll."""
        return self.x(poll.seconds), self.y(poll.sis_import.progress)


# ---- axes

STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
STEPS += [60 * minutes for minutes in (1, 2, 5, 10, 15, 30)]
STEPS += [3600 * hours for hours in (1, 2, 4, 8, 24, 48, 168)]


def axes(plot: Plot) -> str:
    """Draw the grid, the percent scale and the time scale."""
    parts = []
    for percent in (0, 25, 50, 75, 100):
        y, text = plot.y(percent), f"{percent} %" if percent else "0"
        parts.append(line((plot.left, y), (plot.right, y), opacity=0.18 if percent else 0.7))
        parts.append(label(text, plot.left - 11, y, text_anchor="end", opacity=0.8))
    return "".join([*parts, time_axis(plot, "since the start")])


def time_axis(plot: Plot, caption: str) -> str:
    """Draw the time scale below the plot; the caption names the start of the count."""
    parts = []
    for seconds, text in _ticks(plot.seconds):
        x = plot.x(seconds)
        parts.append(line((x, plot.bottom), (x, plot.bottom + 4), opacity=0.7))
        parts.append(label(text, x, plot.bottom + 13, text_anchor="middle", opacity=0.8))
    return "".join([*parts, label(caption, plot.right + 28, plot.bottom + 13, opacity=0.8)])


def line(start: tuple[float, float], end: tuple[float, float], **style: str | float | None) -> str:
    """Draw a straight thin line."""
    return tag("path", d=polyline([start, end]), stroke="currentColor", stroke_width=1, **style)


def _ticks(span: float) -> list[tuple[float, str]]:
    """Return at most eight round times up to `span` seconds, each with its label, all in one unit."""
    step = next((s for s in STEPS if span / s <= 7), STEPS[-1] * (span // (STEPS[-1] * 7) + 1))
    size, unit = next(((s, u) for s, u in ((3600, "h"), (60, "min")) if step % s == 0), (1, "s"))
    times = [step * n for n in range(int(span / step + 1e-9) + 1)]
    return [(time, f"{time / size:g} {unit}" if time else "0") for time in times]


# ---- bands


def bands(plot: Plot, spans: Iterable[StageSpan]) -> str:
    """Fill the plot's height with a tinted, hatched band per stage."""
    return "".join(tinted(STAGES[s.stage], span_box(plot, s, plot.top, plot.bottom), 0.10) for s in spans)


def span_box(plot: Plot, span: StageSpan, top: float, bottom: float) -> Box:
    """Return the box of a stage between two heights, at least a pixel wide."""
    left = plot.x(span.start)
    return left, top, max(plot.x(span.end), left + 1), bottom


def tinted(style: Style, box: Box, tint: float, tooltip: str = "") -> str:
    """Fill a box with a stage's color and hatching."""
    left, top, right, bottom = box
    title = [tag("title", escaped(tooltip))] if tooltip else []
    size: dict[str, str | float | None] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    area = tag("rect", *title, **size, fill=style.color, fill_opacity=tint)
    strokes = hatch(box, style.hatching)
    return area + (tag("path", d=strokes, stroke=style.color, stroke_opacity=0.35) if strokes else "")


def band_labels(plot: Plot, spans: Sequence[StageSpan]) -> str:
    """Write each band's shape, word, and duration above it; labels of narrow bands get a pointer."""
    texts = [f"{STAGES[s.stage].word} {duration_text(s.end - s.start)}" for s in spans]
    widths = [len(text) * CHARACTER_WIDTH + 22 for text in texts]
    centers = [(plot.x(s.start) + plot.x(s.end)) / 2 for s in spans]
    lefts = _spread(centers, widths, plot)
    parts, y = [], plot.top - 15
    for span, text, width, center, left in zip(spans, texts, widths, centers, lefts, strict=True):
        style = STAGES[span.stage]
        parts.append(tinted(style._replace(hatching=""), span_box(plot, span, plot.top - 5, plot.top), 0.8))
        nearest = min(max(center, left + 8), left + width - 8)
        if nearest != center:
            parts.append(line((nearest, y + 5), (center, plot.top - 4), opacity=0.6))
        parts.append(mark(style.shape, (left + 8, y), 4, style.color) + label(text, left + 17, y))
    return "".join(parts)


def _spread(centers: Sequence[float], widths: Sequence[float], plot: Plot) -> list[float]:
    """Return left edges for labels above `centers`, moved apart just enough to fit in the plot."""
    lefts, edge = [], plot.left
    for center, width in zip(centers, widths, strict=True):
        lefts.append(max(center - width / 2, edge))
        edge = lefts[-1] + width
    edge = plot.right
    for index in reversed(range(len(lefts))):
        lefts[index] = edge = min(lefts[index], edge - widths[index])
    return lefts


# ---- the progress line and its points

COLUMN = 2  # pixels; of the polls in one, only some can be seen
GAP = 12.0  # pixels between two question marks at least


def thin(plot: Plot, polls: Sequence[AnsweredPoll]) -> list[AnsweredPoll]:
    """Keep what is visible: the first, last, lowest, and highest poll per state and COLUMN of width."""
    columns: dict[tuple[int, str], list[AnsweredPoll]] = {}
    for poll in polls:
        column = int(plot.x(poll.seconds) / COLUMN), poll.sis_import.workflow_state
        columns.setdefault(column, []).append(poll)
    kept: list[AnsweredPoll] = []
    for group in columns.values():
        by_progress = sorted(group, key=lambda poll: poll.sis_import.progress)
        chosen = {id(poll) for poll in (group[0], group[-1], by_progress[0], by_progress[-1])}
        kept += [poll for poll in group if id(poll) in chosen]
    return kept


def steps(plot: Plot, polls: Sequence[AnsweredPoll]) -> list[tuple[float, float]]:
    """Return the corners of the progress line: each value holds until the next poll."""
    corners: list[tuple[float, float]] = []
    for poll in polls:
        x, y = plot.at(poll)
        if corners and corners[-1][1] != y:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def curve(
    plot: Plot, polls: Sequence[AnsweredPoll], color: str = "currentColor", dash: str | None = None
) -> str:
    """Draw the progress line."""
    if len(polls) < 2:
        return ""
    return tag(
        "path", d=polyline(steps(plot, polls)), stroke=color, stroke_width=1.8, stroke_dasharray=dash,
        fill="none", stroke_linejoin="round",
    )  # fmt: skip


def areas(plot: Plot, polls: Sequence[AnsweredPoll], spans: Iterable[StageSpan]) -> str:
    """Fill the space below the line in the colors of the stages."""
    parts = []
    for span in spans:
        inside = [poll for poll in polls if span.start <= poll.seconds <= span.end]
        corners = steps(plot, inside)
        if corners:
            path = polyline([(corners[0][0], plot.bottom), *corners, (corners[-1][0], plot.bottom)])
            parts.append(tag("path", d=path, fill=STAGES[span.stage].color, fill_opacity=0.28))
    return "".join(parts)


def points(
    plot: Plot, polls: Sequence[AnsweredPoll], draw: Callable[[AnsweredPoll], tuple[str, str]], gap: float = 9
) -> str:
    """Mark polls `gap` pixels apart, and every new state, each with a tooltip."""
    parts, last, state = [], (-gap, -gap), ""
    for poll in polls:
        x, y = plot.at(poll)
        if poll.sis_import.workflow_state == state and (x - last[0]) ** 2 + (y - last[1]) ** 2 < gap**2:
            continue
        last, state = (x, y), poll.sis_import.workflow_state
        shape, color = draw(poll)
        parts.append(mark(shape, last, 3.2, color, _tooltip(poll)))
    return "".join(parts)


def _tooltip(poll: AnsweredPoll) -> str:
    text = f"{duration_text(poll.seconds)}: {poll.sis_import.workflow_state}, {poll.sis_import.progress} %"
    return f"{text}. {poll.note}" if poll.note else text


def unanswered(plot: Plot, snapshots: Iterable[Snapshot]) -> str:
    """Put a question mark at each poll without an answer."""
    parts, last = [], -GAP
    for snapshot in snapshots:
        x = plot.x(snapshot.seconds)
        if snapshot.sis_import is None and x - last >= GAP:
            last = x
            reason = f"{duration_text(snapshot.seconds)}: {snapshot.note or 'no answer'}"
            where = {"x": x, "y": plot.top + 14}
            tooltip = tag("title", escaped(reason))
            parts.append(tag("text", tooltip, "?", **where, fill="currentColor", text_anchor="middle"))
    return "".join(parts)
