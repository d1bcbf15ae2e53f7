"""Render pages as HTML; every value is escaped."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from practice_canvas.pages.marks import import_mark, record_mark
from practice_canvas.pages.sis_imports import counted
from practice_canvas.pages.templating import templates
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store.records import Record

TEMPLATES = Path(__file__).with_name("templates")
LONGEST_UNBROKEN = 40  # characters of an ID or a file name that always stay on one line
WORD_ENDS = re.compile(r"(?<=[-_@/])(?=.)|(?<=\.)(?=.{5})|(?<=[a-z])(?=[A-Z])")
NOUNS = {kind.count_key: kind.noun for kind in KIND_OF.values()}
CLEANED = {kind.cleaned_key: kind.count_key for kind in KIND_OF.values()}


@dataclass(frozen=True)
class LastImports:
    """Which imports changed the records of a list last.

    Args:
        usual: the import that most of them share, None if there is none.
        differ: whether any record has another one.
        own: the one of the record that the list belongs to.
    """

    usual: int | None
    differ: bool
    own: int | None


@cache
def environment() -> Environment:
    """Return the templates with their filters."""
    made = templates(TEMPLATES)
    made.filters |= {"number": number, "size": size, "word": word, "pieces": pieces}
    made.globals |= {
        "record_mark": record_mark,
        "import_mark": import_mark,
        "counted": counted,
        "amount": amount,
        "applied": applied,
        "cleaned": cleaned,
        "duration": duration,
        "last_imports": last_imports,
        "LONGEST_UNBROKEN": LONGEST_UNBROKEN,
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


def pieces(code: object) -> list[str]:
    """Split a code or a file name where a line may break: between words, not inside one."""
    return WORD_ENDS.split(str(code))


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


def amount(count: int, noun: str, plural: str = "") -> str:
    """Return a number and what it counts, such as `1 course` or `1,200 users`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def applied(counts: dict[str, int]) -> str:
    """Return what an import applied as one short text, "" for nothing."""
    rows = {kind: count for kind, count in counts.items() if kind not in CLEANED}
    if len(rows) > 1:
        return f"{sum(rows.values()):,} rows of {len(rows)} kinds"
    return "".join(amount(count, NOUNS.get(kind, word(kind)), word(kind)) for kind, count in rows.items())


def cleaned(counts: dict[str, int]) -> str:
    """Return what batch mode deleted as one short text, "" for nothing."""
    gone = {CLEANED[key]: count for key, count in counts.items() if key in CLEANED}
    return ", ".join(amount(count, NOUNS[kind], word(kind)) for kind, count in gone.items())


def last_imports(records: Iterable[Record], own: int | None = None) -> LastImports:
    """Return which imports changed these records last, and the record that they belong to."""
    times = Counter(record["sis_batch_id"] for record in records)
    most, number = times.most_common(1)[0] if times else (None, 0)
    usual = most if 2 * number > times.total() else None
    return LastImports(usual, bool(times.keys() - {usual}), own)
