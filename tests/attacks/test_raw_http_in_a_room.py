"""Bytes that are no proper HTTP, sent to the pages of a room: each answers or hangs up, and serves on."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.attacks.test_raw_http import FINE, HEADERS, answer_to, fuzz, request_of, status_of
from tests.practice_server import Server
from tests.room.classes import TrainerBrowser
from tests.room.rooms import Room, open_room

BODIES = [
    *(b"", b"{", b"[]", b"null", b'{"name": 5}', b'{"name": ["a"]}', b'{"name": "a", "key": 5}'),
    *(b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b'{"name": 1e999}', b'{"name":' + b"9" * 5_000 + b"}"),
    *(b"[" * 100_000, b'{"name": "' + b"x" * 1_000_000 + b'"}', b"\xff\xfe"),
    *(b"name=%ff%fe", b"name=%00", b"name=%ED%A0%80", b"name=a&name=b", b"name=" + b"x" * 1_000_000),
    *(
        b"&" * 10_000,
        b"do=announce&seat=all&announcement=" + b"x" * 100_000,
        b"do=reset&seat=-1&sure=yes",
        b"do=fire&incident=x&seat=" + b"9" * 5_000,
    ),
]
KINDS = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain; charset=x",
]
PAGES = {"join": ("/", "/seat"), "trainer": ("/", "/act", "/seats/²"), "seat": ("/practice/classroom",)}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_room(tmp_path_factory.mktemp("raw") / "room", "--seats", "1") as opened:
        yield opened


@pytest.fixture(params=PAGES)
def attacked(request: pytest.FixtureRequest, room: Room) -> tuple[Server, tuple[str, ...]]:
    """One of the servers of a room, and addresses there."""
    link = urlsplit(room.announced["trainer"])
    servers = {
        "join": room.join,
        "trainer": Server(f"http://{link.netloc}", "", room.home, room.process),
        "seat": room.seats[0],
    }
    return servers[request.param], PAGES[request.param]


def check_alive(room: Room) -> None:
    assert room.process.poll() is None
    assert room.join.get("/", token=None).status == 200
    assert "Traceback" not in room.log.read_text(encoding="utf-8")


def test_no_header_and_no_body_ends_in_an_internal_error(
    room: Room, attacked: tuple[Server, tuple[str, ...]]
) -> None:
    server, paths = attacked
    cookie = f"Cookie: {TrainerBrowser(room).cookie}"
    for path in (path.encode().decode("latin-1") for path in paths):
        sent = [request_of(server, "GET", path, header, cookie) for header in HEADERS]
        for body in BODIES:
            headers = (f"Content-Length: {len(body)}", f"Origin: {server.url}", cookie)
            sent += [
                request_of(server, "POST", path, f"Content-Type: {kind}", *headers) + body for kind in KINDS
            ]
        for request in sent:
            assert status_of(answer_to(server, request)) in FINE | {"303", "405", "422"}, (
                path,
                request[:400],
            )
    check_alive(room)


def test_random_bytes_end_in_no_internal_error(room: Room, attacked: tuple[Server, tuple[str, ...]]) -> None:
    fuzz(attacked[0], seed=11, number=300)
    check_alive(room)
