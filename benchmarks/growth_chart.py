"""Draw how time and memory grow with the rows: two plots with logarithmic axes side by side."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.results import Row, shown
from helpers.display.chart import on_card
from helpers.display.svg import CHARACTER_WIDTH, Point, image, label, mark, polyline, tag
from helpers.watching.plot import line
from helpers.watching.progress_chart import LINES, LineStyle

WIDTH, HEIGHT = 720, 300
TOP, BOTTOM = 70, HEIGHT - 40
PLOTS = {"Seconds": (58, 325), "Peak MB": (410, 677)}
"""What is drawn, between which x-coordinates."""


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis over whole powers of ten, from one coordinate to another."""

    lowest: int
    highest: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float) -> "LogScale":
        """Make the axis that has room for all values."""
        powers = [math.log10(value) for value in values if value > 0] or [0.0]
        lowest = math.floor(min(powers))
        return cls(lowest, max(math.ceil(max(powers)), lowest + 1), start, end)

    def at(self, value: float) -> float:
        """Return the coordinate of a value."""
        share = (math.log10(max(value, 10.0**self.lowest)) - self.lowest) / (self.highest - self.lowest)
        return self.start + (self.end - self.start) * share

    def ticks(self) -> list[float]:
        """Return the powers of ten on the axis."""
        return [10.0**power for power in range(self.lowest, self.highest + 1)]


def chart(work: str, rows: Sequence[Row]) -> str:
    """Return the picture of one work as SVG."""
    programs: dict[str, list[Row]] = {}
    for row in rows:
        programs.setdefault(str(row["Program"]), []).append(row)
    styles = dict(zip(programs, LINES, strict=False))
    drawing = [_key(styles)]
    for title, (left, right) in PLOTS.items():
        x = LogScale.over((float(row["Rows"]) for row in rows), left, right)
        y = LogScale.over((float(row[title]) for row in rows), BOTTOM, TOP)
        drawing.append(_axes(title, x, y))
        drawing += [_line(title, programs[name], x, y, style) for name, style in styles.items()]
    spoken = f"Time and peak memory of {work} from {rows[0]['Rows']:,} to {rows[-1]['Rows']:,} rows"
    return on_card(image(*drawing, width=WIDTH, height=HEIGHT, label=spoken)) + "\n"


def _key(styles: dict[str, LineStyle]) -> str:
    parts, left = [], 14.0
    for name, style in styles.items():
        parts.append(_path([(left, 18), (left + 36, 18)], style))
        parts.append(mark(style.shape, (left + 18, 18), 4, style.color))
        parts.append(label(name, left + 44, 18))
        left += 80 + CHARACTER_WIDTH * len(name)
    return "".join(parts)


def _axes(title: str, x: LogScale, y: LogScale) -> str:
    parts = [label(title, x.start, TOP - 20, font_weight="bold")]
    for value in y.ticks():
        parts.append(line((x.start, y.at(value)), (x.end, y.at(value)), opacity=0.18))
        parts.append(label(f"{value:,g}", x.start - 8, y.at(value), text_anchor="end", opacity=0.8))
    for value in x.ticks():
        parts.append(line((x.at(value), BOTTOM), (x.at(value), BOTTOM + 4), opacity=0.7))
        parts.append(label(_short(value), x.at(value), BOTTOM + 13, text_anchor="middle", opacity=0.8))
    middle = (x.start + x.end) / 2, BOTTOM + 29
    return "".join([*parts, label("rows", *middle, text_anchor="middle", opacity=0.8)])


def _short(rows: float) -> str:
    return f"{rows / 1e6:g} million" if rows >= 1e6 else f"{rows:,.0f}"


def _line(title: str, rows: Iterable[Row], x: LogScale, y: LogScale, style: LineStyle) -> str:
    points = {(x.at(float(row["Rows"])), y.at(float(row[title]))): row for row in rows}
    marks = [
        mark(style.shape, at, 4, style.color, f"{row['Rows']:,} rows: {title} {shown(row[title])}")
        for at, row in points.items()
    ]
    return _path(points, style) + "".join(marks)


def _path(points: Iterable[Point], style: LineStyle) -> str:
    return tag("path", d=polyline(points), stroke=style.color, stroke_width=1.8, stroke_dasharray=style.dash)
