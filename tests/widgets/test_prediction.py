"""A prediction is chosen first and seen then, and nothing waits for it."""

import re
from pathlib import Path

import pytest

from helpers.errors import BadInput
from helpers.lesson.predictions import Prediction, predictions
from helpers.widgets.prediction import PredictionView, predict

TWO = Prediction(("Yes", "No"), "No", "Canvas ignores it.")


def test_nothing_is_revealed_before_a_choice() -> None:
    view = PredictionView(TWO)
    assert view.answer == ""


def test_a_choice_reveals_the_answer_and_why() -> None:
    view = PredictionView(TWO)
    view.choose("Yes")
    assert "Surprise: No." in view.answer and "Canvas ignores it." in view.answer
    view.choose("No")
    assert "As you predicted." in view.answer


def test_a_saved_notebook_shows_the_choices_and_a_folded_answer() -> None:
    view = PredictionView(TWO)
    assert repr(view).endswith("Yes · No")
    assert "<details" in view.still() and "Canvas ignores it." in view.still()


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(BadInput, match="no prediction 'nothing'"):
        predict("nothing")


def test_each_is_asked_in_a_notebook_and_the_other_way_round() -> None:
    asked = [
        name
        for path in sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
        for name in re.findall(r'canvas\.predict\(\\"([\w-]+)\\"\)', path.read_text(encoding="utf-8"))
    ]
    assert asked == list(predictions())


@pytest.mark.parametrize("name", predictions())
def test_each_has_two_to_four_choices_and_a_reason(name: str) -> None:
    each = predictions()[name]
    assert 2 <= len(set(each.choices)) <= 4 and each.answer in each.choices and each.why.endswith(".")
