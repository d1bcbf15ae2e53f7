"""Impossible dates, ambiguous dates, and end dates before start dates."""

from __future__ import annotations

import re

from helpers.preflight.findings import ROWS, SILENCE, Rule
from helpers.preflight.school import School, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.dates import BadDate, read_date
from practice_canvas.sis_csv.kinds import Kind

IMPOSSIBLE = Rule(
    slug="date-impossible",
    severity="drops the value",
    title="Impossible date",
    template="The {column} “{value}” is not a date that exists.",
    fix="Write dates as 2026-09-01 or 2026-09-01T08:00:00Z.",
    taught_in=ROWS,
)
NOT_A_DATE = Rule(
    slug="date-none",
    severity="silent",
    title="Date column contains something else",
    template="The {column} “{value}” is not a date. Canvas treats it as empty.",
    fix="Write dates as 2026-09-01 or 2026-09-01T08:00:00Z.",
    taught_in=SILENCE,
)
AMBIGUOUS = Rule(
    slug="date-ambiguous",
    severity="silent",
    title="Ambiguous date",
    template="Canvas reads the {column} “{value}” as {more}, with the day first.",
    fix="Write dates as 2026-09-01. A spreadsheet may have changed them.",
    taught_in=SILENCE,
)
SWAPPED = Rule(
    slug="dates-swapped",
    severity="skips the row",
    title="End date before start date",
    template="The row starts on {value} and ends before that, on {more}.",
    fix="Swap or correct the dates.",
    taught_in=ROWS,
)
_REMOVE = "<delete>"
_ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?"
_AMBIGUOUS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}")
_ORDERED = {"course", "section"}  # Canvas skips rows of these kinds if they end before they start
_MOST_TEXTS = 100_000


def check(school: School, kind: Kind) -> None:
    """Find harmful dates."""
    columns = [column.name for column in kind.columns if column.holds == "date"]
    for column in columns:
        _check_texts(school, kind, column)
    if kind.name in _ORDERED:
        start, end = (f"try_cast({column} AS TIMESTAMPTZ)" for column in columns)
        school.note(SWAPPED, kind, "end_date", f"{end} < {start}", value="start_date", more="end_date")


def _check_texts(school: School, kind: Kind, column: str) -> None:
    """Judge each text that is not an ISO date once, and record the rows that have a bad one."""
    quoted = name(column)
    plain = f"regexp_full_match({quoted}, '{_ISO}') AND try_cast({quoted} AS TIMESTAMP) IS NOT NULL"
    texts = school.database.rows(
        f"SELECT DISTINCT {quoted} FROM {rows_of(kind)} WHERE {quoted} IS NOT NULL AND NOT ({plain})"
        f" LIMIT {_MOST_TEXTS}"
    )
    judged = [(value, *verdict) for (value,) in texts if (verdict := _judge(value))]
    if not judged:
        return
    table = f"dates_{kind.name}_{column}"
    school.database.fill(table, ("text", "slug", "reading"), judged)
    source = (
        f"(SELECT rows.*, t.slug, t.reading FROM {rows_of(kind)} AS rows JOIN {table} t ON t.text = {quoted})"
    )
    for rule in (IMPOSSIBLE, NOT_A_DATE, AMBIGUOUS):
        school.note(rule, kind, column, f"slug = '{rule.slug}'", more="coalesce(reading, '')", source=source)


def _judge(value: str) -> tuple[str, str] | None:
    """Return the slug and the reading of a bad date, None for a good one."""
    if value == _REMOVE:
        return None
    try:
        read = read_date(value)
    except BadDate:
        return IMPOSSIBLE.slug, ""
    if read is None:
        return NOT_A_DATE.slug, ""
    day_and_month = _AMBIGUOUS.match(value)
    if day_and_month and day_and_month[1] != day_and_month[2] and int(day_and_month[1]) <= 12:
        return AMBIGUOUS.slug, read[:10]
    return None
