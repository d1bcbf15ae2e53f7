import pytest

from practice_canvas.sis_csv.values import is_address, is_true


@pytest.mark.parametrize("text", ["a@b.test", "a.b+c@mail.school.test", "a@localhost", "é@b.test"])
def test_addresses_have_a_local_part_and_a_domain(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["a", "a@", "@b.test", "a@b..test", "a b@c.test", "A <a@b.test>", "a@b,c@d"])
def test_what_reads_otherwise_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "true"), [("Yes", True), ("1", True), ("on", True), ("no", False), (None, False)]
)
def test_yes_is_said_in_several_words(text: str | None, true: bool) -> None:
    assert is_true(text) is true
