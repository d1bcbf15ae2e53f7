"""Small pieces of SVG text: escaped words, marks told apart by shape, hatching without ids.

No `id` is used anywhere, because every chart of a notebook shares one page and one id namespace.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Attributes = dict[str, str | float | None]


def number(value: float) -> str:
    """Write a coordinate in as few characters as a pixel needs."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, *content: str, **attributes: str | float | None) -> str:
    """Build one element; `_` in attribute names stands for `-`, attributes of None are left out.

    Attribute values are escaped, the content is not: give it other elements or `words()`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def _attribute(value: str | float | None) -> str:
    return f"{value:.5g}" if isinstance(value, int | float) else words(str(value))


def words(text: str) -> str:
    """Escape text from anywhere, without the control characters that XML cannot hold."""
    return escape("".join(c if c >= " " and c not in "\ufffe\uffff" else " " for c in text))


def shorten(text: str, limit: int) -> str:
    """Cut text to `limit` characters, the last one an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def polyline(points: Iterable[Point]) -> str:
    """Write points as path data."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def hatch(box: Box, directions: str, gap: float = 7) -> str:
    """Write diagonal lines inside `box` as path data; directions are "/", a backslash, or both."""
    left, top, right, bottom = box
    rise = bottom - top
    lines = []
    for direction in directions:
        offset = math.floor((left - rise) / gap) * gap
        while offset < right:
            start, end = max(offset, left), min(offset + rise, right)
            if start < end:
                depths = [(x, x - offset) for x in (start, end)]
                lines.append(polyline((x, bottom - d if direction == "/" else top + d) for x, d in depths))
            offset += gap
    return "".join(lines)


# Each mark is path data for a unit circle's worth of space, scaled and moved where it is used.
MARKS: dict[str, list[Point]] = {
    "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    "diamond": [(0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)],
    "triangle": [(0, -1.1), (1.1, 0.85), (-1.1, 0.85)],
    "bar": [(-0.4, -1.1), (0.4, -1.1), (0.4, 1.1), (-0.4, 1.1)],
    "cross": [
        *[(-1, -0.6), (-0.6, -1), (0, -0.4), (0.6, -1), (1, -0.6), (0.4, 0)],
        *[(1, 0.6), (0.6, 1), (0, 0.4), (-0.6, 1), (-1, 0.6), (-0.4, 0)],
    ],
    "plus": [
        *[(-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4)],
        *[(0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)],
    ],
}


def mark(shape: str, at: Point, size: float, color: str, tooltip: str = "") -> str:
    """Draw one of MARKS, or a circle, outlined so that it stands out on light and dark."""
    x, y = at
    title = [tag("title", words(tooltip))] if tooltip else []
    style: Attributes = {"fill": color, "stroke": "currentColor", "stroke_width": 0.8}
    if shape == "circle":
        return tag("circle", *title, cx=x, cy=y, r=size, **style)
    outline = polyline((x + size * dx, y + size * dy) for dx, dy in MARKS[shape]) + "Z"
    return tag("path", *title, d=outline, **style)
