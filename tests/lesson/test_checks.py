"""The checks below the exercises say yes or not yet, give a reason, and never raise."""

from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.lesson import checks
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import Server

ACCOUNT = {"id": 1, "name": "Practice College"}
ME = {"id": 7, "name": "Ada Admin"}
NOT_FOUND = Reply({"errors": [{"message": "nothing here"}]}, 404)


@pytest.fixture
def client(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "practice-admin-token"), retries=0)


def sis_import(state: str) -> Reply:
    return Reply({"id": 5, "workflow_state": state, "progress": 100})


@pytest.mark.parametrize("given", [1, "1", " 1 "])
def test_the_right_account_id_is_right(fake_canvas: FakeCanvas, client: CanvasClient, given: object) -> None:
    fake_canvas.script(Reply(ACCOUNT))
    assert repr(checks.account_id_is(client, given)) == "✔ Yes: 1 is the id of the account Practice College."


def test_an_account_id_that_is_not_given_is_asked_for(fake_canvas: FakeCanvas, client: CanvasClient) -> None:
    fake_canvas.script(Reply(ACCOUNT))
    assert repr(checks.account_id_is(client, None)) == "○ Not yet, because my_account_id is still None."


@pytest.mark.parametrize("given", [2, "self", True, ACCOUNT, object()])
def test_another_account_id_is_not_yet(fake_canvas: FakeCanvas, client: CanvasClient, given: object) -> None:
    fake_canvas.script(Reply(ACCOUNT))
    assert not checks.account_id_is(client, given).yes


@pytest.mark.parametrize("before", [[], ["HTTP/1.1 200 OK", "content-type: application/json", ""]])
def test_an_answer_that_names_me_is_recognized(
    fake_canvas: FakeCanvas, client: CanvasClient, before: list[str]
) -> None:
    fake_canvas.script(Reply(ME))
    assert checks.answer_names_me(client, [*before, '{"id": 7, "name": "Ada Admin"}']).yes


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([], "cURL printed no JSON"),
        (["curl: (7) failed to connect"], "cURL printed no JSON"),
        (['{"id": 7'], "not complete JSON"),
        (['{"errors": [{"message": "log in"}]}'], "did the token travel along"),
        (['{"id": 8}'], "does not name Ada Admin"),
        (None, "cannot read what the exercise left"),
    ],
)
def test_any_other_answer_is_not_yet(
    fake_canvas: FakeCanvas, client: CanvasClient, answer: list[str], why: str
) -> None:
    fake_canvas.script(Reply(ME))
    assert why in repr(checks.answer_names_me(client, answer))


def test_courses_that_arrived_are_named(fake_canvas: FakeCanvas, client: CanvasClient) -> None:
    fake_canvas.script(sis_import("imported"), Reply({"id": 3}))
    verdict = checks.courses_arrived(client, 5, "TC-001", "TC-002")
    assert (verdict.yes, verdict.why) == (
        True,
        "import 5 ended as imported, and Canvas has TC-001 and TC-002.",
    )


def test_a_missing_course_is_not_yet(fake_canvas: FakeCanvas, client: CanvasClient) -> None:
    fake_canvas.script(sis_import("imported"), Reply({"id": 3}), NOT_FOUND)
    assert "no course TC-002" in repr(checks.courses_arrived(client, 5, "TC-001", "TC-002"))


@pytest.mark.parametrize("state", ["imported_with_messages", "failed_with_messages", "failed", "aborted"])
def test_an_import_that_ended_badly_is_not_yet(
    fake_canvas: FakeCanvas, client: CanvasClient, state: str
) -> None:
    fake_canvas.script(sis_import(state))
    assert f"import 5 ended as {state}" in repr(checks.courses_arrived(client, 5, "TC-001"))


def test_a_check_waits_for_the_end(fake_canvas: FakeCanvas, client: CanvasClient) -> None:
    fake_canvas.script(sis_import("importing"), sis_import("imported"), Reply({"id": 3}))
    assert checks.courses_arrived(client, 5, "TC-001").yes


def test_a_check_does_not_wait_for_ever(
    fake_canvas: FakeCanvas, client: CanvasClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LONGEST_WAIT", 0.0)
    fake_canvas.script(sis_import("importing"))
    assert "still importing" in repr(checks.courses_arrived(client, 5, "TC-001"))


@pytest.mark.parametrize("left", [None, "five", -1, {}, 404])
def test_whatever_the_exercise_left_nothing_raises(
    fake_canvas: FakeCanvas, client: CanvasClient, left: object
) -> None:
    fake_canvas.script(NOT_FOUND)
    assert not checks.courses_arrived(client, left, "TC-001").yes  # type: ignore[arg-type]


def test_a_canvas_that_is_gone_is_told_and_not_raised(fake_canvas: FakeCanvas, client: CanvasClient) -> None:
    fake_canvas.close()
    assert "○ Not yet, because of this:" in repr(checks.account_id_is(client, 1))


def test_a_verdict_is_shown_with_everything_escaped() -> None:
    shown = checks.Verdict(False, "<i>x</i> is no id.")._repr_html_()
    assert shown == "<p><b>○ Not yet,</b> because &lt;i&gt;x&lt;/i&gt; is no id.</p>"


MESSAGE = {
    "sis_import_id": 5,
    "file": "courses.csv",
    "message": "Course N2 has the status running.",
    "row": 3,
}
NOISE = '[[noise]]\npattern = "{}"\nreason = "N2 leaves the feed in June."\n'


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("N2", "✔ Yes: all messages of import 5 are expected: N2 leaves the feed in June."),
        ("N9", "○ Not yet, because the list does not name this message of import 5: Course N2 has"),
    ],
)
def test_only_named_messages_are_noise(
    fake_canvas: FakeCanvas, client: CanvasClient, tmp_path: Path, pattern: str, sentence: str
) -> None:
    ended = sis_import("imported_with_messages")
    fake_canvas.script(
        ended, ended, Reply({"sis_import_errors": []}), Reply({"sis_import_errors": [MESSAGE]})
    )
    noise = tmp_path / "noise.toml"
    noise.write_text(NOISE.format(pattern), encoding="utf-8")
    assert repr(checks.only_noise_is_left(client, 5, noise)).startswith(sentence)


def test_an_import_without_messages_shows_nothing_of_noise(
    fake_canvas: FakeCanvas, client: CanvasClient, tmp_path: Path
) -> None:
    ended, nothing = sis_import("imported"), Reply({"sis_import_errors": []})
    fake_canvas.script(ended, ended, nothing, nothing)
    (tmp_path / "noise.toml").write_text("", encoding="utf-8")
    assert "without any message" in repr(checks.only_noise_is_left(client, 5, tmp_path / "noise.toml"))


def test_the_scenario_under_way_is_the_right_diagnosis(canvas: Server) -> None:
    practice = Practice(canvas.url, canvas.token, {}, 0, canvas.home)
    controls.begin_scenario(practice, "slow_answers")
    assert repr(checks.scenario_is(practice, "slow_answers")).startswith("✔ Yes: it is slow_answers.")
    assert not checks.scenario_is(practice, "throttled").yes
    assert "still None" in repr(checks.scenario_is(practice, None))
    controls.end_scenarios(practice)
    assert not checks.scenario_is(practice, "slow_answers").yes


@pytest.mark.parametrize(
    ("batch_mode", "state", "removed", "there", "sentence"),
    [
        (True, "imported", 1, False, "✔ Yes: import 5 was a full batch, and it removed ART-110 alone."),
        (None, "imported", 0, False, "○ Not yet, because import 5 was no full batch"),
        (True, "aborted", 0, False, "○ Not yet, because import 5 ended as aborted"),
        (True, "imported", 3, False, "○ Not yet, because import 5 removed 3 courses"),
        (True, "imported", 1, True, "○ Not yet, because import 5 removed 1 courses"),
    ],
)
def test_a_full_batch_is_right_when_it_removed_that_course_alone(
    fake_canvas: FakeCanvas,
    client: CanvasClient,
    batch_mode: bool | None,
    state: str,
    removed: int,
    there: bool,
    sentence: str,
) -> None:
    ended = {"id": 5, "workflow_state": state, "progress": 100, "batch_mode": batch_mode}
    counts = {"data": {"counts": {"batch_courses_deleted": removed}}}
    fake_canvas.script(Reply({**ended, **counts}), Reply({"id": 7}) if there else NOT_FOUND)
    assert repr(checks.batch_removed_only(client, 5, "ART-110")).startswith(sentence)
