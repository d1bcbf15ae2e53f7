"""Render pages as HTML; every value is escaped."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from practice_canvas.pages.marks import import_mark, record_mark
from practice_canvas.pages.sis_imports import counted

TEMPLATES = Path(__file__).with_name("templates")
COUNTS_SHOWN = 3


@cache
def environment() -> Environment:
    """Return the templates with their filters."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "size": size, "word": word}
    made.globals |= {
        "record_mark": record_mark,
        "import_mark": import_mark,
        "counted": counted,
        "summary": summary,
        "duration": duration,
    }
    return made


def render(template: str, **values: Any) -> str:
    """Return a page as HTML."""
    return environment().get_template(template).render(values)


def number(value: int) -> str:
    """Return 12345 as 12,345."""
    return f"{value:,}"


def word(name: str) -> str:
    """Return `group_categories` as `group categories`."""
    return name.replace("_", " ")


def size(count: float) -> str:
    """Return a number of bytes for people, such as 7.4 KB."""
    units = ["bytes", "KB", "MB", "GB"]
    while count >= 1000 and len(units) > 1:
        count /= 1000
        units.pop(0)
    return f"{count:.3g} {units[0]}"


def duration(started_at: str | None, ended_at: str | None) -> str:
    """Return how long something took, or has taken so far; "" if it has not started."""
    if not started_at:
        return ""
    end = datetime.fromisoformat(ended_at) if ended_at else datetime.now(UTC)
    seconds = int((end - datetime.fromisoformat(started_at)).total_seconds())
    minutes, rest = divmod(max(seconds, 0), 60)
    text = f"{minutes} min {rest} s" if minutes else f"{rest} s" if rest else "under 1 s"
    return text if ended_at else f"{text} so far"


def summary(counts: dict[str, int]) -> str:
    """Return the first counts as one short text."""
    texts = [f"{word(kind)}: {count:,}" for kind, count in counts.items()]
    more = len(texts) - COUNTS_SHOWN
    return ", ".join(texts[:COUNTS_SHOWN]) + (f" and {more} more kinds" if more > 0 else "")
