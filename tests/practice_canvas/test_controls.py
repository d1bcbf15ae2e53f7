"""The controls of the practice Canvas from Python, against one that serves."""

from dataclasses import replace

import pytest

from practice_canvas import controls, service
from practice_canvas.service import Practice, PracticeCanvasFault
from tests.practice_server import Server


@pytest.fixture
def practice(canvas: Server) -> Practice:
    return Practice(canvas.url, canvas.token, {"admin": canvas.token}, 0, canvas.home)


def names_of_courses(canvas: Server) -> list[str]:
    return [course["name"] for course in canvas.send("GET", "/api/v1/accounts/self/courses").json]


def test_a_scenario_lasts_from_its_beginning_to_its_end(canvas: Server, practice: Practice) -> None:
    assert controls.begin_scenario(practice, "expired_token") == controls.scenarios(practice)["expired_token"]
    assert canvas.send("GET", "/api/v1/users/self").status == 401
    controls.end_scenarios(practice)
    assert canvas.send("GET", "/api/v1/users/self").status == 200


def test_what_was_kept_comes_back(canvas: Server, practice: Practice) -> None:
    controls.save_snapshot(practice, "before")
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,New here,active\n")
    assert names_of_courses(canvas) == ["New here"]
    controls.restore_snapshot(practice, "before")
    assert names_of_courses(canvas) == []


def test_a_setting_is_changed_and_reported(practice: Practice) -> None:
    assert (
        controls.change_settings(practice, seconds_to_wait_after_abort=5)["seconds_to_wait_after_abort"] == 5
    )


def test_the_pace_is_reset_to_the_one_it_starts_with(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_PACE", "0.5")
    controls.change_settings(practice, pace="immediate")
    assert float(controls.reset_pace(practice)["pace"]) == 0.5


def test_what_cannot_be_done_is_reported_in_a_sentence(practice: Practice) -> None:
    with pytest.raises(PracticeCanvasFault, match="nope is not a scenario: use stuck_in_created"):
        controls.begin_scenario(practice, "nope")
    with pytest.raises(PracticeCanvasFault, match="nothing at this address"):
        controls.restore_snapshot(practice, "never_kept")
    with pytest.raises(PracticeCanvasFault, match="pacing is not a setting"):
        controls.change_settings(practice, pacing=3)


def test_where_nothing_answers_a_sentence_says_so(practice: Practice) -> None:
    ended = replace(practice, url="http://127.0.0.1:1")
    with pytest.raises(PracticeCanvasFault, match="If it ended, connect again"):
        controls.end_scenarios(ended)


def test_a_reset_forgets_which_import_was_the_last(canvas: Server) -> None:
    note = canvas.home / service.LAST_IMPORT_FILE
    note.write_text('{"id": 7}', encoding="utf-8")
    canvas.send("POST", "/practice/reset", b"")
    assert not note.exists()


def test_an_import_runs_briskly_where_the_pace_is_realistic(canvas: Server, practice: Practice) -> None:
    canvas.settings(pace="realistic")
    import_id = canvas.post_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n").json["id"]
    controls.run_briskly(practice, import_id)
    ended = canvas.wait(import_id)
    assert ended["workflow_state"] == "imported" and "pace" not in ended
    with pytest.raises(PracticeCanvasFault):
        controls.run_briskly(practice, import_id + 1)
