"""The charts are drawn as they were approved: what nobody has looked at does not reach a learner."""

from xml.etree.ElementTree import canonicalize

import pytest

from tests.pictures.approved import FOLDER, approved, lines
from tests.pictures.pictures import PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_approved_one(name: str) -> None:
    hint = "Look at the new picture; if it is right, run python -m tests.pictures.approved"
    assert lines(PICTURES[name]) == approved(name), hint


@pytest.mark.parametrize("name", PICTURES)
def test_what_somebody_looks_at_is_what_learners_see(name: str) -> None:
    assert canonicalize(from_file=FOLDER / f"{name}.svg") == canonicalize(PICTURES[name])


def test_every_approved_picture_is_drawn() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == {*PICTURES}
