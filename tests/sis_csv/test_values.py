import pytest

from helpers.sis_csv.values import parse_boolean, parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2031-01-15", "2031-01-15T00:00:00Z"),
        ("20310115", "2031-01-15T00:00:00Z"),
        ("2031-01-15T08:30:00Z", "2031-01-15T08:30:00Z"),
        ("2031-01-15 08:30", "2031-01-15T08:30:00Z"),
        ("2031-01-15T08:30:00.5+01:00", "2031-01-15T07:30:00Z"),
        ("2031-01-15 23:00:00 -0700", "2031-01-16T06:00:00Z"),
    ],
)
def test_a_date_is_read_as_a_moment_in_utc(text: str, moment: str) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text", ["2031-13-01", "2031-02-30", "2031-01-15T25:00", "01/15/2031", "0001-01-01T00:00+02:00"]
)
def test_an_impossible_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=text.split("+")[0]):
        parse_date(text)


def test_text_without_any_date_in_it_is_no_date() -> None:
    assert parse_date("soon") is None


@pytest.mark.parametrize(
    ("text", "meaning"), [("Yes", True), ("on", True), ("0", False), ("maybe", None), (None, None)]
)
def test_yes_and_no_are_read_in_canvas_s_words(text: str | None, meaning: bool | None) -> None:
    assert parse_boolean(text) is meaning
