"""Each check tells untried from not right, gives each mistake its own sentence, and never raises."""

import json

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.lesson import checks, exercise
from helpers.lesson.exercise import Verdict
from helpers.lesson.exercises import EXERCISES
from tests.fake_server import FakeCanvas, Reply
from tests.lesson.judging import judged


def test_a_check_is_found_by_its_id_and_a_misspelled_one_is_named() -> None:
    assert checks.find_account is EXERCISES["find_account"]
    with pytest.raises(AttributeError, match="no exercise 'find_acount'; the lesson has find_account"):
        _ = checks.find_acount


@pytest.mark.parametrize("each", EXERCISES.values(), ids=lambda each: each.id)
def test_whatever_the_exercise_left_nothing_raises(
    fake: CanvasClient, each: exercise.Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exercise, "LONGEST_WAIT", 0.0)
    leftovers: list[object] = [None, "five", -1, {}, 404]
    for left in leftovers:
        assert not each.judge(left, left, left).yes
        assert not each.judge(fake, left).yes


def test_a_check_waits_for_the_end_and_not_for_ever(
    fake_canvas: FakeCanvas, fake: CanvasClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exercise, "LONGEST_WAIT", 0.0)
    fake_canvas.script(Reply({"id": 5, "workflow_state": "importing", "progress": 100}))
    assert "still importing" in judged("fix_row", fake, 5)


def test_a_verdict_escapes_everything_and_opens_its_hints_in_steps() -> None:
    shown = Verdict("not_yet", "<i>x</i>.", ("one", "<two>"))._repr_html_()
    assert shown.startswith("<p><b>○ Not yet, because</b> &lt;i&gt;x&lt;/i&gt;.</p>")
    first, second = shown.index("Hint 1"), shown.index("Hint 2")
    assert first < second < shown.index("</details>")  # the second opens inside the first
    assert "&lt;two&gt;" in shown
    assert "details" not in Verdict("done", "well.")._repr_html_()


@pytest.mark.parametrize("each", EXERCISES.values(), ids=lambda each: each.id)
def test_each_exercise_has_hints_in_steps(each: exercise.Exercise) -> None:
    assert len(each.hints) >= 2
    assert repr(each.hint(1)) == f"Hint 1 of {len(each.hints)}: {each.hints[0]}"
    assert "the solution is in the text below" in repr(each.hint(len(each.hints) + 1))


def test_a_wrong_answer_is_never_repeated_in_a_verdict(fake_canvas: FakeCanvas, fake: CanvasClient) -> None:
    secret = "7~SentinelTokenSentinelTokenSentinelToken"
    fake_canvas.script(Reply({"id": 1, "name": "A"}), Reply({"id": 7, "name": "Ada Admin"}))
    kept = [
        judged("find_account", fake, secret),
        judged("identify_yourself", fake, [json.dumps({"id": secret})]),
    ]
    assert all(secret not in text for text in kept)
