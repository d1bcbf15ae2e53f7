"""The checks that look at an answer alone: an account, what cURL printed, the solution of a seeded task."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.lesson import exercise
from helpers.lesson.exercises import EXERCISES
from tests.fake_server import FakeCanvas, Reply
from tests.lesson.judging import judged
from tests.practice_server import Server

ME = {"id": 7, "name": "Ada Admin"}
SEEDED = [each for each in EXERCISES.values() if each.make]


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (None, "– Not tried yet: put your answer in place of None"),
        (1, "✔ Yes: 1 is the id of the account"),
        (" 1 ", "✔ Yes: 1 is the id of the account"),
        (2, "○ Not yet, because that is not the id of the account"),
        ("self", "○ Not yet, because self is a word that requests use"),
        ({"id": 1}, "○ Not yet, because an account's id is a number"),
        (object(), "○ Not yet, because an account's id is a number"),
    ],
)
def test_the_account(client: CanvasClient, given: object, verdict: str) -> None:
    assert judged("find_account", client, given).startswith(verdict)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (None, "– Not tried yet"),
        (['{"id": 7, "name": "Ada Admin"}'], "✔ Yes: Canvas knows you as Ada Admin."),
        (["HTTP/1.1 200 OK", "", '{"id": 7}'], "✔ Yes"),
        ([], "○ Not yet, because cURL printed nothing"),
        (["curl: (7) failed to connect"], "○ Not yet, because cURL printed no JSON"),
        (['{"id": 7'], "○ Not yet, because what cURL printed is not complete JSON"),
        (['{"errors": [{"message": "user authorization required"}]}'], "○ Not yet, because no token reached"),
        (
            ['{"errors": [{"message": "Invalid access token."}]}'],
            "○ Not yet, because Canvas does not know that",
        ),
        (
            ['{"errors": [{"message": "Expired access token."}]}'],
            "○ Not yet, because that token is past its end",
        ),
        (
            ['{"errors": [{"message": "The specified resource does not exist."}]}'],
            "○ Not yet, because the address",
        ),
        (['{"id": 8, "name": "Nora"}'], "○ Not yet, because that token belongs to Nora, not to Ada Admin"),
        (['{"name": "somebody"}'], "○ Not yet, because Canvas answered, but not with a person"),
        (3, "○ Not yet, because the check cannot read what the exercise left"),
    ],
)
def test_each_mistake_with_the_token_has_its_own_sentence(
    fake_canvas: FakeCanvas, fake: CanvasClient, answer: object, verdict: str
) -> None:
    fake_canvas.script(Reply(ME))
    assert judged("identify_yourself", fake, answer).startswith(verdict)


@pytest.mark.parametrize("token", ["practice-expired-token", "wrong", None])
def test_what_the_practice_canvas_refuses_is_one_of_those_mistakes(
    canvas: Server, client: CanvasClient, token: str | None
) -> None:
    answer = canvas.get("/api/v1/users/self", token=token).body.decode().splitlines()
    verdict = judged("identify_yourself", client, answer)
    assert verdict.startswith("○ Not yet") and "not with a person" not in verdict


@pytest.mark.parametrize("each", SEEDED, ids=lambda each: each.id)
def test_a_seed_makes_the_same_task_again_and_others_another(each: exercise.Exercise) -> None:
    assert repr(each.new(seed=5)) == repr(each.new(seed=5))
    assert len({str((repr(task := each.new(seed)), task.answer)) for seed in range(12)}) > 2


def test_the_files_of_a_task_go_with_the_python_that_made_them() -> None:
    code = (
        "from helpers.lesson.exercises import EXERCISES\n"
        "given = EXERCISES['find_row'].new(1).given; assert given.is_file(); print(given)"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert made.stdout and not Path(made.stdout.strip()).parents[1].exists()


def test_an_exercise_without_a_seed_says_so() -> None:
    with pytest.raises(LookupError, match="find_account is always the same"):
        EXERCISES["find_account"].new()


@pytest.mark.parametrize("name", ["go_on_or_stop", "what_next", "which_exit_status"])
@pytest.mark.parametrize("seed", range(4))
def test_choosing(name: str, seed: int) -> None:
    task = EXERCISES[name].new(seed)
    wrong = [*task.answer]
    wrong[1] = next(word for word in task.answer if word != wrong[1])
    assert judged(name, task, None).startswith("– Not tried yet")
    assert judged(name, task, task.answer).startswith("✔ Yes")
    assert judged(name, task, wrong).startswith("○ Not yet, because answer 2 is not right")
    assert judged(name, task, task.answer[:1]).startswith("○ Not yet, because")
    assert "answer 1 must be one of" in judged(name, task, ["perhaps", *task.answer[1:]])
    assert len(set(task.given)) == len(task.given)


@pytest.mark.parametrize("seed", range(5))
def test_the_fault_of_a_command(seed: int) -> None:
    task = EXERCISES["find_command_fault"].new(seed)
    other = "colon" if task.answer != "colon" else "address"
    assert judged("find_command_fault", task, None).startswith("– Not tried")
    assert judged("find_command_fault", task, task.answer).startswith("✔ Yes")
    assert "that part of the command is right" in judged("find_command_fault", task, other)
    assert "must be one of these words" in judged("find_command_fault", task, "?")


def test_the_root_cause() -> None:
    task = EXERCISES["name_root_cause"].new(1)
    number = task.answer.partition("-")[0]
    healthy = f"{number}-{'A' if task.answer.endswith('B') else 'B'}"
    given = {None: "– Not tried", task.answer: "✔ Yes", healthy: "not the section whose own row"}
    given |= {number: "the course is fine", f"U{number[1:]}-0": "that user is fine"}
    for answer, words in given.items():
        assert words in judged("name_root_cause", task, answer)


def test_what_a_batch_would_delete() -> None:
    task = EXERCISES["name_what_would_go"].new(3)
    stays = "ART-110-28" if task.answer != "ART-110-28" else "BIO-101-28"
    given = {None: "– Not tried", task.answer: "✔ Yes", stays: "so it would stay", "X": "must be the SIS ID"}
    given |= {f"{task.answer}-A": "that is the course's section"}
    for answer, words in given.items():
        assert words in judged("name_what_would_go", task, answer)


def test_the_three_files_of_the_case() -> None:
    task = EXERCISES["case_find"].new(3)
    right = task.answer["faulty"]
    assert judged("case_find", task, None).startswith("– Not tried")
    assert judged("case_find", task, right).startswith("✔ Yes")
    assert "one more file has a fault" in judged("case_find", task, right[:2])
    assert "2 more files have a fault" in judged("case_find", task, right[0])
    assert "terms.csv is not the name of a file with a fault" in judged(
        "case_find", task, [*right, "terms.csv"]
    )
