"""Dates are read as Rails reads them, in every form and at any present."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_canvas.sis_csv.dates import BadDate, in_order, read_date, read_parts
from tests.practice_canvas.sis_csv.date_tables import FIELD, PRESENTS, RAILS

NOW = PRESENTS[0]


def outcome(text: str, now: str) -> str:
    try:
        return read_date(text, now) or "nil"
    except BadDate:
        return "ERR"


@pytest.mark.parametrize(("text", "moment"), FIELD, ids=[row[0] for row in FIELD])
def test_a_date_of_the_field_is_read_as_canvas_reads_it(text: str, moment: str) -> None:
    assert outcome(text, NOW) == moment


@pytest.mark.parametrize("now", PRESENTS)
def test_dates_are_read_as_rails_reads_them(now: str) -> None:
    at = 1 + PRESENTS.index(now)
    assert len(RAILS) > 500
    assert {row[0]: outcome(row[0], now) for row in RAILS} == {row[0]: row[at] for row in RAILS}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("--08 10:00 31", "2026-08-31T10:00:00Z"),
        ("--08 10:00 32", "2026-08-01T10:00:00Z"),
        ("--08-12 24", "2026-08-13T00:00:00Z"),
        ("--08-12 25", "2026-08-12T00:00:00Z"),
    ],
)
def test_a_lone_number_is_a_day_or_an_hour_only_where_it_can_be_one(text: str, moment: str) -> None:
    assert outcome(text, NOW) == moment


def test_a_bad_date_says_what_is_wrong() -> None:
    with pytest.raises(BadDate, match="8/24/2026 is not a date: 24 is not a month"):
        read_date("8/24/2026", NOW)


@pytest.mark.parametrize(("zone", "named"), [("+99:ABC", "ABC"), ("-3000", "-3000")])
def test_a_zone_in_brackets_that_cannot_be_is_named(zone: str, named: str) -> None:
    with pytest.raises(BadDate, match=f"the time zone {re.escape(named)} is a day or more away"):
        read_date(f"20261231101112[{zone}]", NOW)


@pytest.mark.parametrize(("text", "fits"), [("x" * 128, True), ("x" * 129, False), ("é" * 65, False)])
def test_a_text_of_more_than_128_bytes_is_refused(text: str, fits: bool) -> None:
    assert outcome(text, NOW) == ("nil" if fits else "ERR")


@pytest.mark.parametrize("text", ["24 August bc 44", "August 24, b.c. 44", "24 August 44 BC"])
def test_a_year_before_christ_may_be_marked_before_it_or_after(text: str) -> None:
    assert outcome(text, NOW) == "-0043-08-24T00:00:00Z"


@pytest.mark.parametrize(
    ("first_day", "era"),
    [
        ("1873-01-01", "M6.01.01"),
        ("1912-07-30", "T1.07.30"),
        ("1926-12-25", "S1.12.25"),
        ("1989-01-08", "H1.01.08"),
        ("2019-05-01", "R1.05.01"),
    ],
)
def test_the_years_of_a_japanese_era_count_from_its_first(first_day: str, era: str) -> None:
    assert outcome(era, NOW) == outcome(era.lower(), NOW) == f"{first_day}T00:00:00Z"


def test_moments_sort_whatever_their_year() -> None:
    moments = [f"{year}-08-24T00:00:00Z" for year in ("-0043", "0026", "2026", "12026")]
    assert sorted(moments, key=in_order) == moments != sorted(moments)


@given(
    st.from_regex(
        r"(0|1|2|9)\d{3}-(0\d|1[0-3])-[0-3]\d([T ][0-2]\d:[0-6]\d(:[0-6]\d(\.\d{1,9})?)?)?"
        r"(Z|[+-][0-2]\d:?[0-6]\d)?",
        fullmatch=True,
    )
)
def test_the_short_way_for_iso_dates_leads_to_the_same_moment(text: str) -> None:
    try:
        reading = read_parts(text, NOW)
    except BadDate:
        assert outcome(text, NOW) == "ERR"
    else:
        assert outcome(text, NOW) == (reading.moment if reading else "nil")


@given(st.text(max_size=140) | st.text("0123456789-/.:' ,+[]TZamphstjnbce", max_size=40))
def test_any_text_is_a_date_none_or_a_bad_date(text: str) -> None:
    assert outcome(text, NOW) in ("ERR", "nil") or outcome(text, NOW).endswith("Z")
