"""Read dates as Canvas does: ISO 8601 first of all; without a time zone they are UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(st|nd|rd|th)?[ -]+{_MONTH_NAME},?[ -]*(?P<year>\d{{4}})(?!\d)",
        rf"\b{_MONTH_NAME} +(?P<day>\d{{1,2}})(st|nd|rd|th)?,? +(?P<year>\d{{4}})(?!\d)",
    )
)
_TIME = re.compile(
    r"[T ]\s*(?P<hour>\d{1,2})(:?(?P<minute>\d{2}))?(:?(?P<second>\d{2})([.,]\d+)?)?\s*(?P<half>[ap]m)?"
    r"\s*(?P<zone>Z|[+-]\d{1,2}(:?\d{2})?|[a-z]{3,4})?\s*",
    re.IGNORECASE,
)
_ZONES = "z utc:0 gmt:0 cet:1 cest:2 est:-5 edt:-4 cst:-6 cdt:-5 mst:-7 mdt:-6 pst:-8 pdt:-7"
_ZONE_HOURS = {name: int(hours or 0) for name, _, hours in (zone.partition(":") for zone in _ZONES.split())}


class BadDate(ValueError):
    """An impossible date, such as one in month 13."""


@lru_cache(maxsize=4096)
def read_date(text: str) -> str | None:
    """Return a date as ISO 8601 in UTC, such as "2026-09-07T06:30:00Z".

    Args:
        text: a date, with or without time and zone. A date alone is midnight UTC.

    Returns:
        None for a text without any date, such as "soon": Canvas ignores it.

    Raises:
        BadDate: it looks like a date but cannot be one.
    """
    found = next((day for pattern in _DAYS if (day := pattern.search(text))), None)
    if found is None:
        if any(letter.isdigit() for letter in text):
            raise BadDate(f"{text} is not a date")
        return None
    try:
        moment = _moment(found, text[found.end() :])
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError) as fault:
        raise BadDate(f"{text} is not a date: {fault}") from fault


def _moment(day: re.Match[str], rest: str) -> datetime:
    parts = day.groupdict()
    month = int(parts["month"]) if parts.get("month") else _MONTHS.index(parts["name"][:3].lower()) + 1
    time = _TIME.fullmatch(rest)
    if time is None:
        if rest.strip():
            raise ValueError(f"{rest.strip()} is not a time")
        return datetime(int(parts["year"]), month, int(parts["day"]), tzinfo=UTC)
    return datetime(
        int(parts["year"]),
        month,
        int(parts["day"]),
        _hour(int(time["hour"]), (time["half"] or "").lower()),
        int(time["minute"] or 0),
        int(time["second"] or 0),
        tzinfo=_zone(time["zone"] or "Z"),
    )


def _hour(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0) if half else hour


def _zone(text: str) -> timezone:
    if text.lower() in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[text.lower()]))
    digits = re.fullmatch(r"([+-])(\d{1,2}):?(\d{2})?", text)
    if digits is None:
        raise ValueError(f"{text} is not a time zone")
    away = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
    return timezone(away if digits[1] == "+" else -away)
