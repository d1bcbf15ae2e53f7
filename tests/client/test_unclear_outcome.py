"""What may have been done is not to be done again: every call that changes something × every odd answer."""

from collections.abc import Callable
from os import truncate
from pathlib import Path
from typing import Any

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.request_plans import RequestPlan, abort_sis_import, create_sis_import
from helpers.client.unclear_outcome import how_to_check
from helpers.errors import CanvasError, FileNotUsable, NoRoute, NotAccepted
from helpers.messages.explain import explain
from tests.fake_server import FakeCanvas, Reply
from tests.waiting import LONGEST_WAIT, wait_for

Call = Callable[[CanvasClient, Path], object]

HTML = {"Content-Type": "text/html"}
CREATED = {"id": 412, "workflow_state": "created", "progress": 0, "data": {}}
LATEST = ("client.list_sis_imports(5) in Python", "python start.py status in", "/sis_imports in the browser")
IMPORT_4 = (
    "client.get_sis_import(4) in Python",
    "python start.py status 4 in",
    "/sis_imports/4 in the browser",
)
CALLS: dict[str, tuple[Call, str, tuple[str, ...]]] = {
    "create": (lambda client, file: client.create_sis_import(file), "received the import", LATEST),
    "abort": (lambda client, file: client.abort_sis_import(4), "done it", IMPORT_4),
    "abort all": (lambda client, file: client.abort_all_pending(), "done it", LATEST),
    "restore": (lambda client, file: client.restore_states(4), "done it", IMPORT_4),
    "export": (
        lambda client, file: client.sis_export(file.parent, ["courses"]),
        "done it",
        ('client.get("accounts/self/reports/sis_export_csv") in Python',),
    ),
    "edit": (
        lambda client, file: client.send(RequestPlan("PUT", "/api/v1/courses/7", (("course[name]", "A"),))),
        "done it",
        ('client.get("courses/7") in Python',),
    ),
}
ODD = {
    **{str(status): Reply({"message": "odd"}, status) for status in (402, 406, 408, 409, 418, 423, 425)},
    **{str(status): Reply("", status) for status in (500, 502, 503, 504, 507, 520)},
    **{str(status): Reply("", status, {"Location": "https://x.example"}) for status in (301, 302, 303, 307)},
    "a page with 200": Reply("<html>Log in</html>", headers=HTML),
    "a page with 409": Reply("<html>Conflict</html>", 409, HTML),
    "maintenance": Reply("<html>Back soon</html>", 503, HTML),
    "empty": Reply(""),
    "no content": Reply("", 204),
    "no JSON": Reply("OK"),
    "JSON without its end": Reply('{"workflow_state": "created", "progr'),
    "cut": Reply('{"workflow_state": "created"}', cut=True),
    "hang up": Reply(hang_up=True),
    "silent": Reply(silent=True),
    "nested too deeply": Reply("[" * 100_000),
}
UNREADABLE = {
    "null": Reply("null"),
    "a list": Reply([]),
    "a list of one": Reply([CREATED]),
    "a text": Reply('"fine"'),
    "a number": Reply("412"),
}
TURNED = {
    **{
        str(status): Reply({"message": "no"}, status)
        for status in (400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 417, 422, 429, 431)
    },
    "403 rate limit": Reply("403 Forbidden (Rate Limit Exceeded)", 403, {"Content-Type": "text/plain"}),
    "404 page": Reply("<html>Not found</html>", 404, HTML),
    "413 page": Reply("<html>Too large</html>", 413, HTML),
}
CHANGES = pytest.mark.parametrize(("call", "done", "places"), CALLS.values(), ids=CALLS)


@pytest.fixture
def client(fake_canvas: FakeCanvas) -> CanvasClient:
    return client_of(fake_canvas.url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "courses.csv"
    path.write_text("course_id,short_name,long_name,status\nC1,C1,Course,active\n", encoding="utf-8")
    return path


def client_of(domain: str, seconds: float = LONGEST_WAIT) -> CanvasClient:
    connection = Connection(domain, "7~token")
    return CanvasClient(connection, timeout=(LONGEST_WAIT, seconds), retries=0, sleep=lambda _: None)


def script(canvas: FakeCanvas, reply: Reply) -> CanvasClient:
    """Script a reply, and return a client that waits for it, or soon gives up where none comes."""
    canvas.script(reply)
    return client_of(canvas.url, 2 if reply.silent else LONGEST_WAIT)


def error_of(act: Callable[[], object]) -> CanvasError:
    with pytest.raises(CanvasError) as caught:
        act()
    return caught.value


@CHANGES
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_answer_to_a_change_says_that_it_may_have_worked_and_where_to_look(
    fake_canvas: FakeCanvas,
    file: Path,
    call: Call,
    done: str,
    places: tuple[str, ...],
    odd: Reply,
) -> None:
    client = script(fake_canvas, odd)
    error = error_of(lambda: call(client, file))
    assert len(wait_for(lambda: fake_canvas.received)) == 1
    assert error.may_have_worked and error.import_id is None
    assert error.fix.startswith(f"Canvas may have {done}. Before you send it again, check ")
    assert all(place in error.fix for place in places)
    assert "again." not in error.fix.partition("check ")[2]
    assert "refused" not in error.what
    assert str(error) == f"{error.what} — {error.fix}" and error.fix in repr(error)
    assert explain(error).kind == "http-in-doubt"


@pytest.mark.parametrize("name", [name for name in CALLS if name != "edit"])
@pytest.mark.parametrize("unreadable", UNREADABLE.values(), ids=UNREADABLE)
def test_json_of_another_shape_leaves_the_same_doubt(
    client: CanvasClient, fake_canvas: FakeCanvas, file: Path, name: str, unreadable: Reply
) -> None:
    call, done, places = CALLS[name]
    fake_canvas.script(unreadable)
    error = error_of(lambda: call(client, file))
    assert error.may_have_worked and f"Canvas may have {done}." in error.fix
    assert all(place in error.fix for place in places)


@CHANGES
@pytest.mark.parametrize("turned", TURNED.values(), ids=TURNED)
def test_what_was_turned_down_was_not_done(
    client: CanvasClient,
    fake_canvas: FakeCanvas,
    file: Path,
    call: Call,
    done: str,
    places: tuple[str, ...],
    turned: Reply,
) -> None:
    fake_canvas.script(turned)
    error = error_of(lambda: call(client, file))
    assert not error.may_have_worked and "Canvas may have" not in error.fix


@pytest.mark.parametrize("domain", ["127.0.0.1:9", "canvas.invalid"])
def test_what_never_left_was_not_done(domain: str, file: Path) -> None:
    for plan in (create_sis_import(file), abort_sis_import(4)):
        error = error_of(lambda plan=plan: client_of(domain).send(plan))  # type: ignore[misc]
        assert isinstance(error, NoRoute) and not error.may_have_worked


def test_a_file_that_shrinks_on_its_way_was_not_taken(client: CanvasClient, file: Path) -> None:
    error = error_of(lambda: client.create_sis_import(file, progress=lambda *_: truncate(file, 0)))
    assert isinstance(error, FileNotUsable) and not error.may_have_worked


@pytest.mark.parametrize("odd", (ODD | UNREADABLE).values(), ids=ODD | UNREADABLE)
def test_a_read_leaves_no_doubt(fake_canvas: FakeCanvas, odd: Reply) -> None:
    client = script(fake_canvas, odd)
    error = error_of(lambda: client.get_sis_import(4))
    assert not error.may_have_worked and "Canvas may have" not in error.fix


@pytest.mark.parametrize(
    "odd",
    [
        {"progress": "50"},
        {"progress": []},
        {"progress": 10**400},
        {"data": "text"},
        {"data": [1]},
        {"data": {"counts": "many", "statistics": [], "supplied_batches": 7}},
        {"processing_warnings": "odd", "processing_errors": [7]},
        {"created_at": 7},
        {"id": "412"},
    ],
)
def test_an_odd_answer_to_an_accepted_import_loses_nothing(
    client: CanvasClient, fake_canvas: FakeCanvas, file: Path, odd: dict[str, Any]
) -> None:
    fake_canvas.script(Reply({**CREATED, **odd}))
    accepted = client.create_sis_import(file, skip_deletes=True, add_sis_stickiness=True)
    assert accepted.id == 412 and accepted.differences


@pytest.mark.parametrize(
    "odd",
    [
        Reply({"id": 412, "workflow_state": "failed"}),
        Reply({"id": "412"}),
        Reply({"id": 412, "workflow_state": ["created"]}),
        Reply('{"created_at":"2026-03-01","progress":0,"id":412,"workflow_st'),
    ],
)
def test_the_id_of_an_import_is_kept_and_nobody_is_asked_to_send_again(
    client: CanvasClient, fake_canvas: FakeCanvas, file: Path, odd: Reply
) -> None:
    fake_canvas.script(odd)
    error = error_of(lambda: client.create_sis_import(file))
    assert error.may_have_worked and error.import_id == 412
    assert error.fix.startswith(
        "Canvas has it as SIS import 412: do not send it again. Check SIS import 412: "
    )
    assert "client.get_sis_import(412) in Python, python start.py status 412 in the terminal" in error.fix
    assert explain(error).kind == "http-in-canvas"


def test_an_import_without_an_id_says_what_is_odd(
    client: CanvasClient, fake_canvas: FakeCanvas, file: Path
) -> None:
    fake_canvas.script(Reply({"id": {"odd": 1}, "workflow_state": "created"}))
    error = error_of(lambda: client.create_sis_import(file))
    assert isinstance(error, NotAccepted) and error.import_id is None
    assert error.fix.startswith("Canvas may have received the import.")


def test_a_real_canvas_is_named_for_the_terminal_and_has_no_practice_page() -> None:
    told = how_to_check(create_sis_import("a.csv"), Connection("school.test.instructure.com", "7~token"))
    assert "python start.py status --domain school.test.instructure.com in the terminal." in told
    assert "browser" not in told
