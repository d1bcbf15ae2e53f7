"""Who controls the practice Canvas: no spelling of a request gets past the secret or the tokens of a seat."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers.client.connect import connect
from practice_canvas import controls, service
from practice_canvas.api.routing import Route
from practice_canvas.app import CONTROL_MODULES
from practice_canvas.credentials import OWN_TOKENS_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE, TOKENS_FILE
from practice_canvas.service import SECRET_HEADER, Practice, PracticeCanvasFault
from practice_canvas.store.school.fresh import STOCK_TOKENS
from tests.fake_server import FakeCanvas, Reply
from tests.practice_server import REPOSITORY, Server, serving
from tests.waiting import LONGEST_WAIT, wait_for

COURSE = "course_id,short_name,long_name,status\nC1,C1,Still here,active\n"
CONTROLS = [route for module in CONTROL_MODULES for route in module.ROUTES if not route.public]
SPELLINGS = [
    "/practice/reset",
    "//practice/reset",
    "/practice//reset",
    "/practice/../practice/reset",
    "/practice/./reset",
    "/practice/reset/",
    "/practice/reset.json",
    "/practice/health/../reset",
    "/practice/health%2f..%2freset",
    "/%70ractice/reset",
    "/practice%2Freset",
    "/practice/%72eset",
    "/PRACTICE/reset",
    "/Practice/Reset",
    "/practice;x/reset",
    "/practice\\reset",
    "/practice/reset%00",
    "/practice/reset?public=1",
    "/practice/reset?access_token=practice-admin-token",
    "/practice/reset?secret=x&X-Practice-Secret=x",
    "/api/v1/../../practice/reset",
    "/api/v1/practice/reset",
    "/files/../practice/reset",
    "http://127.0.0.1/practice/reset",
    "practice/reset",
    "*",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"]


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A practice Canvas as a room or a hub starts it."""
    with serving(tmp_path_factory.mktemp("seat") / "home", "immediate", "--own-tokens") as server:
        yield server


@pytest.fixture(scope="module")
def with_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("secret") / "home", "immediate", "--require-secret") as server:
        yield server


def raw_status(server: Server, method: str, target: str, *headers: str) -> int:
    """Send a request line exactly as given and return the status; 0 if the connection was closed."""
    address = urlsplit(server.url)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {address.netloc}", "Connection: close", *headers, "", ""]
    with socket.create_connection(("127.0.0.1", address.port or 0), timeout=LONGEST_WAIT) as connection:
        connection.sendall("\r\n".join(lines).encode())
        begin = connection.makefile("rb").readline().split()
        return int(begin[1]) if begin else 0


def has_the_course(server: Server) -> bool:
    return server.get("/api/v1/courses/sis_course_id:C1", token=server.token).status == 200


def send_course(server: Server) -> None:
    body = COURSE.encode()
    sent = server.send(
        "POST", "/api/v1/accounts/self/sis_imports", body, {"Content-Type": "text/csv"}, server.token
    )
    assert sent.status == 200
    path = f"/api/v1/accounts/self/sis_imports/{sent.json['id']}"
    wait_for(lambda: server.get(path, token=server.token).json["workflow_state"] == "imported")


def test_no_spelling_and_no_method_gets_past_the_secret(with_secret: Server) -> None:
    send_course(with_secret)
    for target in SPELLINGS:
        for method in METHODS:
            status = raw_status(with_secret, method, target, "Content-Length: 0", "User-Agent: x")
            assert status in {0, 400, 401, 403, 404}, (method, target, status)
    assert has_the_course(with_secret)


@pytest.mark.parametrize("route", CONTROLS, ids=lambda route: f"{route.method} {route.path}")
def test_no_control_answers_without_the_secret(seat: Server, with_secret: Server, route: Route) -> None:
    path = "/practice/" + "/".join("x" if part[0] == ":" else part for part in route.path.split("/"))
    for server in (seat, with_secret):
        for given in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: server.secret[:-1]}, {SECRET_HEADER: "x" * 9}):
            answer = server.send(route.method, path, b"", given, server.token)
            assert (answer.status, server.secret in answer.body.decode()) == (403, False)


def test_the_secret_opens_the_controls_and_nothing_else(seat: Server) -> None:
    right = {SECRET_HEADER: seat.secret}
    assert seat.get("/practice/settings", headers=right, token=None).status == 200
    assert seat.get("/api/v1/users/self", headers=right, token=None).status == 401
    assert seat.get("/practice/health", token=None).status == 200


@pytest.mark.parametrize("callback", ["callback", "jsonp", "cb"])
def test_there_is_no_jsonp_and_no_websocket(with_secret: Server, callback: str) -> None:
    answer = with_secret.get(f"/practice/health?{callback}=f", token=None)
    assert answer.headers["content-type"] == "application/json"
    assert not answer.body.startswith(b"f(")
    upgrade = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: eA==",
    )
    assert raw_status(with_secret, "GET", "/practice/settings", *upgrade) == 403


# the tokens of a seat


def test_a_seat_refuses_the_public_tokens_and_accepts_its_own(seat: Server) -> None:
    practice = service.find(seat.home)
    assert practice and practice.token == seat.token
    assert practice.tokens.keys() == STOCK_TOKENS.keys()
    assert not set(practice.tokens.values()) & set(STOCK_TOKENS.values())
    for public in STOCK_TOKENS.values():
        assert seat.get("/api/v1/users/self", token=public).status == 401
        assert seat.get(f"/api/v1/users/self?access_token={public}", token=None).status == 401
    own = {name: seat.get("/api/v1/users/self", token=token).json for name, token in practice.tokens.items()}
    assert own["admin"]["login_id"] == own["read_only"]["login_id"] == "ada.admin"
    assert own["no_permission"]["login_id"] == "nora.noright"
    assert "expired_at" in own["expired"]["errors"][0]


def test_a_reset_or_a_snapshot_brings_no_public_token_back(seat: Server) -> None:
    practice = found(seat)
    controls.save_snapshot(practice, "s")
    controls.reset_school(practice)
    controls.restore_snapshot(practice, "s")
    assert seat.get("/api/v1/users/self", token="practice-admin-token").status == 401
    assert seat.get("/api/v1/users/self", token=practice.token).status == 200


def test_the_tokens_of_a_seat_are_kept_where_only_its_owner_reads_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home, "immediate", "--own-tokens") as first:
        pass
    with serving(home, "immediate", "--own-tokens") as second:
        assert (second.token, second.secret != first.secret) == (first.token, True)
        shown = [
            second.get(path, headers={SECRET_HEADER: second.secret}).body
            for path in ("/", "/practice/tokens")
        ]
        log = (home.parent / "home.log").read_text(encoding="utf-8")
        assert second.token not in f"{shown} {log} {found(second)!r}"
        if os.name != "nt":
            assert stat.S_IMODE((home / TOKENS_FILE).stat().st_mode) == 0o600
    with serving(tmp_path / "other", "immediate", "--own-tokens") as other:
        assert other.token != first.token


def test_own_tokens_are_not_printed_for_people(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "practice_canvas",
        "--home",
        str(tmp_path),
        "--port",
        "0",
        "--own-tokens",
    ]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        lines = [server.stdout.readline() for _ in range(6)]
        practice = service.find(tmp_path)
        server.terminate()
    assert practice
    assert not [token for token in (*practice.tokens.values(), practice.secret) if token in "".join(lines)]
    assert str(tmp_path / service.STATE_FILE) in lines[1]


# a token and a secret from the environment


def test_the_environment_sets_the_admin_token_and_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "ci-token-0123456789")
    monkeypatch.setenv(SECRET_VARIABLE, "ci-secret-0123456789")
    with serving(tmp_path / "home", "immediate", "--require-secret") as server:
        assert (server.token, server.secret) == ("ci-token-0123456789", "ci-secret-0123456789")
        assert server.get("/api/v1/users/self", token=server.token).status == 200
        assert server.get("/api/v1/users/self", token="practice-admin-token").status == 401
        assert server.get("/api/v1/users/self", token="practice-no-permission-token").status == 200
        assert server.get("/practice/settings", headers={SECRET_HEADER: server.secret}).status == 200
        found = service.find(tmp_path / "home")
        assert found and found.own_tokens, "commands do not show it"
        (worker,) = children(server)
        if worker:
            assert b"ci-token" not in worker and b"ci-secret" not in worker


def children(server: Server) -> list[bytes]:
    """Return the environment of each child of the server (Linux), else one empty."""
    listed = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not listed.exists():
        return [b""]
    return [Path(f"/proc/{pid}/environ").read_bytes() for pid in listed.read_text().split()]


@pytest.mark.parametrize("variable", [TOKEN_VARIABLE, SECRET_VARIABLE])
@pytest.mark.parametrize("value", ["short", "with a space in it", "line\nbreak-0123456789", "é" * 12])
def test_a_token_that_cannot_be_used_is_refused_without_showing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path / "home"), "--port", "0"]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LONGEST_WAIT)
    assert (ended.returncode, "Traceback" in ended.stderr) == (service.BAD_CREDENTIALS, False)
    assert variable in ended.stderr and "letters, digits" in ended.stderr
    assert value not in ended.stderr + ended.stdout


# the helpers


def found(server: Server) -> Practice:
    practice = service.find(server.home)
    assert practice
    return practice


def test_the_helpers_find_and_send_what_a_seat_needs(seat: Server) -> None:
    practice = found(seat)
    assert controls.change_settings(practice, pace="immediate")["pace"] == "immediate"
    with pytest.raises(PracticeCanvasFault, match=SECRET_HEADER):
        controls.reset_school(replace(practice, secret=""))


def test_a_notebook_starts_one_with_own_tokens_where_the_environment_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(OWN_TOKENS_VARIABLE, "1")
    try:
        client = connect()
        assert client.get_self()["login_id"] == "ada.admin"
        practice = service.find()
        assert practice and practice.token not in STOCK_TOKENS.values()
        assert controls.change_settings(practice, pace="immediate")["pace"] == "immediate"
    finally:
        service.stop()


def test_connect_takes_the_tokens_of_a_seat(seat: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(seat.home))
    assert connect().get_self()["login_id"] == "ada.admin"


def test_the_secret_follows_no_redirect(
    fake_canvas: FakeCanvas, other_host: FakeCanvas, tmp_path: Path
) -> None:
    fake_canvas.script(Reply("", 302, {"Location": f"{other_host.url}/practice/settings"}))
    practice = Practice(fake_canvas.url, "t", {}, os.getpid(), tmp_path, "the-secret")
    with pytest.raises(PracticeCanvasFault):
        controls.change_settings(practice, pace="immediate")
    assert other_host.received == []


# beyond loopback


@pytest.mark.parametrize(
    ("host", "announced"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("localhost", "http://localhost:"),
        ("0", "http://127.0.0.1:"),
        ("0.0.0.0", "http://127.0.0.1:"),  # noqa: S104 (what is tried)
        ("::1", "http://[::1]:"),
        ("::", "http://[::1]:"),
    ],
)
def test_the_address_it_announces_answers(tmp_path: Path, host: str, announced: str) -> None:
    if ":" in host and not socket.has_ipv6:
        return
    with serving(tmp_path / "home", "immediate", "--host", host) as server:
        assert server.url.startswith(announced)
        assert server.get("/practice/health").json["practice_canvas"] is True
        warned = "Warning: other computers can reach" in (tmp_path / "home.log").read_text(encoding="utf-8")
        assert warned == (host in {"0", "0.0.0.0", "::"})  # noqa: S104 (what is tried)
        assert server.get("/api/v1/users/self").status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
def test_a_home_and_what_is_in_it_are_the_users_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = os.umask(0)
    try:
        with serving(home) as server:
            server.run_csv(COURSE)
            controls.save_snapshot(found(server), "s")
            open_to_others = [
                path for path in (home, *home.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077
            ]
            assert open_to_others == []
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
def test_what_an_older_version_left_open_is_closed_and_a_shared_folder_stays_shared(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home):
        pass
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (home / "of somebody else").touch(0o644)
    with serving(home):
        assert stat.S_IMODE((home / "practice.sqlite3").stat().st_mode) == 0o600
        assert stat.S_IMODE((home / "files").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "of somebody else").stat().st_mode) == 0o644
    assert stat.S_IMODE(home.stat().st_mode) == 0o777


# headers


def test_every_answer_is_taken_for_what_it_says_it_is(with_secret: Server) -> None:
    for path in (
        "/",
        "/style.css",
        "/api/v1/users/self",
        "/practice/health",
        "/practice/settings",
        "/files/1",
    ):
        assert with_secret.get(path).headers["x-content-type-options"] == "nosniff"
    assert (
        with_secret.get("/", headers={"Host": "evil.example"}).headers["x-content-type-options"] == "nosniff"
    )


def test_pages_may_be_framed_on_the_same_computer_only(with_secret: Server) -> None:
    policy = with_secret.get("/").headers["content-security-policy"]
    ancestors = policy.partition("frame-ancestors ")[2].split(";")[0].split()
    assert {"'self'", "http://localhost:*", "http://127.0.0.1:*"} <= set(ancestors)
    assert not [each for each in ancestors if each in {"*", "http:", "https:"} or "//*" in each]
    assert json.dumps(policy).count("frame-ancestors") == 1
