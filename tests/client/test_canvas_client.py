import logging
import pickle
import traceback
from collections.abc import Iterator
from os import truncate
from pathlib import Path
from typing import Any

import pytest

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.polling import Snapshot
from helpers.errors import (
    CanvasError,
    FileNotUsable,
    NotAccepted,
    NotUnderstood,
    UnknownOption,
    WrongDomain,
)
from tests.fake_server import FakeCanvas, Reply

TOKEN = "1234~SentinelTokenThatMustNotShow"
IMPORTS = "/api/v1/accounts/self/sis_imports"
CREATED = {"id": 412, "workflow_state": "created", "progress": 0, "data": {"import_type": "instructure_csv"}}


@pytest.fixture
def client(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, TOKEN), sleep=lambda _: None)


@pytest.fixture
def course_file(tmp_path: Path) -> Path:
    file = tmp_path / "test_course.csv"
    file.write_text("course_id,short_name,long_name,status\nC1,C1,Course,active\n", encoding="utf-8")
    return file


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


def test_a_file_that_shrinks_while_it_is_sent_is_said(client: CanvasClient, course_file: Path) -> None:
    with pytest.raises(FileNotUsable, match="became shorter") as caught:
        client.create_sis_import(course_file, progress=lambda *_: truncate(course_file, 0))
    assert TOKEN not in seen_in_a_debugger(caught.value)


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


def link(fake_canvas: FakeCanvas, page: int) -> dict[str, str]:
    return {"Link": f'<{fake_canvas.url}{IMPORTS}?page={page}&per_page=100>; rel="next"'}


def test_all_pages_of_imports_are_read(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(
        Reply({"sis_imports": [{"id": 3, "workflow_state": "imported"}]}, headers=link(fake_canvas, 2)),
        Reply({"sis_imports": [{"id": 2, "workflow_state": "failed"}]}, headers=link(fake_canvas, 3)),
        Reply({"sis_imports": [{"id": 1, "workflow_state": "aborted"}]}),
    )
    assert [found.id for found in client.list_sis_imports(workflow_state=["imported", "failed"])] == [3, 2, 1]
    targets = [request.target for request in fake_canvas.received]
    assert targets[0].endswith("workflow_state%5B%5D=imported&workflow_state%5B%5D=failed&per_page=100")
    assert targets[1:] == [f"{IMPORTS}?page=2&per_page=100", f"{IMPORTS}?page=3&per_page=100"]


def test_no_page_is_read_that_nobody_asked_for(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    page = {"sis_imports": [{"id": n, "workflow_state": "imported"} for n in (3, 2)]}
    fake_canvas.script(Reply(page, headers=link(fake_canvas, 2)))
    assert [found.id for found in client.list_sis_imports(limit=1)] == [3]
    assert len(fake_canvas.received) == 1


def test_a_next_page_elsewhere_is_not_fetched(
    client: CanvasClient, fake_canvas: FakeCanvas, other_host: FakeCanvas
) -> None:
    elsewhere = other_host.url.replace("127.0.0.1", "localhost")
    fake_canvas.script(Reply({"sis_imports": []}, headers={"Link": f'<{elsewhere}/page2>; rel="next"'}))
    with pytest.raises(WrongDomain, match="next page is at localhost"):
        client.list_sis_imports()
    assert other_host.received == []


def test_a_next_page_on_another_port_is_asked_of_this_canvas(
    client: CanvasClient, fake_canvas: FakeCanvas, other_host: FakeCanvas
) -> None:
    fake_canvas.script(
        Reply([1], headers={"Link": f'<{other_host.url}/api/v1/x?page=2>; rel="next"'}), Reply([2])
    )
    assert client.get("x") == [1, 2]
    assert other_host.received == []


@pytest.mark.parametrize(("first", "second"), [([1], {"a": 2}), ({"terms": [1]}, {"message": "later"})])
def test_a_later_page_that_is_no_list_is_not_understood(
    client: CanvasClient, fake_canvas: FakeCanvas, first: object, second: object
) -> None:
    fake_canvas.script(Reply(first, headers=link(fake_canvas, 2)), Reply(second))
    with pytest.raises(NotUnderstood, match="is not a list"):
        client.get("x")


def test_pages_that_lead_in_a_circle_are_no_whole_list(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply([1], headers={"Link": f'<{fake_canvas.url}/api/v1/x>; rel="next"'}))
    with pytest.raises(NotUnderstood, match="page 1 leads back"):
        client.get("x")
    assert len(fake_canvas.received) == 1


@pytest.mark.parametrize("pages", [1, 2])
def test_pages_that_come_again_end_a_list(client: CanvasClient, fake_canvas: FakeCanvas, pages: int) -> None:
    lists = [[{"id": n + 1, "workflow_state": "created"}] for n in range(pages)]
    fake_canvas.script(
        *(Reply({"sis_imports": lists[n % pages]}, headers=link(fake_canvas, n + 2)) for n in range(9))
    )
    with pytest.raises(NotUnderstood, match=f"page {pages + 1} has the same objects"):
        client.list_sis_imports()
    assert len(fake_canvas.received) == pages + 1


def test_equal_messages_are_no_page_that_comes_again(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    same = {"sis_import_errors": [{"sis_import_id": 4, "message": "a login is taken", "row": None}]}
    fake_canvas.script(Reply(same, headers=link(fake_canvas, 2)), Reply(same))
    assert len(list(client.pages(request_plans.list_sis_import_errors(4)))) == 2


def test_a_list_without_end_is_given_up(
    client: CanvasClient, fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.client.paging.MOST_PAGES", 3)
    fake_canvas.script(*(Reply([{"id": n}], headers=link(fake_canvas, n + 2)) for n in range(5)))
    with pytest.raises(NotUnderstood, match="more than 3 pages"):
        client.get("x")
    assert len(fake_canvas.received) == 3


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


def test_messages_are_told_apart_by_a_second_question(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
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


def test_lists_are_read_whole_wrapped_or_not(client: CanvasClient, fake_canvas: FakeCanvas) -> None:
    more = {"Link": f'<{fake_canvas.url}/api/v1/x?page=2>; rel="next"'}
    fake_canvas.script(Reply([1, 2], headers=more), Reply([3]))
    assert client.get("x") == [1, 2, 3]
    fake_canvas.script(Reply({"enrollment_terms": [1]}, headers=more), Reply({"enrollment_terms": [2]}))
    assert client.get("accounts/self/terms") == {"enrollment_terms": [1, 2]}


@pytest.mark.parametrize("answer", [{"id": 1}, {"a": [], "b": []}, 7])
def test_what_is_no_list_cannot_be_paged(client: CanvasClient, fake_canvas: FakeCanvas, answer: Any) -> None:
    fake_canvas.script(Reply(answer))
    with pytest.raises(NotUnderstood):
        client.list_sis_imports()


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


@pytest.mark.parametrize("name", ["missing/file.csv", "a\0b.csv", "x" * 999])
def test_a_download_to_where_no_file_can_be_says_so(client: CanvasClient, tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotUsable, match="cannot be saved"):
        client.download("/files/980", tmp_path / name)


def test_the_token_shows_in_no_repr_and_the_client_is_never_pickled(client: CanvasClient) -> None:
    assert TOKEN not in repr(client)
    assert "practice" in repr(client)
    with pytest.raises(TypeError) as caught:
        pickle.dumps(client)
    assert TOKEN not in str(caught.value)


def test_the_token_is_in_no_address_and_in_no_log(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake_canvas.script(Reply(status=503), Reply({"id": 1, "workflow_state": "created"}))
    client.get_self()
    client.create_sis_import(course_file)
    assert "sis_imports" in caplog.text
    assert TOKEN not in caplog.text
    assert all(TOKEN not in request.target for request in fake_canvas.received)


TELLTALE = [
    Reply({"errors": [{"message": f"You sent Bearer {TOKEN}"}]}, status)
    for status in (400, 401, 403, 404, 422, 429, 500, 503)
] + [
    Reply(f"<html>{TOKEN}</html>", headers={"Content-Type": "text/html"}),
    Reply(f"{{broken {TOKEN}"),
    Reply(status=302, headers={"Location": f"https://elsewhere.example/{TOKEN}?token={TOKEN}"}),
    Reply({"id": 1, "workflow_state": TOKEN}),
    Reply(hang_up=True),
]


def seen_in_a_debugger(error: BaseException) -> str:
    """Write out the variables of all functions that the error came through, as verbose tracebacks do."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][1:]  # without the test itself
    return " ".join(f"{name}={value!r}" for frame in frames for name, value in frame.f_locals.items())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("reply", TELLTALE, ids=lambda reply: f"{reply.status}-{str(reply.body)[:12]}")
def test_no_error_holds_the_token_whatever_the_server_sends_back(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, reply: Reply
) -> None:
    fake_canvas.script(reply)
    with pytest.raises(CanvasError) as caught:
        client.create_sis_import(course_file)
    for error in chain(caught.value):
        assert TOKEN not in f"{error!s} {error!r} {error.args} {vars(error)}"
        assert not hasattr(error, "request")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in seen_in_a_debugger(caught.value)
