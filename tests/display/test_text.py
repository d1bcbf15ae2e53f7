import pytest

from helpers.display.text import plural, shorten


def test_shortened_text_keeps_to_its_limit() -> None:
    assert shorten("a long name", 7) == "a long…"
    assert shorten("short", 7) == "short"


@pytest.mark.parametrize(("count", "text"), [(0, "0 rows"), (1, "1 row"), (2000, "2,000 rows")])
def test_a_count_agrees_with_its_noun(count: int, text: str) -> None:
    assert plural(count, "row") == text
