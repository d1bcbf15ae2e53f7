"""Small pieces of SVG: escaped text, marks that differ in shape, hatching.

Nothing has an `id`, because all charts in a notebook share one page and one ID namespace.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Attributes = dict[str, str | float | None]

CHARACTER_WIDTH = 6.6  # pixels that a character of the 11 px font takes at most, as a rule
_ROOT: Attributes = {
    "xmlns": "http://www.w3.org/2000/svg",
    "role": "img",
    "font_family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "font_size": 11,
    "fill": "none",
    "style": "max-width:100%;height:auto",
}


def image(*content: str, width: float, height: float, label: str) -> str:
    """Build the root element of an image; screen readers read its label."""
    size: Attributes = {"width": width, "height": height, "viewBox": f"0 0 {width:g} {height:g}"}
    return tag("svg", *content, **_ROOT, **size, aria_label=label)


def number(value: float) -> str:
    """Write a coordinate in as few characters as a pixel needs."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, *content: str, **attributes: str | float | None) -> str:
    """Build one element; `_` in attribute names becomes `-`, and attributes that are None are left out.

    Attribute values are escaped, but content is not: pass other elements or `escaped()`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def _attribute(value: str | float | None) -> str:
    return f"{value:.5g}" if isinstance(value, int | float) else escaped(str(value))


def escaped(text: str) -> str:
    """Escape text from any source, without the control characters that XML does not allow."""
    return escape("".join(c if c >= " " and c not in "\ufffe\uffff" else " " for c in text))


def label(text: str, x: float, y: float, **style: str | float | None) -> str:
    """Write a line of text, its middle at `y`, in the color of the theme."""
    return tag("text", escaped(text), x=x, y=y + 4, fill="currentColor", **style)


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


# Each mark fills about a unit circle; `mark` scales and moves it.
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
    """Draw one of MARKS, or a circle, outlined so that it stands out on light and dark backgrounds."""
    x, y = at
    title = [tag("title", escaped(tooltip))] if tooltip else []
    style: Attributes = {"fill": color, "stroke": "currentColor", "stroke_width": 0.8}
    if shape == "circle":
        return tag("circle", *title, cx=x, cy=y, r=size, **style)
    outline = polyline((x + size * dx, y + size * dy) for dx, dy in MARKS[shape]) + "Z"
    return tag("path", *title, d=outline, **style)
