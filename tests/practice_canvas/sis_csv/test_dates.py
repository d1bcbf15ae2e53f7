import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_canvas.sis_csv.dates import BadDate, read_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-07", "2026-09-07T00:00:00Z"),
        ("2026-9-1 00:00:00", "2026-09-01T00:00:00Z"),
        ("2026-09-07 06:30", "2026-09-07T06:30:00Z"),
        ("2026-09-07T06:30:15.250Z", "2026-09-07T06:30:15Z"),
        ("2026-12-18T17:00:00-06:00", "2026-12-18T23:00:00Z"),
        ("2026-09-07 06:30 +0530", "2026-09-07T01:00:00Z"),
        ("2026-09-07 6:30 PM", "2026-09-07T18:30:00Z"),
        ("2026-09-07 12:00 AM EST", "2026-09-07T05:00:00Z"),
        ("20260907", "2026-09-07T00:00:00Z"),
        ("20260907T063000+0200", "2026-09-07T04:30:00Z"),
        ("31/12/2026", "2026-12-31T00:00:00Z"),
        ("7 Sep 2026", "2026-09-07T00:00:00Z"),
        ("September 7, 2026", "2026-09-07T00:00:00Z"),
    ],
)
def test_a_date_is_read_and_told_in_utc(text: str, moment: str) -> None:
    assert read_date(text) == moment


@pytest.mark.parametrize("text", ["soon", "in autumn", "-"])
def test_a_text_without_any_date_counts_as_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-05",
        "2026-02-30 00:00:00",
        "2026-09-07 25:00",
        "2026-09-07 noonish",
        "week 36",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_a_date_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadDate):
        read_date(text)


@given(st.text(max_size=40))
def test_any_text_is_a_date_none_or_a_bad_date(text: str) -> None:
    try:
        moment = read_date(text)
    except BadDate:
        return
    assert moment is None or moment.endswith("Z")
