"""Draw the progress of SIS imports over time as SVG text: one drawing for live, saved and headless.

One import: its stages are bands over the full height. Several imports: a lane of bands and a line each.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from helpers.client.polling import duration_text
from helpers.display.svg import Attributes, mark, polyline, shorten, tag, words
from helpers.watching.chart_parts import (
    CHARACTER,
    STAGES,
    Plot,
    Seen,
    areas,
    axes,
    band_words,
    bands,
    curve,
    label,
    look_of,
    points,
    seen_in,
    span_box,
    thin,
    tinted,
    unanswered,
)
from helpers.watching.history import History, StageSpan

ROOT: Attributes = {
    "xmlns": "http://www.w3.org/2000/svg",
    "role": "img",
    "font_family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "font_size": 11,
    "fill": "none",
    "style": "max-width:100%;height:auto",
}


class LineStyle(NamedTuple):
    """What tells the lines of a comparison apart: color, dashes and the shape of the points."""

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


@dataclass(frozen=True)
class Chart:
    """A drawn chart: `svg` is the picture, `alt` the same in words. Shows itself in notebooks."""

    svg: str
    alt: str

    def save(self, path: str | Path) -> Path:
        """Write the SVG to a file and return where it is."""
        path = Path(path)
        path.write_text(self.svg, encoding="utf-8")
        return path

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": data_uri_img(self.svg, self.alt), "text/plain": self.alt}


def progress_chart(histories: History | Iterable[History]) -> Chart:
    """Draw one import, or compare several in one picture."""
    chosen = _as_list(histories)
    return Chart(progress_svg(chosen), "; ".join(history.summary() for history in chosen))


def progress_svg(histories: History | Iterable[History], *, width: int = 720, height: int = 280) -> str:
    """Return the picture as SVG text, `width` × `height` pixels (higher when many imports are compared).

    Everything that came from a server or a file is escaped. Words and axes are in `currentColor`.
    """
    chosen = _as_list(histories)
    if len(chosen) != 1:
        height = max(height, _comparison_top(len(chosen)) + SMALLEST_PLOT + 30)
    body = _one(chosen[0], width, height) if len(chosen) == 1 else _several(chosen, width, height)
    spoken = "; ".join(_spoken(history) for history in chosen) or "No import to show"
    return tag(
        "svg", body, **ROOT, width=width, height=height, viewBox=f"0 0 {width} {height}", aria_label=spoken
    )


def data_uri_img(svg: str, alt: str) -> str:
    """Wrap a picture as an HTML image that also shows in untrusted and saved notebooks.

    Inside an image `currentColor` is black whatever the theme, so the picture gets a light card to stand on.
    """
    root, end, rest = svg.partition(">")
    card = tag("rect", width="100%", height="100%", rx=8, fill="#FCFCFA")
    data = b64encode(f'{root} color="#1F2328"{end}{card}{rest}'.encode()).decode("ascii")
    return f'<img alt="{words(alt)}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'


def _as_list(histories: History | Iterable[History]) -> list[History]:
    return [histories] if isinstance(histories, History) else list(histories)


def _spoken(history: History) -> str:
    latest = history.latest
    if latest is None:
        return f"{history.label}: waiting for the first look"
    told = f"progress {latest.progress} percent, {look_of(latest).word}"
    return f"{history.label}: {told}, {duration_text(history.seconds)} after the first look"


def _longest(histories: Sequence[History]) -> float:
    return max((history.seconds for history in histories), default=0.0) or 10.0


# ---- one import


def _one(history: History, width: int, height: int) -> str:
    plot = Plot(left=54, top=58, right=width - 132, bottom=height - 30, seconds=_longest([history]))
    seen = thin(plot, seen_in(history))
    spans = history.stages()
    drawing = [_heading(history, width), bands(plot, spans), axes(plot)]
    if not seen:
        middle = (plot.left + plot.right) / 2, plot.y(62.5)
        drawing.append(label("Waiting for the first look …", *middle, text_anchor="middle", font_size=13))
        return "".join(drawing)
    drawing += [band_words(plot, spans), areas(plot, seen, spans), curve(plot, seen)]
    drawing += [points(plot, seen[:-1], _stage_mark), unanswered(plot, history.snapshots)]
    return "".join([*drawing, _end(plot, seen[-1])])


def _heading(history: History, width: int) -> str:
    name = tag("title", words(history.label)) + words(shorten(history.label, 56))
    title = tag("tspan", name, font_weight="bold") + " · progress"
    looks = f"{len(history)} looks" if len(history) > 1 else ""
    return _title(title) + label(looks, width - 10, 15, text_anchor="end", opacity=0.8)


def _title(text: str) -> str:
    return tag("text", text, x=10, y=19, fill="currentColor", font_size=13)


def _stage_mark(seen: Seen) -> tuple[str, str]:
    look = look_of(seen.sis_import)
    return look.shape, look.color


def _end(plot: Plot, seen: Seen) -> str:
    """Mark where the import is now, or how it ended, with the word beside it."""
    look, (x, y) = look_of(seen.sis_import), plot.at(seen)
    lines = [*_wrapped(look.word), f"{seen.sis_import.progress} %, {duration_text(seen.seconds)}"]
    top = min(max(y - 4, plot.top + 2), plot.bottom - 15 * len(lines))
    text = "".join(
        label(text, x + 15, top + 15 * n + 4, font_weight="bold" if n < len(lines) - 1 else None)
        for n, text in enumerate(lines)
    )
    return mark(look.shape, (x, y), 7 if seen.sis_import.state.terminal else 5, look.color, look.word) + text


def _wrapped(text: str, limit: int = 16) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


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
    seen = thin(plot, seen_in(history))
    ends = [
        mark(look_of(s.sis_import).shape, plot.at(s), 6, style.color, _spoken(history)) for s in seen[-1:]
    ]
    marks = points(plot, seen[:-1], lambda _: (style.shape, style.color), gap=28)
    return "".join([curve(plot, seen, style.color, style.dash), marks, *ends])


def _lane(plot: Plot, history: History, top: float, style: LineStyle) -> str:
    """Draw one import's stages as a lane: its line's sample on the left, its name and end on the right."""
    middle = top + 12
    sample = polyline([(6, middle), (42, middle)])
    parts = [tag("path", d=sample, stroke=style.color, stroke_width=1.8, stroke_dasharray=style.dash)]
    parts.append(mark(style.shape, (24, middle), 4, style.color))
    parts += [_lane_band(plot, span, (top + 4, top + 20)) for span in history.stages()]
    return "".join([*parts, _lane_name(history, plot.right + 12, top)])


def _lane_name(history: History, x: float, top: float) -> str:
    full, short = tag("title", words(history.label)), words(shorten(history.label, 28))
    name = tag("text", full, short, x=x, y=top + 10, fill="currentColor")
    if history.latest is None:
        return name + label("waiting for the first look", x, top + 19, opacity=0.8, font_size=10)
    look = look_of(history.latest)
    told = label(f"{look.word}, {duration_text(history.seconds)}", x + 14, top + 19, font_size=10)
    return name + mark(look.shape, (x + 5, top + 19), 4.5, look.color) + told


def _lane_band(plot: Plot, span: StageSpan, height: tuple[float, float]) -> str:
    look, length = STAGES[span.stage], duration_text(span.end - span.start)
    room = plot.x(span.end) - plot.x(span.start)
    text = next((t for t in (f"{look.word} {length}", look.word) if len(t) * CHARACTER < room), "")
    middle = (plot.x(span.start) + plot.x(span.end)) / 2, sum(height) / 2
    inside = label(text, *middle, text_anchor="middle") if text else ""
    return tinted(look, span_box(plot, span, *height), 0.25, f"{look.word} {length}") + inside


def _stage_key(histories: Iterable[History], width: int) -> str:
    """Explain the lanes' colors and hatching, on the right of the heading."""
    met = {span.stage for history in histories for span in history.stages()}
    parts, right = [], width - 10.0
    for look in (look for stage, look in reversed(STAGES.items()) if stage in met):
        left = right - len(look.word) * CHARACTER
        parts.append(label(look.word, left, 15) + tinted(look, (left - 20, 9, left - 4, 21), 0.25))
        right = left - 34
    return "".join(parts)
