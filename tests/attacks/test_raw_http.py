"""Bytes that are no proper HTTP: whatever arrives, the server answers or hangs up, and goes on serving."""

import asyncio
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from starlette.responses import PlainTextResponse

from practice_canvas import server as serving_part
from practice_canvas.server import Server as HttpServer
from tests.practice_server import Server, serving
from tests.waiting import LONGEST_WAIT, wait_for, wait_on

TOKEN = "Authorization: Bearer practice-admin-token"
LONG, LONGER = "9" * 30, "9" * 5_000  # beyond 64 bits, and beyond what Python converts
FINE = {"200", "400", "401", "403", "404", "409", "411", "413", "414", "415", "431", "501", "503", ""}
NUMBERED = [
    "/files/{}/download",
    "/courses/{}",
    "/users/{}",
    "/sis_imports/{}",
    "/courses?page={}",
    "/enrollments?page={}",
    "/sis_imports?page={}",
    "/api/v1/courses/{}",
    "/api/v1/progress/{}",
    "/api/v1/accounts/{}/users",
    "/api/v1/accounts/self/users?page={}",
    "/api/v1/accounts/self/users?per_page={}",
    "/api/v1/accounts/self/sis_imports/{}",
    "/api/v1/accounts/self/sis_imports/{}/errors",
    "/api/v1/accounts/self/courses?enrollment_term_id={}",
    "/api/v1/users/self?as_user_id={}",
    "/practice/snapshots/{}",
]
HEADERS = [
    "Origin: http://[",
    "Origin: http://[::1",
    f"Origin: http://127.0.0.1:{LONG}",
    "Origin: \xff",
    f"Content-Length: {LONG}",
    f"Content-Length: {LONGER}",
    "Content-Length: -1",
    "Content-Length: 1, 2",
    "Transfer-Encoding: chunked, chunked",
    f"Range: bytes={LONG}-{LONGER}",
    "Authorization: Bearer \xff\xfe",
    "X-Practice-Secret: \xff",
    "Host: second.example",
    f"Content-Type: multipart/form-data; boundary={'x' * 9000}",
    "Expect: 100-continue",
    "If-None-Match: " + "\x22" * 999,
]
PIECES = [
    *(b"GET ", b"POST ", b"PUT ", b"HEAD ", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/9.9"),
    *(b"/", b"/api/v1/", b"/practice/reset", b"//", b"%", b"%00", b"?", b"#", b" ", b"\t", b":", b": "),
    *(b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b"\xff\xfe", b"\x16\x03\x01", b"x" * 9000),
    *(b"Host: 127.0.0.1", b"Content-Length: 5", b"Content-Length: 99999999999999999999999"),
    *(b"Transfer-Encoding: chunked", b"-1\r\n", b"fffffffffffffffffffff\r\n", b"0\r\n\r\n"),
    *(b"Connection: Upgrade", b"Upgrade: websocket", b"Upgrade: h2c", b"Expect: 100-continue"),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("raw") / "home", "immediate", "--require-secret") as server:
        server.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n")
        yield server


def answer_to(server: Server, sent: bytes) -> bytes:
    """Return what comes back for these bytes until the server hangs up or waits for more."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0)) as connection:
        connection.settimeout(LONGEST_WAIT)
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while block := connection.recv(65_536):
                received += block
        except OSError:  # it hung up while we sent
            return b""
        return received


def status_of(answer: bytes) -> str:
    return answer[9:12].decode("ascii", "replace") if answer.startswith(b"HTTP/1.1 ") else ""


def request_of(server: Server, method: str, target: str, *headers: str) -> bytes:
    host = urlsplit(server.url).netloc
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: x",
        TOKEN,
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def check_alive(server: Server) -> None:
    assert server.process.poll() is None
    assert server.get("/api/v1/courses/sis_course_id:C1").status == 200
    log = (server.home.parent / f"{server.home.name}.log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log[-2000:]


@pytest.mark.parametrize("number", ["-1", LONG, LONGER, "1e9", "0x1", "²", "%C2%B2", "NaN"])
def test_no_number_ends_in_an_internal_error(attacked: Server, number: str) -> None:
    for path in NUMBERED:
        target = path.format(number).encode().decode("latin-1")
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = answer_to(attacked, request_of(attacked, method, target))
            assert status_of(answer) in FINE, (method, target, answer[:200])
    check_alive(attacked)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header[:30])
def test_no_header_ends_in_an_internal_error(attacked: Server, header: str) -> None:
    for target in ("/", "/api/v1/users/self", "/practice/settings", "/files/1/download", "/nothing"):
        answer = answer_to(attacked, request_of(attacked, "GET", target, header))
        assert status_of(answer) in FINE, (target, answer[:200])
    check_alive(attacked)


def fuzz(server: Server, seed: int, number: int) -> None:
    """Send random requests: pieces of HTTP in any order, and proper requests with some bytes changed."""
    chance = random.Random(seed)
    proper = [
        request_of(server, "GET", "/api/v1/courses?per_page=1"),
        request_of(server, "PUT", "/practice/settings"),
    ]
    for _ in range(number):
        if chance.random() < 0.5:
            sent = b"".join(chance.choices(PIECES, k=chance.randint(1, 25)))
        else:
            changed = bytearray(chance.choice(proper))
            for _ in range(chance.randint(1, 6)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            sent = bytes(changed)
        answer = answer_to(server, sent)
        assert status_of(answer) in FINE, (sent, answer[:200])


def test_random_bytes_end_in_no_internal_error(attacked: Server) -> None:
    fuzz(attacked, seed=11, number=1_000)
    check_alive(attacked)


@pytest.mark.long
def test_fifty_thousand_random_requests_end_in_no_internal_error(
    attacked: Server, tried: Callable[[int], None]
) -> None:
    fuzz(attacked, seed=random.randrange(1 << 30), number=50_000)
    tried(50_000)
    check_alive(attacked)


# time


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[HttpServer, int]]:
    """A server that waits half a second for a head, and its port."""
    monkeypatch.setattr(serving_part, "SECONDS_FOR_A_HEAD", 0.5)
    begun = threading.Event()
    server = HttpServer(PlainTextResponse("served"), begun.set, lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        wait_on(begun)
        yield server, listener.getsockname()[1]
        server.should_exit = True
        thread.join(LONGEST_WAIT)


@pytest.mark.parametrize("begin", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_never_ends_is_hung_up_on_however_it_drips(
    impatient: tuple[HttpServer, int], begin: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", impatient[1])) as connection:
        connection.sendall(begin)

        def hung_up() -> bool:
            time.sleep(0.05)
            try:
                connection.sendall(b"x" if begin else b"")
                connection.setblocking(False)
                return connection.recv(1) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True
            finally:
                connection.setblocking(True)

        wait_for(hung_up)


def test_a_quiet_connection_between_two_requests_is_kept(impatient: tuple[HttpServer, int]) -> None:
    server, port = impatient
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT) as connection:
        for _ in range(2):
            connection.sendall(asked)
            assert b"served" in connection.recv(65_536)
            (quiet,) = server.server_state.connections
            assert getattr(quiet, "_head_is_late") is None, "no limit on the time until the next one"  # noqa: B009


def test_many_half_sent_heads_leave_room_for_others(attacked: Server) -> None:
    async def crowd() -> int:
        address = ("127.0.0.1", urlsplit(attacked.url).port)
        writers = []
        for _ in range(300):
            _, writer = await asyncio.open_connection(*address)
            writer.write(b"GET / HTTP/1.1\r\nHost:")
            writers.append(writer)
        status = await asyncio.to_thread(lambda: attacked.get("/practice/health").status)
        for writer in writers:
            writer.close()
        return status

    assert asyncio.run(crowd()) == 200
