"""Small pieces of sentences."""


def plural(count: int, noun: str) -> str:
    """Return a number with its noun, such as “1 row” or “1,200 rows”."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def clip(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, the last one an ellipsis if it was longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
