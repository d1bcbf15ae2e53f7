import json
from pathlib import Path

import pytest

from helpers.client import connect
from helpers.client.connection import Connection
from helpers.errors import ConnectionInputError, NoRoute
from practice_canvas import service
from tests.practice_server import Server

TOKEN = "1234~" + "Zq9" * 12


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CANVAS_DOMAIN", raising=False)
    monkeypatch.delenv("CANVAS_API_TOKEN", raising=False)


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> service.Practice:
    running = service.Practice("http://127.0.0.1:1", "practice-admin-token", {}, 1, tmp_path)
    monkeypatch.setattr(service, "find_or_start", lambda home: running)
    monkeypatch.setattr(service, "find", lambda home: running)
    return running


@pytest.fixture
def no_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(home: object) -> service.Practice:
        raise service.PracticeCanvasFault("No port is free.")

    monkeypatch.setattr(service, "find_or_start", broken)
    monkeypatch.setattr(service, "find", lambda home: None)


def authorization(token: str | None = None) -> str:
    return connect.connect(token=token).connection.authorization


@pytest.mark.usefixtures("practice")
def test_nothing_named_means_the_practice_canvas() -> None:
    connection = connect.connect().connection
    assert (connection.base_url, connection.environment) == ("http://127.0.0.1:1", "practice")
    assert connection.authorization == "Bearer practice-admin-token"


@pytest.mark.usefixtures("practice")
def test_the_practice_canvas_takes_another_of_its_tokens() -> None:
    assert authorization(token="practice-expired-token") == "Bearer practice-expired-token"


@pytest.mark.usefixtures("practice")
def test_a_token_of_the_environment_never_goes_to_the_practice_canvas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert authorization() == "Bearer practice-admin-token"


@pytest.mark.usefixtures("no_practice")
def test_a_domain_and_a_token_need_no_practice_canvas() -> None:
    connection = connect.connect("https://school.test.instructure.com/", TOKEN).connection
    assert (connection.domain, connection.environment) == ("school.test.instructure.com", "test")


@pytest.mark.usefixtures("no_practice")
def test_domain_and_token_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_DOMAIN", "school.instructure.com")
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    assert authorization() == f"Bearer {TOKEN}"


def test_a_domain_without_a_token_says_where_to_give_one() -> None:
    with pytest.raises(
        ConnectionInputError, match=r"school\.instructure\.com.*connect_panel.*CANVAS_API_TOKEN"
    ):
        connect.connect("school.instructure.com")


@pytest.mark.usefixtures("no_practice")
def test_a_practice_canvas_that_does_not_start_is_reported_with_a_fix() -> None:
    with pytest.raises(NoRoute, match=r"No port is free\. — Run `python start.py stop`"):
        connect.connect()


@pytest.fixture
def running(canvas: Server, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection to a practice Canvas that runs."""
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(canvas.home))
    return Connection(canvas.url, canvas.token)


def test_the_last_import_is_remembered_with_the_practice_canvas(running: Connection, canvas: Server) -> None:
    assert connect.last_import_id(running) is None
    connect.remember_import(running, 41)
    connect.remember_import(running, 42)
    assert connect.last_import_id(running) == 42
    note = (canvas.home / service.LAST_IMPORT_FILE).read_text("utf-8")
    assert json.loads(note) == {"id": 42}, "only the ID is written"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": null}', '{"id": "x"}', "\x00"])
def test_a_broken_note_is_as_good_as_none(running: Connection, canvas: Server, text: str) -> None:
    (canvas.home / service.LAST_IMPORT_FILE).write_text(text, encoding="utf-8")
    assert connect.last_import_id(running) is None


def test_the_import_of_another_canvas_is_not_remembered(running: Connection) -> None:
    connect.remember_import(Connection("school.instructure.com", TOKEN), 7)
    assert connect.last_import_id(running) is None


@pytest.mark.usefixtures("no_practice")
def test_without_a_practice_canvas_nothing_is_remembered() -> None:
    gone = Connection("http://127.0.0.1:8765", "practice-admin-token")
    connect.remember_import(gone, 7)
    assert connect.last_import_id(gone) is None


def test_a_practice_canvas_that_no_longer_answers_is_no_fault(practice: service.Practice) -> None:
    gone = Connection(practice.url, practice.token)
    connect.remember_import(gone, 7)
    assert connect.last_import_id(gone) is None
