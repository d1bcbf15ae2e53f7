"""The learner's progress: stored beside the school, shown on its page, erased only when asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from practice_canvas import controls, homes
from practice_canvas.service import Practice, PracticeCanvasFault
from practice_canvas.store import exercises
from practice_canvas.store.store import DATABASE
from tests.practice_server import Server, serving

LIST = [
    {"id": "b", "notebook": "00_start", "title": "Begin", "can": "begin"},
    {"id": "a", "notebook": "01_on", "title": "Go <on>", "can": "go on"},
]


@pytest.fixture
def practice(canvas: Server) -> Practice:
    controls_of = Practice(canvas.url, canvas.token, {"admin": canvas.token}, 0, canvas.home)
    controls.erase_progress(controls_of)
    controls.define_exercises(controls_of, LIST)
    return controls_of


def states(practice: Practice) -> list[tuple[str, str]]:
    return [(each["id"], each["state"]) for each in controls.define_exercises(practice, LIST)]


def report(practice: Practice, *given: str) -> None:
    for state in given:
        controls.report_verdict(practice, "b", state=state, why=f"{state}.", notebook="00_start")


def test_the_list_keeps_the_lessons_order_and_begins_untried(practice: Practice) -> None:
    assert states(practice) == [("b", "not_tried"), ("a", "not_tried")]


@pytest.mark.parametrize(
    ("given", "state", "in_a_row"),
    [
        (["not_tried"], "not_tried", 0),
        (["not_yet", "not_yet", "not_tried"], "not_yet", 2),
        (["not_yet", "done"], "done", 0),
        (["done", "not_tried"], "done", 0),
        (["done", "not_yet"], "done", 1),
    ],
)
def test_what_is_done_stays_done(practice: Practice, given: list[str], state: str, in_a_row: int) -> None:
    report(practice, *given)
    found = controls.define_exercises(practice, LIST)[0]
    assert (found["state"], found["not_yet_in_a_row"]) == (state, in_a_row)
    assert [each["state"] for each in found["verdicts"]] == given
    assert all(each["at"].endswith("Z") for each in found["verdicts"])
    assert (found["done_at"] is not None) == ("done" in given)


def test_a_state_that_there_is_not_is_refused(practice: Practice) -> None:
    with pytest.raises(PracticeCanvasFault, match="use not_tried, not_yet, done"):
        report(practice, "perhaps")


def test_an_exercise_without_all_its_fields_is_refused(practice: Practice) -> None:
    with pytest.raises(PracticeCanvasFault, match="each exercise needs id, notebook, title, can"):
        controls.define_exercises(practice, [{"id": "c"}])


def test_reset_and_snapshot_leave_the_progress(practice: Practice) -> None:
    controls.save_snapshot(practice, "before_it")
    report(practice, "done")
    controls.reset_school(practice)
    controls.restore_snapshot(practice, "before_it")
    assert states(practice)[0] == ("b", "done")


def test_erasing_says_how_much_and_leaves_the_school(canvas: Server, practice: Practice) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,Kept,active\n")
    report(practice, "done")
    assert controls.erase_progress(practice) == 1
    assert states(practice)[0] == ("b", "not_tried")
    assert canvas.send("GET", "/api/v1/courses/sis_course_id:C1").status == 200


def test_a_new_version_of_the_schools_database_leaves_the_progress(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    exercises.define(home, LIST)
    exercises.judge(home, "a", "01_on", "done", "It went on.")
    with closing(sqlite3.connect(home / DATABASE)) as db:
        db.execute("PRAGMA user_version = 1")
    with serving(home) as server:
        found = server.send("GET", "/practice/exercises").json
    assert [each["state"] for each in found] == ["not_tried", "done"]


@pytest.mark.parametrize("keep", [0, 5000])
def test_a_damaged_record_is_set_aside_whole_and_said(tmp_path: Path, keep: int) -> None:
    path = tmp_path / exercises.DATABASE
    exercises.define(tmp_path, LIST)
    exercises.judge(tmp_path, "a", "01_on", "done", "It went on.")
    damaged = path.read_bytes()[:keep] + b"\xff" * 9999
    path.write_bytes(damaged)
    beside = tmp_path / f"{path.name}-journal"
    beside.touch()
    note = homes.prepare(tmp_path, "immediate")
    assert "exercises-damaged.sqlite3" in note and "check the exercises again" in note
    assert (tmp_path / "exercises-damaged.sqlite3").read_bytes() == damaged
    assert not beside.exists(), "it must not be applied to the new one"
    exercises.define(tmp_path, LIST)
    assert homes.prepare(tmp_path, "immediate") == ""


def test_the_page_shows_what_is_done_and_what_comes_next(canvas: Server, practice: Practice) -> None:
    report(practice, "done")
    page = canvas.get("/exercises", token=None).body.decode()
    assert "1 of 2 exercises done." in page and "<li>begin</li>" in page
    assert "Next: <strong>Go &lt;on&gt;</strong>, in notebook 01_on." in page


def test_when_all_are_done_it_is_the_completion_page(canvas: Server, practice: Practice) -> None:
    report(practice, "done")
    controls.report_verdict(practice, "a", state="done", why="It went on.", notebook="01_on")
    page = canvas.get("/exercises", token=None).body.decode()
    assert "<h1>You have completed the lesson</h1>" in page
    assert "<li>go on</li>" in page and "Next:" not in page


def test_a_page_without_exercises_says_where_to_begin(canvas: Server, practice: Practice) -> None:
    controls.define_exercises(practice, [])
    assert "No exercise has been checked yet." in canvas.get("/exercises", token=None).body.decode()
