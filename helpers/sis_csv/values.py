"""Read the values of cells that are more than text: dates and yes/no."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

TRUE_WORDS = frozenset(["yes", "y", "true", "t", "on", "1"])
FALSE_WORDS = frozenset(["no", "n", "false", "f", "off", "0"])

_DATE = re.compile(
    r"(?P<year>\d{4})(?P<separator>[-/]?)(?P<month>\d{2}|(?<=[-/])\d)(?P=separator)(?P<day>\d{2}|(?<=[-/])\d)"
    r"([Tt ]\s*(?P<hour>\d{1,2}):?(?P<minute>\d{2})(:?(?P<second>\d{2})([.,]\d+)?)?\s*"
    r"([Zz]|UTC|(?P<zone>[+-]\d{2}(:?\d{2})?))?)?"
)


@lru_cache(maxsize=4096)  # a file repeats few dates many times
def parse_date(text: str) -> str | None:
    """Read an ISO 8601 date or time as Canvas does.

    Args:
        text: such as 2031-01-15 (midnight UTC), 2031-01-15T08:30:00Z or 2031-01-15 08:30:00+01:00; without a
            zone it is UTC.

    Returns:
        The moment in UTC, as Canvas writes it, or None when the text has no date in it at all.

    Raises:
        ValueError: it looks like a date but there is no such day or time.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        if any(character.isdigit() for character in text):
            raise ValueError(f"{text} is no ISO 8601 date such as 2031-01-15 or 2031-01-15T08:30:00Z")
        return None
    names = ("year", "month", "day", "hour", "minute", "second")
    try:
        moment = datetime(*(int(found[name] or 0) for name in names), tzinfo=_zone(found["zone"]))  # type: ignore[misc, arg-type]
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        raise ValueError(f"there is no date or time {text}") from None


def parse_boolean(text: str | None) -> bool | None:
    """Read yes/y/true/t/on/1 or no/n/false/f/off/0 in any letter case; anything else is None."""
    word = (text or "").lower()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def _zone(text: str | None) -> timezone:
    if not text:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
