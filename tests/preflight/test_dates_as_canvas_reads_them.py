"""The check of dates: each trap by its name, and no other answer than that of the practice Canvas."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from helpers.preflight import Findings
from practice_canvas.store.store import Store
from tests.practice_canvas.engine.driver import NOW, import_files
from tests.practice_canvas.sis_csv.date_tables import FIELD, TEXTS
from tests.preflight.driver import check, write

HEADER = ("course_id", "short_name", "long_name", "status", "start_date", "end_date")
MOST = 90  # findings of a rule; a check lists no more than a hundred
UNTIL = ["2026-08-24", "24-AUG-26", "TBD", "8/24/2026", "Sat", "<delete>", ""]


def courses(dates: list[tuple[str, str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(
        [HEADER, *((f"D{n}", "D", "Course", "active", *pair) for n, pair in enumerate(dates))]
    )
    return written.getvalue()


def check_dates(folder: Path, dates: list[tuple[str, str]]) -> Findings:
    return check(folder, {"courses.csv": courses(dates)}, now=NOW)


@pytest.mark.parametrize(
    ("text", "slug", "shown"),
    [
        ("24-AUG-26", "date-year-short", "0026-08-24T00:00:00Z"),
        ("24.08.26", "date-year-short", "0024-08-26T00:00:00Z"),
        ("24-AUG-26 12.00.00.000000000 AM", "date-year-short", "0026-08-24T00:00:00Z"),
        ("24-AUG-99", "date-year-short", "0099-08-24T00:00:00Z"),
        ("24-AUG-100", "date-year-unlikely", "0100-08-24T00:00:00Z"),
        ("0001-01-01", "date-year-unlikely", "0001-01-01T00:00:00Z"),
        ("1899-12-30 00:00", "date-year-unlikely", "1899-12-30T00:00:00Z"),
        ("46258", "date-serial", "0046-02-01T00:00:00Z; in a spreadsheet it is 2026-08-24"),
        ("46258.5", "date-impossible", "62 is not a minute; in a spreadsheet it is 2026-08-24"),
        ("1756022400", "date-epoch", "1756-02-24T00:00:00Z; counted from 1970 it is 2025-08-24T08:00:00Z"),
        ("1756022400000", "date-epoch", "empty; counted from 1970 it is 2025-08-24T08:00:00Z"),
        ("1788652800", "date-impossible", "65 is not a month; counted from 1970 it is 2026-09-06T00:00:00Z"),
        ("8/24/2026", "date-impossible", "it reads the day first, and 24 is not a month"),
        ("08/24/26", "date-impossible", "it reads the year first, and 24 is not a month"),
        ("2026-02-30", "date-rolled-over", "2026-03-02T00:00:00Z"),
        ("2027-02-29T08:00:00Z", "date-rolled-over", "2027-03-01T08:00:00Z"),
        ("2026-W35-1", "date-incomplete", "2026-02-03T00:00:00Z"),
        ("August 2026", "date-incomplete", "2026-08-01T00:00:00Z"),
        ("12-AUG", "date-incomplete", "2026-08-01T00:00:00Z"),
        ("24-Okt-2026", "date-incomplete", "2026-02-24T00:00:00Z"),
        ("12:00", "date-incomplete", "2026-02-03T12:00:00Z"),
        ("Sat", "date-incomplete", "2026-02-03T00:00:00Z"),
        ("08/09/2026", "date-ambiguous", "2026-09-08T00:00:00Z"),
        ("12/09/2026", "date-ambiguous", "2026-09-12T00:00:00Z"),
        ("2026-08-24 08:00 America/New_York", "date-zone-ignored", "2026-08-24T08:00:00Z"),
        ("2026-08-24 Europe/Berlin", "date-zone-ignored", "2026-08-24T00:00:00Z"),
        ("2026-08-24 8:00 p", "date-zone-letter", "2026-08-24T11:00:00Z"),
        ("2026-08-24 until 2026-09-01", "date-partly-read", "2026-08-24T00:00:00Z"),
        ("24.8.2026 8.30", "date-partly-read", "2026-08-24T00:00:00Z"),
        ("TBD", "date-none", "TBD"),
        ("NULL", "date-none", "NULL"),
        ("nan", "date-none", "nan"),
    ],
)
def test_a_trap_is_found_by_its_name_and_shows_what_canvas_stores(
    tmp_path: Path, text: str, slug: str, shown: str
) -> None:
    [finding] = [one for one in check_dates(tmp_path, [(text, "")]) if one.slug.startswith("date-")]
    assert finding.slug == slug
    assert shown in finding.text


@pytest.mark.parametrize("text", ["1900-01-01", "20-AUG-1900", "20-AUG-9999"])
def test_a_year_from_1900_to_9999_is_likely(tmp_path: Path, text: str) -> None:
    assert [one for one in check_dates(tmp_path, [(text, "")]) if one.slug.startswith("date-")] == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-24",
        "2026-8-24 0:00",
        "2026-08-24T24:00:00Z",
        "2026-08-24T08:00:00.0000000",
        "2026-08-24 08:00 AEST",
        "2026-08-24T08:00+02:00[Europe/Berlin]",
        "24-AUG-2026",
        "13/09/2026",
        "09/09/2026",
        "Monday, August 24, 2026 at 8:00 AM",
        "Mon Aug 24 2026 08:00:00 GMT-0400 (Eastern Daylight Time)",
        "20260824080000",
        "9999-12-31",
        "<delete>",
    ],
)
def test_a_date_that_canvas_reads_as_it_is_meant_is_not_found(tmp_path: Path, text: str) -> None:
    assert not list(check_dates(tmp_path, [(text, "")]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "canvas").mkdir()
    made = Store(tmp_path / "canvas")
    yield made
    made.close()


@pytest.mark.parametrize("first", range(0, len(TEXTS), MOST))
def test_check_and_engine_agree_about_every_text(tmp_path: Path, store: Store, first: int) -> None:
    """What is a warning there is a dropped value here, and the moment that is stored is in the finding."""
    texts = TEXTS[first : first + MOST]
    done = import_files(store, {"courses.csv": courses([(text, "") for text in texts])})
    rows = store.db.execute("SELECT sis_source_id, start_at FROM courses WHERE sis_source_id LIKE 'D%'")
    stored = dict(map(tuple, rows))
    warned = {row for _, _, row, _ in done.messages}
    found = {one.position.value: one for one in check_dates(tmp_path, [(text, "") for text in texts])}
    for number, text in enumerate(texts):
        slug, moment = found[text].slug if text in found else "", stored[f"D{number}"]
        assert (slug == "date-impossible") == (number + 2 in warned), text
        assert (moment is None) <= (slug in ("date-impossible", "date-none", "date-epoch")), text
        if moment and slug:
            assert moment in found[text].text
            assert found[text].severity in ("silent", "ask")


def test_check_and_engine_agree_about_the_order_of_dates(tmp_path: Path, store: Store) -> None:
    dates = [(row[0], end) for row in FIELD for end in UNTIL]
    done = import_files(store, {"courses.csv": courses(dates)})
    refused = {row for _, _, row, text in done.messages if "before it starts" in text}
    swapped = check_dates(tmp_path, dates).of("dates-swapped")
    assert {row for one in swapped for row in one.first_rows} == refused != set()


def test_a_date_without_a_zone_is_in_utc_wherever_the_computer_is(tmp_path: Path) -> None:
    folder = write(tmp_path, {"courses.csv": courses([("2026-08-24", "2026-08-24T02:00:00Z")])})
    code = "import sys; from helpers import check_files; print(check_files(sys.argv[1]).ok)"
    there = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run(
        [sys.executable, "-c", code, folder], env=there, capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "True"
