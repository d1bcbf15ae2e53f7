"""A verdict reaches the local practice Canvas from any Canvas; the terminal shows and erases progress."""

from typing import Any

import pytest

from helpers.errors import NoRoute
from helpers.lesson import progress
from helpers.lesson.exercises import EXERCISES
from helpers.terminal import cli, output, progress_commands
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import Server


@pytest.fixture
def practice(canvas: Server, monkeypatch: pytest.MonkeyPatch) -> Practice:
    found = Practice(canvas.url, canvas.token, {"admin": canvas.token}, 0, canvas.home)
    for module in (progress, progress_commands):
        monkeypatch.setattr(module, "start_practice", lambda: found)
    controls.erase_progress(found)
    return found


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(output, "line", lines.append)
    monkeypatch.setattr(output, "fault", lambda error, domain=None: lines.append(str(error)))
    return lines


def own_site(fake_canvas: FakeCanvas) -> Any:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection

    fake_canvas.script(Reply({"id": 42, "name": "My School"}))
    return CanvasClient(Connection(fake_canvas.url, "practice-admin-token"))


def test_a_check_on_another_canvas_reports_to_the_practice_canvas(
    practice: Practice, fake_canvas: FakeCanvas
) -> None:
    assert EXERCISES["find_account"](own_site(fake_canvas), 42).yes
    found = progress.progress()
    assert [each["id"] for each in found.done] == ["find_account"]
    assert found.exercises[0]["verdicts"][0]["why"] == "42 is the id of the account My School."
    assert [each["id"] for each in found.exercises] == list(EXERCISES)


def test_what_is_next_and_what_the_person_can_do(practice: Practice) -> None:
    assert progress.progress().sentence.endswith("Next: Find your account, in notebook 00_start_here.")
    EXERCISES["find_account"](None, None)
    controls.report_verdict(practice, "find_account", state="done", why="", notebook="00_start_here")
    found = progress.progress()
    assert found.sentence.startswith(f"1 of {len(EXERCISES)} exercises done. Next: Identify yourself")
    assert "- connect to a Canvas" in repr(found) and "<li>connect to a Canvas" in found._repr_html_()


def test_all_done_is_said(practice: Practice) -> None:
    for each in EXERCISES.values():
        controls.report_verdict(practice, each.id, state="done", why="", notebook=each.notebook)
    assert progress.progress().sentence.endswith("You have completed the lesson.")


def test_a_check_answers_also_where_no_practice_canvas_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Practice:
        raise NoRoute("It does not start.", "Start it.")

    monkeypatch.setattr(progress, "start_practice", none)
    assert EXERCISES["find_account"](None, None).state == "not_tried"


def test_the_terminal_shows_progress(practice: Practice, shown: list[str]) -> None:
    assert cli.main(["progress"]) == 0
    assert "Next: Find your account" in shown[0] and f"{practice.url}/exercises" in shown[1]


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [(["progress", "--reset"], "Kept: the practice school"), (["reset"], "Kept: your progress")],
)
def test_what_is_erased_is_said_and_asked_first(
    canvas: Server,
    practice: Practice,
    shown: list[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    kept: str,
) -> None:
    controls.report_verdict(practice, "find_account", state="done", why="", notebook="00_start_here")
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,Kept,active\n")
    monkeypatch.setattr("helpers.terminal.prompts.ask", lambda question, about="": None)
    assert cli.main(arguments) == 2
    assert "nothing was erased" in shown.pop()
    assert there(canvas) == (True, True)
    assert cli.main([*arguments, "--yes"]) == 0
    assert shown[-1].startswith("Erased: ") and kept in shown[-1]
    assert there(canvas) == ((True, False) if arguments == ["progress", "--reset"] else (False, True))


def there(canvas: Server) -> tuple[bool, bool]:
    """Return whether the school and the progress are there."""
    course = canvas.send("GET", "/api/v1/courses/sis_course_id:C1").status == 200
    return course, bool(progress.progress().done)
