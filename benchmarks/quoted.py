"""Figures in other texts: each is followed by an HTML comment that says which figure of the page it is.

    It takes 1.2 s<!-- figure: room; burst; Seconds -->.

The number before the comment is written from the figures, with as many digits after the point as it has.
"""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
QUOTING = [
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "*/*.md", "docs/*/*.md", "notebooks/*.ipynb")
    for path in sorted(ROOT.glob(pattern))
    if path.name not in ("benchmarks.md", "reliability.md")  # they have measurements of their own
]
"""The texts that may quote figures."""
QUOTED = re.compile(r"(?P<number>\d[\d,]*(?P<fraction>\.\d+)?)[^\d\n<]*<!-- figure: (?P<path>[^\n]*?) -->")


def with_figures(text: str, figures: dict[str, dict[str, Any]]) -> str:
    """Return a text with all its figures as they were measured; one that nobody has measured yet stays."""

    def measured(found: re.Match[str]) -> str:
        value = figure(found["path"], figures)
        decimals = len(found["fraction"] or ".") - 1
        number = found["number"] if value is None else f"{value:,.{decimals}f}"
        return number + found[0].removeprefix(found["number"])

    return QUOTED.sub(measured, text)


def figure(path: str, figures: dict[str, dict[str, Any]]) -> float | None:
    """Return the figure at `benchmark; name of the row; title of the column`, or None where there is none."""
    name, row_name, title = path.split("; ")
    for row in figures.get(name, {}).get("rows", []):
        if next(iter(row.values())) == row_name and title in row:
            return float(row[title])
    return None
