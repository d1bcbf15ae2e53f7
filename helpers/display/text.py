"""Pieces of text for sentences, tables, and charts."""


def shorten(text: str, limit: int) -> str:
    """Cut text to `limit` characters, the last one an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 row" or "2,000 rows"."""
    return f"{count:,} {noun}{'s' * (count != 1)}"
