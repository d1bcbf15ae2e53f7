"""Each method of CanvasClient asks for what it is named after, and returns what Canvas says."""

from pathlib import Path
from typing import Any

import pytest

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.polling import Snapshot
from helpers.errors import FileNotUsable, NotAccepted, NotUnderstood, Refused, UnknownOption, WrongDomain
from tests.fake_server import TOKEN, FakeCanvas, Reply

IMPORTS = "/api/v1/accounts/self/sis_imports"
CREATED = {"id": 412, "workflow_state": "created", "progress": 0, "data": {"import_type": "instructure_csv"}}


def test_an_import_is_created_as_the_lesson_does(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    fake_canvas.script(Reply(CREATED))
    sis_import = client.create_sis_import(course_file)
    (request,) = fake_canvas.received
    assert (request.method, request.target) == ("POST", f"{IMPORTS}.json?import_type=instructure_csv")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-length"] == str(len(request.body))
    assert request.file_content == course_file.read_bytes()
    assert (sis_import.id, sis_import.workflow_state) == (412, "created")


def test_the_file_of_a_plan_is_checked_once_for_each_version_of_it(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []
    monkeypatch.setattr(request_plans, "check_file", checked.append)
    plan = request_plans.create_sis_import(course_file)
    plan.check()
    fake_canvas.script(Reply(CREATED), Reply(CREATED))
    client.send_import(plan)
    assert checked == [course_file]
    course_file.write_text("course_id,status\nC2,active\n", encoding="utf-8")
    client.send_import(plan)
    assert checked == [course_file, course_file]


def test_a_plan_whose_file_has_gone_since_it_was_checked_is_refused(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    plan = request_plans.create_sis_import(course_file)
    plan.check()
    course_file.unlink()
    with pytest.raises(FileNotUsable, match="There is no file"):
        client.send_import(plan)
    assert fake_canvas.received == []


@pytest.mark.parametrize("by_id", [True, False])
def test_an_import_is_followed_and_waited_for_by_itself_or_its_id(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, by_id: bool
) -> None:
    importing = {**CREATED, "workflow_state": "importing", "progress": 40}
    imported = {**CREATED, "workflow_state": "imported", "progress": 100}
    fake_canvas.script(*map(Reply, [CREATED, importing, imported, importing, imported]))
    sent = client.create_sis_import(course_file)
    sis_import = sent.id if by_id else sent
    polls = [each.sis_import for each in client.follow(sis_import, first=0)]
    assert [each.workflow_state for each in polls if each] == ["importing", "imported"]
    noticed: list[Snapshot] = []
    assert client.wait_for(sis_import, on_poll=noticed.append).workflow_state == "imported"
    assert len(noticed) == 2
    assert {each.target for each in fake_canvas.received[1:]} == {f"{IMPORTS}/412"}


def test_the_user_agent_names_the_lesson(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 1}))
    client.get_self()
    assert fake_canvas.received[0].headers["user-agent"].startswith("canvas-sis-import-lesson/0.1 ")


def test_upload_progress_reaches_the_length_of_the_request(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    fake_canvas.script(Reply(CREATED))
    seen: list[tuple[int, int]] = []
    client.create_sis_import(course_file, progress=lambda *now: seen.append(now))
    length = int(fake_canvas.received[0].headers["content-length"])
    assert seen[-1] == (length, length)


def test_options_travel_in_the_query_and_are_compared_with_the_echo(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    taken = {"batch_mode": None, "batch_mode_term_id": 3, "change_threshold": 20}
    fake_canvas.script(Reply({"name": "Spring"}), Reply({**CREATED, **taken}))
    options: dict[str, Any] = {
        "batch_mode": True,
        "batch_mode_term_id": "sis_term_id:S 26",
        "change_threshold": 20,
    }
    sis_import = client.create_sis_import(course_file, waive="rehearsal", **options)
    query = fake_canvas.received[-1].target.partition("?")[2]
    assert query == (
        "import_type=instructure_csv&batch_mode=true&batch_mode_term_id=sis_term_id:S%2026&change_threshold=20"
    )
    assert sis_import.differences == ("batch_mode: you asked for true, Canvas took null.",)


def test_no_difference_is_reported_where_canvas_took_what_was_asked(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    fake_canvas.script(Reply({**CREATED, "skip_deletes": True}))
    assert client.create_sis_import(course_file, skip_deletes=True).differences == ()


def test_nothing_is_sent_for_bad_input(client: CanvasClient, fake_canvas: FakeCanvas, tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable):
        client.create_sis_import(tmp_path / "missing.csv")
    with pytest.raises(UnknownOption):
        client.create_sis_import(tmp_path / "missing.csv", batchmode=True)
    assert fake_canvas.received == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"workflow_state": "created"}, "has no id"),
        ({"id": None, "workflow_state": "created"}, "has no id"),
        ({"id": 4, "workflow_state": "failed"}, "'failed' instead of created or initializing"),
        ({"id": 4, "workflow_state": "imported"}, "'imported'"),
        ({"id": 4}, "None"),
        ([], "has no id"),
        ("fine", "has no id"),
    ],
)
def test_the_lessons_rule_an_import_without_id_or_in_an_odd_state_is_an_error(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, answer: Any, says: str
) -> None:
    fake_canvas.script(Reply(b'"fine"' if answer == "fine" else answer))
    with pytest.raises(NotAccepted, match=says) as caught:
        client.create_sis_import(course_file)
    assert "Find the cause before you go on" in caught.value.fix


def test_an_import_that_is_still_initializing_is_accepted(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path
) -> None:
    fake_canvas.script(Reply({"id": 4, "workflow_state": "initializing"}))
    assert client.create_sis_import(course_file).state.stage == "queue"


def test_one_import_can_be_looked_at(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 412, "workflow_state": "imported", "progress": 100}))
    assert client.get_sis_import(412).state.good
    assert fake_canvas.received[0].target == f"{IMPORTS}/412"


def test_what_runs_now_can_be_listed(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"sis_imports": []}))
    assert client.importing_sis_imports() == []
    assert fake_canvas.received[0].target == f"{IMPORTS}/importing"


def test_imports_can_be_aborted(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 4, "workflow_state": "aborted"}), Reply({"aborted": True}))
    assert client.abort_sis_import(4).workflow_state == "aborted"
    assert client.abort_all_pending() == {"aborted": True}
    assert [(r.method, r.target) for r in fake_canvas.received] == [
        ("PUT", f"{IMPORTS}/4/abort"),
        ("PUT", f"{IMPORTS}/abort_all_pending"),
    ]


def test_an_import_can_be_undone(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 55, "workflow_state": "queued"}))
    assert client.restore_states(4, undelete_only=True)["id"] == 55
    assert fake_canvas.received[0].target == f"{IMPORTS}/4/restore_states?undelete_only=true"


def test_messages_are_distinguished_by_a_second_question(
    client: CanvasClient, fake_canvas: FakeCanvas
) -> None:
    error = {"sis_import_id": 4, "file": "a.csv", "message": "unreadable", "row": None}
    warning = {"sis_import_id": 4, "file": "b.csv", "message": "bad status", "row": 7}
    fake_canvas.script(Reply({"sis_import_errors": [error]}), Reply({"sis_import_errors": [warning, error]}))
    messages = client.list_sis_import_errors(4)
    assert [(message.severity, message.row) for message in messages] == [("warning", 7), ("error", None)]
    assert [request.target for request in fake_canvas.received] == [
        f"{IMPORTS}/4/errors?failure=true&per_page=100",
        f"{IMPORTS}/4/errors?per_page=100",
    ]


def test_who_and_where_can_be_asked(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"name": "Ada"}), Reply({"name": "School"}))
    assert (client.get_self()["name"], client.get_account()["name"]) == ("Ada", "School")


def test_any_path_can_be_read(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 1, "name": "Biology"}))
    assert client.get("courses/sis_course_id:BIO 101", include=["term"])["name"] == "Biology"
    assert fake_canvas.received[0].target == "/api/v1/courses/sis_course_id:BIO%20101?include%5B%5D=term"


def test_an_object_is_edited_by_hand_and_returned(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"id": 1, "name": "Biology"}))
    assert client.update("courses/1", course={"name": "Biology"}) == {"id": 1, "name": "Biology"}
    sent = fake_canvas.received[0]
    assert (sent.method, sent.target) == ("PUT", "/api/v1/courses/1?course%5Bname%5D=Biology")


def test_what_is_no_object_is_no_account(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply([1]))
    with pytest.raises(NotUnderstood, match="not a JSON object"):
        client.get_account()


def test_a_file_is_fetched_from_where_it_is_stored_without_the_token(
    client: CanvasClient, fake_canvas: FakeCanvas, other_host: FakeCanvas, tmp_path: Path
) -> None:
    fake_canvas.script(Reply(status=302, headers={"Location": f"{other_host.url}/stored?verifier=x"}))
    other_host.script(Reply("row 1\n", headers={"Content-Type": "text/csv"}))
    assert client.download("/files/980/download") == b"row 1\n"
    file = tmp_path / "errors.csv"
    assert client.download(f"{fake_canvas.url}/files/980/download", to=file) == file
    assert file.read_bytes() == b"row 1\n"
    assert fake_canvas.received[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert all("authorization" not in request.headers for request in other_host.received)


def test_a_download_that_fails_says_why(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply("<html>Log in</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(WrongDomain):
        client.download("/files/980")
    fake_canvas.script(Reply(status=302, headers={"Location": "/files/980"}))
    with pytest.raises(WrongDomain, match="redirects to"):
        client.download("/files/980")
    fake_canvas.script(Reply({"message": "gone away"}, status=400, headers={"Location": "/files/981"}))
    asked = len(fake_canvas.received)
    with pytest.raises(Refused, match="gone away"):
        client.download("/files/980")
    assert len(fake_canvas.received) == asked + 1, "only a redirect is followed"


@pytest.mark.parametrize("name", ["missing/file.csv", "a\0b.csv", "x" * 999])
def test_a_download_to_where_no_file_can_be_says_so(client: CanvasClient, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotUsable, match="cannot be saved"):
        client.download("/files/980", tmp_path / name)
