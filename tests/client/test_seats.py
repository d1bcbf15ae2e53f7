"""A seat of a training room is a practice Canvas wherever it runs; no other token goes there unencrypted."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from helpers.client import connect, seats
from helpers.client.connection import Connection
from helpers.errors import CanvasError, ConnectionInputError, NoRoute, TokenNotAccepted
from helpers.lesson.exercises import EXERCISES
from helpers.lesson.progress import progress
from practice_canvas import controls
from practice_canvas.service import Practice
from tests.fake_server import FakeCanvas, Reply
from tests.room.rooms import Room, open_room

ELSEWHERE = "trainer-laptop"
"""A host name that means another computer to the client; the tests let it lead here."""
TOKEN = "1234~" + "Zq9" * 12
SEAT_TOKEN = "seat-12~" + "Zq9" * 12


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("room") / "home"
    with open_room(home, "--seats", "2", "--allow-host", ELSEWHERE) as opened:
        yield opened


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lead one name to this computer and no other name anywhere, without a seat or a Canvas to begin with."""
    found = socket.getaddrinfo

    def lead(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name not in (ELSEWHERE, "127.0.0.1"):
            raise socket.gaierror("no such host")
        return found("127.0.0.1", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lead)
    for name in ("CANVAS_DOMAIN", "CANVAS_API_TOKEN", "PRACTICE_CANVAS_ROOM", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", "/nonexistent/no-practice-canvas-here")
    seats.leave()
    yield
    seats.leave()


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


def address(room: Room, number: int = 1) -> str:
    """Return a seat's address as a learner on another computer has it."""
    return f"http://{ELSEWHERE}:{port_of(room.seats[number - 1].url)}"


@pytest.mark.parametrize("typed", ["{url}", "{url}/", "{host}", " <{url}/sis_imports>"])
def test_the_address_and_the_token_of_a_seat_make_a_connection(room: Room, typed: str) -> None:
    url, token = address(room), room.seats[0].token
    client = connect.connect(typed.format(url=url, host=url.removeprefix("http://")), token)
    assert client.connection.base_url == url
    assert (client.connection.environment, client.connection.seat) == ("practice", 1)
    assert client.get_self()["name"] == "Ada Admin"
    assert "practice, seat 1" in repr(client.connection) and token not in repr(client.connection)


@pytest.mark.parametrize(
    "token", [TOKEN, "seat-0~" + "Zq9" * 12, "seat-12~short", "seat-12", "xseat-1~" + "Zq9" * 12]
)
def test_no_other_token_goes_to_a_seat_unencrypted(fake_canvas: FakeCanvas, token: str) -> None:
    fake_canvas.script(Reply({"practice_canvas": True}))
    for name in (ELSEWHERE, f"{ELSEWHERE}.example"):
        with pytest.raises(ConnectionInputError, match=r"is not encrypted|not a complete domain"):
            Connection(f"http://{name}:{port_of(fake_canvas.url)}", token)
    assert fake_canvas.received == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"practice_canvas": False}),
        Reply({"id": 1}),
        Reply([1]),
        Reply("<html>"),
        Reply("", 404),
        Reply("", 302, {"Location": "http://127.0.0.1:1/"}),
        Reply(hang_up=True),
    ],
)
def test_a_seat_s_token_goes_to_nothing_but_a_practice_canvas(fake_canvas: FakeCanvas, reply: Reply) -> None:
    fake_canvas.script(reply)
    with pytest.raises(ConnectionInputError, match="no practice Canvas answers at") as told:
        Connection(f"http://{ELSEWHERE}:{port_of(fake_canvas.url)}", SEAT_TOKEN)
    assert [each.target for each in fake_canvas.received] == ["/practice/health"]
    assert SEAT_TOKEN not in f"{fake_canvas.received} {told.value}"


def test_a_room_leads_to_no_file_of_the_learner(
    fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "practice" / "tokens").mkdir(parents=True)
    (tmp_path / "practice" / "tokens" / "shared").write_text("{}", encoding="utf-8")
    fake_canvas.script(Reply({"url": tmp_path.as_uri(), "token": SEAT_TOKEN}))
    monkeypatch.setenv("PRACTICE_CANVAS_ROOM", fake_canvas.url)
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    with pytest.raises(NoRoute, match="does not answer"):
        connect.start_practice()


@pytest.mark.parametrize("domain", ["school.instructure.com", "https://school.test.instructure.com"])
def test_a_seat_s_token_is_never_one_for_a_real_canvas(domain: str) -> None:
    with pytest.raises(ConnectionInputError, match="token is that of a seat"):
        Connection(domain, SEAT_TOKEN)


def test_a_mistyped_token_of_a_seat_is_refused_by_the_seat(room: Room) -> None:
    stranger = connect.connect(address(room), "seat-1~a-mistyped-token")
    with pytest.raises(TokenNotAccepted):
        stranger.get_self()
    assert seats.address_in_use() is None


@pytest.mark.parametrize(
    "reply", [Reply({}), Reply([1]), Reply("<html>"), Reply("", 404), Reply(hang_up=True)]
)
def test_a_seat_that_does_not_answer_as_one_has_nothing_to_say(
    fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    seat = Practice(fake_canvas.url, SEAT_TOKEN, {}, pid=0, home=None, secret=SEAT_TOKEN)
    monkeypatch.setattr(seats, "_in_use", [seat])
    fake_canvas.script(reply, reply)
    connection = Connection(fake_canvas.url, SEAT_TOKEN)
    assert seats.classroom_of(connection) is None
    assert seats.raise_hand(connection, raised=True) is None
    assert len(fake_canvas.received) == 2


def test_controls_progress_and_the_last_import_are_those_of_the_seat(room: Room) -> None:
    client = connect.connect(address(room), room.seats[0].token)
    practice = connect.start_practice()
    assert practice.url == address(room)
    controls.begin_scenario(practice, "throttled")
    assert "throttled" in controls.active_scenarios(practice)
    controls.end_scenarios(practice)
    connect.remember_import(client.connection, 41)
    assert connect.last_import_id(client.connection) == 41
    assert EXERCISES["find_account"](client, client.get_account()["id"]).yes
    assert [each["id"] for each in progress().done] == ["find_account"]
    assert progress().page == f"{address(room)}/exercises"
    assert room.seats[1].get("/practice/exercises").json == []


def test_the_other_tokens_of_a_seat_work_and_leave_it_in_use(room: Room) -> None:
    connect.connect(address(room), room.seats[0].token)
    practice = connect.start_practice()
    assert set(practice.tokens) == {"admin", "no_permission", "expired", "read_only"}
    assert room.seats[0].token not in f"{practice!r} {practice.shown_tokens}"
    for name in ("no_permission", "expired", "read_only"):
        with pytest.raises(CanvasError):
            connect.connect(token=practice.tokens[name]).create_sis_import("data/test_course.csv")
    assert connect.start_practice() == practice


def test_the_seat_connected_to_last_is_the_one_in_use(room: Room) -> None:
    for number in (1, 2):
        connect.connect(address(room, number), room.seats[number - 1].token)
    assert connect.start_practice().url == address(room, 2)


def test_two_variables_name_a_seat_for_everything(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_DOMAIN", address(room, 2))
    monkeypatch.setenv("CANVAS_API_TOKEN", room.seats[1].token)
    assert connect.start_practice().url == connect.connect().connection.base_url == address(room, 2)


def test_an_outdated_token_in_the_environment_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_DOMAIN", address(room))
    monkeypatch.setenv("CANVAS_API_TOKEN", SEAT_TOKEN)
    with pytest.raises(NoRoute, match=r"does not accept the token of seat 12.*join page"):
        connect.start_practice()


def test_in_a_hub_the_seat_follows_from_the_user(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_ROOM", f"http://{ELSEWHERE}:{port_of(room.announced['join'])}/")
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    found = connect.connect().connection
    assert (found.base_url, found.environment) == (address(room, found.seat or 0), "practice")
    seats.leave()
    assert connect.connect().connection.base_url == found.base_url, "the same user gets the same seat"


@pytest.mark.parametrize(
    ("user", "port", "said"),
    [
        ("", 1, "JUPYTERHUB_USER does not say whose seat"),
        ("ana", 1, "does not answer"),
        ("x" * 200, 0, "200 characters"),
    ],
)
def test_a_hub_s_user_without_a_seat_gets_a_reason(
    room: Room, monkeypatch: pytest.MonkeyPatch, user: str, port: int, said: str
) -> None:
    port = port or port_of(room.announced["join"])
    monkeypatch.setenv("PRACTICE_CANVAS_ROOM", f"http://{ELSEWHERE}:{port}")
    monkeypatch.setenv("JUPYTERHUB_USER", user)
    with pytest.raises(NoRoute, match=said):
        connect.start_practice()
