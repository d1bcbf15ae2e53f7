"""docs/reliability.md has the form that a long run writes, and one row for each attack."""

import re

import pytest

from tests.reliability import DOCUMENT, Row, attacks, document, read, sentence

TEXT = DOCUMENT.read_text(encoding="utf-8")
ROWS = read(TEXT)


def test_the_page_is_what_a_long_run_writes_of_its_rows() -> None:
    assert document(ROWS.values()) == TEXT


def test_every_attack_has_a_row_and_every_row_its_attack() -> None:
    missing = [attack for attack in attacks() if attack not in ROWS]
    assert not missing, f"run these once: python start.py test --long {' '.join(missing)}"
    assert [*ROWS] == [*attacks()], "these no longer exist: delete their rows, or let a long run do it"


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: sentence(row.attack))
def test_a_row_says_when_and_where_and_how_often_unless_nobody_tried(row: Row) -> None:
    if row.tried == 0:
        assert row == Row(row.attack)
        return
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row.date)
    assert re.fullmatch(r"\w+ \w+, \d+ cores, Python 3\.\d+\.\d+", row.machine)
