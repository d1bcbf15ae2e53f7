import json
from pathlib import Path

import pytest

from helpers.client import connect
from helpers.errors import ConnectionInputError, NoRoute
from practice_canvas import service

TOKEN = "1234~" + "Zq9" * 12


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CANVAS_DOMAIN", raising=False)
    monkeypatch.delenv("CANVAS_API_TOKEN", raising=False)


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> service.Practice:
    running = service.Practice("http://127.0.0.1:8765", "practice-admin-token", {}, 1, tmp_path)
    monkeypatch.setattr(service, "find_or_start", lambda home: running)
    monkeypatch.setattr(service, "find", lambda home: running)
    return running


@pytest.fixture
def no_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(home: object) -> service.Practice:
        raise service.PracticeCanvasFault("No port is free.")

    monkeypatch.setattr(service, "find_or_start", broken)
    monkeypatch.setattr(service, "find", lambda home: None)


def authorization(domain: str | None = None, token: str | None = None) -> str:
    return connect.connect(domain, token).connection.authorization


@pytest.mark.usefixtures("practice")
def test_nothing_named_means_the_practice_canvas() -> None:
    connection = connect.connect().connection
    assert (connection.base_url, connection.environment) == ("http://127.0.0.1:8765", "practice")
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
def test_a_practice_canvas_that_does_not_start_is_told_with_a_fix() -> None:
    with pytest.raises(NoRoute, match=r"No port is free\. — Run `python start.py stop`"):
        connect.connect()


def test_the_last_import_is_remembered_with_the_practice_canvas(practice: service.Practice) -> None:
    assert connect.last_import_id() is None
    connect.remember_import(41)
    connect.remember_import(42)
    assert connect.last_import_id() == 42
    assert [path.name for path in practice.home.iterdir()] == ["last_import.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": null}', '{"id": "x"}', "\x00"])
def test_a_broken_note_is_as_good_as_none(practice: service.Practice, text: str) -> None:
    (practice.home / service.LAST_IMPORT_FILE).write_text(text, encoding="utf-8")
    assert connect.last_import_id() is None


def test_only_the_id_is_written(practice: service.Practice) -> None:
    connect.remember_import(7)
    assert json.loads((practice.home / service.LAST_IMPORT_FILE).read_text("utf-8")) == {"id": 7}


def test_a_note_that_cannot_be_written_is_no_fault(practice: service.Practice) -> None:
    practice.home.rmdir()
    connect.remember_import(7)
    assert connect.last_import_id() is None


@pytest.mark.usefixtures("no_practice")
def test_without_a_practice_canvas_nothing_is_remembered() -> None:
    connect.remember_import(7)
    assert connect.last_import_id() is None
