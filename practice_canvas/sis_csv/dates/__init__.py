"""Read dates as Canvas does: with Rails' `Time.zone.parse` in UTC.

It takes whatever looks like a part of a date and fills in the rest from the present day, so it reads many
texts in a way that nobody meant. The tests compare it with Ruby 3.1 and Rails 6.1.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import floor

from practice_canvas.sis_csv.dates.parts import LONGEST, Parts, find_parts

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_CYCLE = 400  # years after which the calendar repeats
_DAY = 24 * 3600
_AFTER_YEAR = len("-09-07T06:30:00Z")


class BadDate(ValueError):
    """A text that Canvas refuses as a date, such as one in month 13.

    Args:
        text: the text.
        reason: what is wrong with it.
    """

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text} is not a date: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """What Canvas makes of a text.

    Args:
        moment: as ISO 8601 in UTC.
        parts: what the text says; the rest of the moment is filled in.
    """

    moment: str
    parts: Parts


@lru_cache(maxsize=4096)
def read_date(text: str, now: str) -> str | None:
    """Return a date as ISO 8601 in UTC, such as "2026-09-07T06:30:00Z".

    Args:
        text: a date, with or without time and zone. A date alone is midnight UTC.
        now: the present, ISO 8601 UTC: a text without a year, month or day gets them from it.

    Returns:
        None for a text without any part of a date, such as "TBD": Canvas ignores it.

    Raises:
        BadDate: it looks like a date but cannot be one.
    """
    if moment := _read_iso(text):
        return moment
    reading = read_parts(text, now)
    return reading.moment if reading else None


def read_parts(text: str, now: str) -> Reading | None:
    """Return a date like `read_date`, together with what the text itself says.

    Raises:
        BadDate: it looks like a date but cannot be one.
    """
    if len(text.encode()) > LONGEST:
        raise BadDate(f"{text[:LONGEST]}…", f"it is longer than {LONGEST} bytes")
    parts = find_parts(text)
    return None if parts.empty else Reading(_moment(text, parts, now), parts)


def in_order(moment: str) -> tuple[int, str]:
    """Return what sorts a moment: as texts, years of other than four digits would not sort."""
    year, rest = moment[:-_AFTER_YEAR], moment[-_AFTER_YEAR:]
    return int(year), rest


def _read_iso(text: str) -> str | None:
    """Read the usual form, which needs no search for parts."""
    if _ISO.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
    return f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _moment(text: str, parts: Parts, now: str) -> str:
    """Return the moment; a day that its month lacks is one of the next month."""
    today = datetime.fromisoformat(now)
    year = today.year if parts.year is None else parts.year
    month = today.month if parts.month is None else parts.month
    says_more = parts.year is not None or parts.month is not None
    day = parts.day if parts.day is not None else 1 if says_more else today.day
    hour, minute, second = parts.hour or 0, parts.minute or 0, parts.second or 0
    for number, least, most, name in (
        (month, 1, 12, "month"),
        (day, 1, 31, "day of a month"),
        (hour, 0, 24, "hour"),
        (minute, 0, 59, "minute"),
        (second, 0, 60, "second"),
    ):
        if not least <= number <= most:
            raise BadDate(text, f"{number} is not a {name}")
    if hour == 24 and (minute or second):
        raise BadDate(text, "there is no time after 24:00")
    offset = parts.offset or Fraction(0)
    if abs(offset) >= _DAY:
        raise BadDate(text, f"the time zone {parts.zone} is a day or more away from UTC")
    clock = 3600 * hour + 60 * minute - offset
    cycles, place = divmod(year, _CYCLE)
    month_start = datetime(_CYCLE + place, month, 1)
    if offset < 0 and clock >= _DAY and day == 31 > monthrange(month_start.year, month)[1]:
        day -= 32  # Ruby keeps a day in five bits: one more than 31 is 0
    moment = month_start + timedelta(days=day - 1, seconds=floor(clock + second))
    year = moment.year + _CYCLE * (cycles - 1)
    return f"{year:0{5 if year < 0 else 4}}{moment:-%m-%dT%H:%M:%SZ}"
