"""The parts of the progress chart: plot and axes, stage bands, the line with its points, the mark at its end.

Colors are from the Okabe–Ito palette, safe for color-blind readers, and never alone: a stage is also a
word, a hatching and the shape of its points; an end is a word and a shape. Axes and words are in
`currentColor`, so that they follow a light or dark theme.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.client.models import SisImport
from helpers.client.polling import Snapshot, duration_text
from helpers.display.svg import Box, hatch, mark, polyline, tag, words
from helpers.watching.history import History, StageSpan

CHARACTER = 6.6  # pixels a character of the 11 pixel font takes at most, as a rule


class Look(NamedTuple):
    """What stands for a stage or an end: word, color, shape of the point, hatching of the band."""

    word: str
    color: str
    shape: str
    hatching: str = ""


STAGES = {
    "queue": Look("queue", "#E69F00", "bar", "/"),
    "importing": Look("importing", "#56B4E9", "square"),
    "cleanup": Look("clean-up", "#CC79A7", "diamond", "\\"),
    "restoring": Look("restoring", "#0072B2", "plus", "/\\"),
}
GOOD, MESSAGES, BAD = ("#009E73", "circle"), ("#E69F00", "triangle"), ("#D55E00", "cross")
ENDS = {
    "imported": Look("imported", *GOOD),
    "imported_with_messages": Look("imported with messages", *MESSAGES),
    "failed": Look("failed", *BAD),
    "failed_with_messages": Look("failed with messages", *BAD),
    "aborted": Look("aborted", *BAD),
    "restored": Look("restored", *GOOD),
    "partially_restored": Look("partially restored", *MESSAGES),
}


def look_of(sis_import: SisImport) -> Look:
    """Return how the import's present state looks."""
    return ENDS.get(sis_import.workflow_state) or STAGES[sis_import.state.stage]


class Seen(NamedTuple):
    """One look that was answered: seconds since the first, the import, and what there is to say."""

    seconds: float
    sis_import: SisImport
    note: str | None


def seen_in(history: History) -> list[Seen]:
    """Return the looks that were answered; the one that saw the end is put where the end was."""
    end = history.seconds
    return [Seen(min(s.seconds, end), s.sis_import, s.note) for s in history.snapshots if s.sis_import]


@dataclass(frozen=True)
class Plot:
    """The rectangle of the plot in pixels, and the seconds it spans."""

    left: float
    top: float
    right: float
    bottom: float
    seconds: float

    def x(self, seconds: float) -> float:
        """Place a time."""
        return self.left + (self.right - self.left) * seconds / self.seconds

    def y(self, progress: float) -> float:
        """Place a progress of 0 to 100 percent."""
        return self.bottom - (self.bottom - self.top) * progress / 100

    def at(self, seen: Seen) -> tuple[float, float]:
        """Place a look."""
        return self.x(seen.seconds), self.y(seen.sis_import.progress)


def label(text: str, x: float, y: float, **style: str | float | None) -> str:
    """Write a line of text, its middle line at `y`."""
    return tag("text", words(text), x=x, y=y + 4, fill="currentColor", **style)


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
    """Draw the time scale below the plot, with what the time is counted from."""
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
    """Return at most eight round times up to `span` seconds, each with its text in one unit for all."""
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


def tinted(look: Look, box: Box, tint: float, tooltip: str = "") -> str:
    """Fill a box in a stage's color and hatching."""
    left, top, right, bottom = box
    title = [tag("title", words(tooltip))] if tooltip else []
    size: dict[str, str | float | None] = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    area = tag("rect", *title, **size, fill=look.color, fill_opacity=tint)
    strokes = hatch(box, look.hatching)
    return area + (tag("path", d=strokes, stroke=look.color, stroke_opacity=0.35) if strokes else "")


def band_words(plot: Plot, spans: Sequence[StageSpan]) -> str:
    """Write each band's shape, word and duration above it; beside narrow ones, with a pointer."""
    texts = [f"{STAGES[s.stage].word} {duration_text(s.end - s.start)}" for s in spans]
    widths = [len(text) * CHARACTER + 22 for text in texts]
    centers = [(plot.x(s.start) + plot.x(s.end)) / 2 for s in spans]
    lefts = _spread(centers, widths, plot)
    parts, y = [], plot.top - 15
    for span, text, width, center, left in zip(spans, texts, widths, centers, lefts, strict=True):
        look = STAGES[span.stage]
        parts.append(tinted(look._replace(hatching=""), span_box(plot, span, plot.top - 5, plot.top), 0.8))
        nearest = min(max(center, left + 8), left + width - 8)
        if nearest != center:
            parts.append(line((nearest, y + 5), (center, plot.top - 4), opacity=0.6))
        parts.append(mark(look.shape, (left + 8, y), 4, look.color) + label(text, left + 17, y))
    return "".join(parts)


def _spread(centers: Sequence[float], widths: Sequence[float], plot: Plot) -> list[float]:
    """Return left edges for words above `centers`, moved apart as little as needed to stay in the plot."""
    lefts, edge = [], plot.left
    for center, width in zip(centers, widths, strict=True):
        lefts.append(max(center - width / 2, edge))
        edge = lefts[-1] + width
    edge = plot.right
    for index in reversed(range(len(lefts))):
        lefts[index] = edge = min(lefts[index], edge - widths[index])
    return lefts


# ---- the line and its points


def thin(plot: Plot, seen: Sequence[Seen], pixels: float = 2) -> list[Seen]:
    """Keep what can be seen: the first, last, lowest and highest look per stretch of `pixels` and state."""
    columns: dict[tuple[int, str], list[Seen]] = {}
    for look in seen:
        column = int(plot.x(look.seconds) / pixels), look.sis_import.workflow_state
        columns.setdefault(column, []).append(look)
    kept: list[Seen] = []
    for looks in columns.values():
        by_progress = sorted(looks, key=lambda look: look.sis_import.progress)
        chosen = {id(look) for look in (looks[0], looks[-1], by_progress[0], by_progress[-1])}
        kept += [look for look in looks if id(look) in chosen]
    return kept


def steps(plot: Plot, seen: Sequence[Seen]) -> list[tuple[float, float]]:
    """Return the corners of the line: what was seen holds until the next look."""
    corners: list[tuple[float, float]] = []
    for look in seen:
        x, y = plot.at(look)
        if corners and corners[-1][1] != y:
            corners.append((x, corners[-1][1]))
        corners.append((x, y))
    return corners


def curve(plot: Plot, seen: Sequence[Seen], color: str = "currentColor", dash: str | None = None) -> str:
    """Draw the line of progress."""
    if len(seen) < 2:
        return ""
    return tag(
        "path", d=polyline(steps(plot, seen)), stroke=color, stroke_width=1.8, stroke_dasharray=dash,
        fill="none", stroke_linejoin="round",
    )  # fmt: skip


def areas(plot: Plot, seen: Sequence[Seen], spans: Iterable[StageSpan]) -> str:
    """Fill the space below the line in the colors of the stages."""
    parts = []
    for span in spans:
        inside = [look for look in seen if span.start <= look.seconds <= span.end]
        corners = steps(plot, inside)
        if corners:
            path = polyline([(corners[0][0], plot.bottom), *corners, (corners[-1][0], plot.bottom)])
            parts.append(tag("path", d=path, fill=STAGES[span.stage].color, fill_opacity=0.28))
    return "".join(parts)


def points(plot: Plot, seen: Sequence[Seen], draw: Callable[[Seen], tuple[str, str]], gap: float = 9) -> str:
    """Mark the looks, with a tooltip each, as many as fit `gap` pixels apart; a new state always."""
    parts, last, state = [], (-gap, -gap), ""
    for look in seen:
        x, y = plot.at(look)
        if look.sis_import.workflow_state == state and (x - last[0]) ** 2 + (y - last[1]) ** 2 < gap**2:
            continue
        last, state = (x, y), look.sis_import.workflow_state
        shape, color = draw(look)
        parts.append(mark(shape, last, 3.2, color, _tooltip(look)))
    return "".join(parts)


def _tooltip(seen: Seen) -> str:
    told = f"{duration_text(seen.seconds)}: {seen.sis_import.workflow_state}, {seen.sis_import.progress} %"
    return f"{told}. {seen.note}" if seen.note else told


def unanswered(plot: Plot, snapshots: Iterable[Snapshot], gap: float = 12) -> str:
    """Put a question mark where a look had no answer."""
    parts, last = [], -gap
    for snapshot in snapshots:
        x = plot.x(snapshot.seconds)
        if snapshot.sis_import is None and x - last >= gap:
            last = x
            told = tag("title", words(f"{duration_text(snapshot.seconds)}: {snapshot.note or 'no answer'}"))
            where = {"x": x, "y": plot.top + 14}
            parts.append(tag("text", told, "?", **where, fill="currentColor", text_anchor="middle"))
    return "".join(parts)
