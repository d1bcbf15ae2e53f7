import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.request_plans import create_sis_import
from helpers.errors import (
    CanvasError,
    ConnectionLost,
    NoRoute,
    NotReachable,
    RateLimited,
    Refused,
    ServerFault,
    TimedOut,
    TlsFault,
    TokenNotAccepted,
    WrongDomain,
)
from tests.fake_server import TOKEN, FakeCanvas, Reply
from tests.waiting import LONGEST_WAIT

OK = Reply({"id": 1, "workflow_state": "created"})
SLOW_DOWN = Reply("403 Forbidden (Rate Limit Exceeded)", 403, {"Content-Type": "text/plain"})


def client_of(domain: str, slept: list[float] | None = None, seconds: float = LONGEST_WAIT) -> CanvasClient:
    def sleep(wait: float) -> None:
        if slept is not None:
            slept.append(wait)

    return CanvasClient(Connection(domain, TOKEN), timeout=(seconds, seconds), sleep=sleep)


@pytest.fixture
def course_file(tmp_path: Path) -> Path:
    file = tmp_path / "test_course.csv"
    file.write_text("course_id\nC1\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "passing",
    [Reply("", 429), SLOW_DOWN, Reply("", 502), Reply("", 503), Reply("", 504), Reply(hang_up=True)],
    ids=["429", "403 rate limit", "502", "503", "504", "connection cut"],
)
def test_a_read_is_tried_again_after_a_passing_fault(fake_canvas: FakeCanvas, passing: Reply) -> None:
    slept: list[float] = []
    fake_canvas.script(passing, passing, OK)
    assert client_of(fake_canvas.url, slept).get_self()["id"] == 1
    assert len(fake_canvas.received) == 3
    assert 0.25 <= slept[0] <= 0.75
    assert 0.5 <= slept[1] <= 1.5


@pytest.mark.parametrize("passing", [Reply("", 429), SLOW_DOWN, Reply("", 503), Reply(hang_up=True)])
def test_nothing_but_a_read_is_ever_sent_twice(
    fake_canvas: FakeCanvas, course_file: Path, passing: Reply
) -> None:
    slept: list[float] = []
    client = client_of(fake_canvas.url, slept)
    fake_canvas.script(passing)
    attempts: list[Callable[[], object]] = [
        lambda: client.create_sis_import(course_file),
        lambda: client.abort_sis_import(1),
    ]
    for attempt in attempts:
        with pytest.raises(CanvasError):
            attempt()
    assert [request.method for request in fake_canvas.received] == ["POST", "PUT"]
    assert slept == []


@pytest.mark.parametrize(
    ("status", "body"), [(400, "{}"), (401, "{}"), (403, "{}"), (404, "{}"), (500, "{}")]
)
def test_a_lasting_refusal_is_not_tried_again(fake_canvas: FakeCanvas, status: int, body: str) -> None:
    fake_canvas.script(Reply(body, status))
    with pytest.raises(CanvasError):
        client_of(fake_canvas.url).get_self()
    assert len(fake_canvas.received) == 1


def test_the_tries_come_to_an_end(fake_canvas: FakeCanvas) -> None:
    slept: list[float] = []
    fake_canvas.script(Reply("", 503))
    with pytest.raises(ServerFault):
        client_of(fake_canvas.url, slept).get_self()
    assert len(fake_canvas.received) == 5
    assert len(slept) == 4
    assert max(slept) < 6.1


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), (" 0 ", 0), ("60", 60)])
def test_retry_after_is_honored(fake_canvas: FakeCanvas, asked: str, waited: float) -> None:
    slept: list[float] = []
    fake_canvas.script(Reply("", 429, {"Retry-After": asked}), OK)
    client_of(fake_canvas.url, slept).get_self()
    assert slept == [waited]


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, ServerFault)])
def test_a_pause_that_is_too_long_is_said_and_not_cut_short(
    fake_canvas: FakeCanvas, status: int, kind: type[Refused]
) -> None:
    slept: list[float] = []
    fake_canvas.script(Reply("", status, {"Retry-After": "61"}), OK)
    with pytest.raises(kind, match="Wait 61 seconds") as caught:
        client_of(fake_canvas.url, slept).get_self()
    assert (slept, len(fake_canvas.received), caught.value.retry_after) == ([], 1, 61)


def test_retry_after_may_be_a_date(fake_canvas: FakeCanvas) -> None:
    slept: list[float] = []
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    fake_canvas.script(*(Reply("", 503, {"Retry-After": asked}) for asked in (past, "soon")), OK)
    client_of(fake_canvas.url, slept).get_self()
    assert slept[0] == 0
    assert 0.5 <= slept[1] <= 1.5  # not understood: the usual second wait
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    fake_canvas.script(Reply("", 503, {"Retry-After": tomorrow}))
    with pytest.raises(ServerFault, match=r"Wait 86,\d{3} seconds"):
        client_of(fake_canvas.url).get_self()


def test_the_last_fault_is_the_one_that_is_reported(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(SLOW_DOWN)
    with pytest.raises(RateLimited, match="slow down") as caught:
        client_of(fake_canvas.url).get_self()
    assert caught.value.status == 403


def test_netrc_cannot_replace_the_token(
    fake_canvas: FakeCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    fake_canvas.script(OK)
    client_of(fake_canvas.url).get_self()
    requests.get(fake_canvas.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=LONGEST_WAIT)
    ours, plain = (request.headers["authorization"] for request in fake_canvas.received)
    assert ours == f"Bearer {TOKEN}"
    assert plain.startswith("Basic ")  # what requests does by itself


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_gives_the_token_to_nobody(
    fake_canvas: FakeCanvas, other_host: FakeCanvas, course_file: Path, status: int
) -> None:
    fake_canvas.script(Reply(status=status, headers={"Location": f"{other_host.url}/login"}))
    client = client_of(fake_canvas.url)
    for attempt in (client.get_self, lambda: client.create_sis_import(course_file)):
        with pytest.raises(WrongDomain, match=f"redirects to {other_host.url}/login"):
            attempt()
    assert other_host.received == []


def test_no_host_of_that_name_is_said() -> None:
    with pytest.raises(NoRoute, match=r"host canvas\.invalid was not found"):
        client_of("canvas.invalid").get_self()


def test_nothing_that_listens_is_said(fake_canvas: FakeCanvas) -> None:
    fake_canvas.close()
    with pytest.raises(NoRoute, match="Could not connect") as caught:
        client_of(fake_canvas.url).get_self()
    assert "practice Canvas" in caught.value.fix


@pytest.fixture
def hasty_host() -> Iterator[str]:
    """A host that refuses the token before it has read the file, and hangs up."""
    answer = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

    def refuse(server: socket.socket) -> None:
        with server.accept()[0] as connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=refuse, args=(server,), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_refusal_in_the_middle_of_an_upload_is_understood(hasty_host: str, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"course_id\n" * 5_000_000)
    with pytest.raises(TokenNotAccepted):
        client_of(hasty_host).send(create_sis_import(large))


@pytest.fixture
def silent_host() -> Iterator[str]:
    """A host that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_host_that_is_silent_is_said_after_the_time_out(silent_host: str, course_file: Path) -> None:
    client = client_of(silent_host, seconds=0.2)
    with pytest.raises(TimedOut, match="in time"):
        client.get_self()
    with pytest.raises(TimedOut) as caught:
        client.send(create_sis_import(course_file))
    assert "Canvas may have received the import." in caught.value.fix


def test_an_upload_that_gets_stuck_is_said_after_the_time_out(silent_host: str, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"course_id\n" * 5_000_000)
    with pytest.raises(TimedOut):
        client_of(silent_host, seconds=0.2).send(create_sis_import(large))


def test_a_connection_that_breaks_while_sending_warns_of_sending_twice(
    fake_canvas: FakeCanvas, course_file: Path
) -> None:
    fake_canvas.script(Reply(hang_up=True))
    with pytest.raises(ConnectionLost) as caught:
        client_of(fake_canvas.url).create_sis_import(course_file)
    assert "Before you send it again" in caught.value.fix


def test_a_host_without_tls_is_said(fake_canvas: FakeCanvas) -> None:
    with pytest.raises(TlsFault, match="could not be verified"):
        client_of(f"https://{fake_canvas.domain}").get_self()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that 127.0.0.1 issued to itself, with its key, in one file."""
    if not shutil.which("openssl"):
        assert not os.environ.get("CI"), "the tests need openssl"
        pytest.skip("openssl is not installed")
    key, file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    subprocess.run(
        [*command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
        check=True,
        capture_output=True,
    )
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


def test_a_strangers_certificate_is_refused_unless_the_environment_trusts_it(
    fake_canvas: FakeCanvas, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    fake_canvas.encrypt(tls)
    fake_canvas.script(OK)
    with pytest.raises(TlsFault, match="self-signed certificate") as caught:
        client_of(f"https://{fake_canvas.domain}").get_self()
    assert "REQUESTS_CA_BUNDLE" in caught.value.fix
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert client_of(f"https://{fake_canvas.domain}").get_self()["id"] == 1


def test_only_a_host_that_was_not_trusted_certainly_got_nothing(
    fake_canvas: FakeCanvas, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    fake_canvas.encrypt(tls)
    fake_canvas.script(Reply(hang_up=True))
    with pytest.raises(TlsFault) as refused:
        client_of(f"https://{fake_canvas.domain}").abort_sis_import(4)
    assert not refused.value.may_have_worked and fake_canvas.received == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with pytest.raises(NotReachable) as caught:
        client_of(f"https://{fake_canvas.domain}").abort_sis_import(4)
    assert caught.value.may_have_worked and len(fake_canvas.received) == 1


def test_a_proxy_of_the_environment_is_used_and_gets_no_token(
    fake_canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", fake_canvas.url)
    fake_canvas.script(Reply("", 502))
    with pytest.raises(NoRoute, match="proxy"):
        client_of("school.test.instructure.com").get_self()
    (request,) = fake_canvas.received
    assert (request.method, request.target) == ("CONNECT", "school.test.instructure.com:443")
    assert "authorization" not in request.headers


def test_a_canvas_on_this_computer_is_reached_without_the_proxy(
    fake_canvas: FakeCanvas, other_host: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", other_host.url)
    fake_canvas.script(OK)
    assert client_of(fake_canvas.url).get_self()["id"] == 1
    assert other_host.received == []


@pytest.mark.parametrize(("megabytes", "steps"), [(24, 1), (50, 3)])
def test_a_large_upload_takes_no_more_memory_than_a_small_one(
    tmp_path: Path, megabytes: int, steps: int
) -> None:
    canvas = FakeCanvas(keep_bodies=False)
    target = {"upload_url": f"{canvas.url}/upload", "upload_params": {}}
    created = Reply({"id": 1, "workflow_state": "created", "pre_attachment": target})
    canvas.script(created, Reply({}, 201, {"Location": "/confirm"}), Reply({}))
    file = tmp_path / "large.csv"
    file.write_bytes(b"course_id\n" * (megabytes * 100_000))
    client = client_of(canvas.url)
    tracemalloc.start()
    try:
        client.create_sis_import(file)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
        assert len(canvas.received) == steps
    finally:
        tracemalloc.stop()
        canvas.close()


def test_the_client_costs_little_more_than_requests_itself() -> None:
    program = "import sys, requests; before = set(sys.modules); import helpers.client.commands\n"
    program += "import helpers.client.canvas_client\n"
    program += "print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert not {"pandas", "ipywidgets", "IPython", "sqlite3", "starlette", "asyncio"} & set(loaded.split())
