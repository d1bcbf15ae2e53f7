"""Pieces of text for sentences, tables, and charts."""

from collections.abc import Sequence


def shorten(text: str, limit: int) -> str:
    """Cut text to `limit` characters, the last one an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 row" or "2,000 rows"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as text, each column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
