"""The charts are drawn as they were approved: what nobody has looked at does not reach a learner."""

import pytest

from tests.pictures.approved import FOLDER, approved, lines
from tests.pictures.pictures import PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_approved_one(name: str) -> None:
    hint = "Look at the new picture; if it is right, run python -m tests.pictures.approved"
    assert lines(PICTURES[name]) == approved(name), hint


def test_every_approved_picture_is_drawn() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {*PICTURES}
