"""Dates that Canvas refuses, ignores or takes for another day, and end dates before start dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from helpers.preflight.findings import Rule
from helpers.preflight.school import School, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.dates import BadDate, Reading, read_parts
from practice_canvas.sis_csv.model import Kind

_WRITE = "Write dates as 2026-09-01 or 2026-09-01T08:00:00Z."
_FROM_SPREADSHEET = "Format the column as yyyy-mm-dd in the spreadsheet, and save the CSV file again."

IMPOSSIBLE = Rule(
    slug="date-impossible",
    severity="drops the value",
    title="Impossible date",
    template="Canvas cannot read the {column} “{value}”: {more}.",
    fix=_WRITE,
)
NOT_A_DATE = Rule(
    slug="date-none",
    severity="silent",
    title="Date column contains a value that is not a date",
    template="The {column} “{value}” is not a date. Canvas treats it as empty.",
    fix=f"{_WRITE} If there is no date, leave the value empty.",
)
EPOCH = Rule(
    slug="date-epoch",
    severity="silent",
    title="Seconds since 1970 instead of a date",
    template="Canvas does not convert seconds since 1970: it stores the {column} “{value}” as {more}.",
    fix=_WRITE,
)
SERIAL = Rule(
    slug="date-serial",
    severity="silent",
    title="Spreadsheet number instead of a date",
    template="Canvas does not convert spreadsheet numbers: it stores the {column} “{value}” as {more}.",
    fix=_FROM_SPREADSHEET,
)
SHORT_YEAR = Rule(
    slug="date-year-short",
    severity="silent",
    title="Year with two digits",
    template="Canvas does not add the century: it stores the {column} “{value}” as {more}.",
    fix="Write the year with four digits: 2026-09-01. In Oracle: TO_CHAR(start_date, 'YYYY-MM-DD').",
)
UNLIKELY_YEAR = Rule(
    slug="date-year-unlikely",
    severity="silent",
    title="Implausible year",
    template="Canvas stores the {column} “{value}” as {more}.",
    fix=_WRITE,
)
INCOMPLETE = Rule(
    slug="date-incomplete",
    severity="silent",
    title="Incomplete date",
    template="Canvas fills in what the {column} “{value}” lacks. In an import on this day, it stores {more}.",
    fix=f"{_WRITE} If there is no date, leave the value empty.",
)
ROLLED_OVER = Rule(
    slug="date-rolled-over",
    severity="silent",
    title="Day that does not exist in the month",
    template=(
        "The month in the {column} “{value}” has fewer days. Canvas continues into the next month and "
        "stores {more}."
    ),
    fix="Correct the day.",
)
AMBIGUOUS = Rule(
    slug="date-ambiguous",
    severity="silent",
    title="Ambiguous date",
    template="Canvas reads the {column} “{value}” with the day first, as {more}.",
    fix=f"Write dates as 2026-09-01. {_FROM_SPREADSHEET}",
)
ZONE_IGNORED = Rule(
    slug="date-zone-ignored",
    severity="silent",
    title="Unknown time zone",
    template="Canvas ignores the time zone in the {column} “{value}” and stores {more}.",
    fix="Write the time in UTC (2026-09-01T12:00:00Z) or with its offset (2026-09-01T08:00:00-04:00).",
)
ZONE_LETTER = Rule(
    slug="date-zone-letter",
    severity="silent",
    title="Letter read as a time zone",
    template="Canvas reads a letter in the {column} “{value}” as a military time zone and stores {more}.",
    fix="Write the time in UTC (2026-09-01T20:00:00Z). For the afternoon, write PM.",
)
PARTLY_READ = Rule(
    slug="date-partly-read",
    severity="ask",
    title="Date with extra text",
    template="Canvas does not read all of the {column} “{value}”. It stores {more}.",
    fix=_WRITE,
)
SWAPPED = Rule(
    slug="dates-swapped",
    severity="skips the row",
    title="End date before start date",
    template="The row starts on {value} but ends earlier, on {more}.",
    fix="Swap or correct the dates.",
)
_REMOVE = "<delete>"
_ISO = r"(19|[2-9]\d)\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?"
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?", re.ASCII)  # 1954 to 2119
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?", re.ASCII)  # in seconds or milliseconds
_DAY_ZERO = datetime(1899, 12, 30)  # of spreadsheets
_NUMBERS = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:(?P<short>\d\d)|\d{4})\b", re.ASCII)
_AMBIGUOUS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}", re.ASCII)
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_PLACE = re.compile(r"[A-Za-z]{2,}/[A-Za-z]{2,}")  # a time zone such as America/New_York
_HARMLESS = re.compile(r"\b(t|at|on|of|the)\b", re.IGNORECASE)
_ORDERED = {"course", "section"}  # Canvas skips rows of these kinds if they end before they start
_MOST_TEXTS = 100_000


def check(school: School, kind: Kind) -> None:
    """Find harmful dates."""
    columns = [column.name for column in school.columns(kind) if column.holds == "date"]
    for column in columns:
        _check_texts(school, kind, column)
    if kind.name in _ORDERED and {"start_date", "end_date"} <= {*columns}:
        _check_order(school, kind)


def _check_texts(school: School, kind: Kind, column: str) -> None:
    """Judge each text that is not an ISO date once, and record the rows that have a bad one."""
    quoted, table = name(column), _readings(kind, column)
    plain = f"regexp_full_match({quoted}, '{_ISO}') AND try_cast({quoted} AS TIMESTAMP) IS NOT NULL"
    texts = school.database.rows(
        f"SELECT DISTINCT {quoted} FROM {rows_of(kind)} WHERE {quoted} IS NOT NULL AND NOT ({plain})"
        f" LIMIT {_MOST_TEXTS}"
    )
    judged = [(value, *_judge(value, school.now)) for (value,) in texts]
    school.database.fill(table, ("text", "moment", "slug", "more"), judged)
    source = (
        f"(SELECT rows.*, t.slug, t.more FROM {rows_of(kind)} AS rows JOIN {table} t ON t.text = {quoted})"
    )
    wrong = {slug for _, _, slug, _ in judged}
    for rule in (rule for rule in (IMPOSSIBLE, NOT_A_DATE, *_TRAPS) if rule.slug in wrong):
        school.note(rule, kind, column, f"slug = '{rule.slug}'", more="coalesce(more, '')", source=source)


def _check_order(school: School, kind: Kind) -> None:
    """Compare start and end as Canvas reads them."""
    source = (
        f"(SELECT rows.*, {_moment('s', 'start_date')} AS starts, {_moment('e', 'end_date')} AS ends"
        f" FROM {rows_of(kind)} AS rows"
        f" LEFT JOIN {_readings(kind, 'start_date')} s ON s.text = start_date"
        f" LEFT JOIN {_readings(kind, 'end_date')} e ON e.text = end_date)"
    )
    school.note(
        SWAPPED, kind, "end_date", "ends < starts", value="start_date", more="end_date", source=source
    )


def _readings(kind: Kind, column: str) -> str:
    return f"dates_{kind.name}_{column}"


def _moment(table: str, column: str) -> str:
    return f"try_cast(CASE WHEN {table}.text IS NULL THEN {column} ELSE {table}.moment END AS TIMESTAMPTZ)"


def _judge(value: str, now: str) -> tuple[str, str, str]:
    """Return what Canvas stores, and the slug and details of what is wrong with a date."""
    if value == _REMOVE:
        return "", "", ""
    hint = _hint(value)
    try:
        reading = read_parts(value, now)
    except BadDate as bad:
        numbers = _NUMBERS.match(value)
        order = f"it reads the {'year' if numbers['short'] else 'day'} first, and " if numbers else ""
        return "", IMPOSSIBLE.slug, f"{order}{bad.reason}{hint}"
    if reading is None:
        return ("", EPOCH.slug, f"empty{hint}") if hint else ("", NOT_A_DATE.slug, "")
    trap = next((rule.slug for rule, applies in _TRAPS.items() if applies(value, reading)), "")
    return reading.moment, trap, f"{reading.moment}{hint if trap in (EPOCH.slug, SERIAL.slug) else ''}"


def _hint(value: str) -> str:
    """Return the date that a number means."""
    if serial := _SERIAL.fullmatch(value):
        return f"; in a spreadsheet it is {_DAY_ZERO + timedelta(days=int(serial[1])):%Y-%m-%d}"
    if seconds := _EPOCH.fullmatch(value):
        return f"; counted from 1970 it is {datetime.fromtimestamp(int(seconds[1]), UTC):%Y-%m-%dT%H:%M:%SZ}"
    return ""


def _has_unlikely_year(value: str, reading: Reading) -> bool:
    return reading.parts.year is not None and not 1900 <= reading.parts.year <= 9999


def _is_rolled_over(value: str, reading: Reading) -> bool:
    year, month, day = reading.parts.year, reading.parts.month, reading.parts.day
    if year is None or month is None or day is None:
        return False
    return day > monthrange(year, month)[1]


def _has_unknown_zone(value: str, reading: Reading) -> bool:
    return reading.parts.offset is None and bool(reading.parts.zone or _PLACE.search(value))


def _is_partly_read(value: str, reading: Reading) -> bool:
    """Say whether a part that counts was not read: after an offset, letters only repeat it."""
    rest = _HARMLESS.sub("", reading.parts.unread)
    return any(c.isdigit() or (c.isalpha() and reading.parts.offset is None) for c in rest)


_TRAPS: dict[Rule, Callable[[str, Reading], bool]] = {
    EPOCH: lambda value, reading: bool(_EPOCH.fullmatch(value)) and _has_unlikely_year(value, reading),
    SERIAL: lambda value, reading: bool(_SERIAL.fullmatch(value)),
    SHORT_YEAR: lambda value, reading: reading.parts.year in range(100) and not _FOUR_DIGITS.search(value),
    UNLIKELY_YEAR: _has_unlikely_year,
    INCOMPLETE: lambda value, reading: None in (reading.parts.year, reading.parts.month, reading.parts.day),
    ROLLED_OVER: _is_rolled_over,
    AMBIGUOUS: lambda value, reading: bool(
        (found := _AMBIGUOUS.match(value)) and found[1] != found[2] and int(found[1]) <= 12
    ),
    ZONE_IGNORED: _has_unknown_zone,
    ZONE_LETTER: lambda value, reading: (
        len(reading.parts.zone or "") == 1 and reading.parts.zone not in ("z", "Z")
    ),
    PARTLY_READ: _is_partly_read,
}
"""What makes Canvas store another date than the file means; the first that applies is reported."""
