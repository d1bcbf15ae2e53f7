import json
import os
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from practice_canvas import __version__, fetching, service
from practice_canvas.store.school.lock import is_locked
from tests.fake_server import FakeCanvas, Reply
from tests.ports import free_ports
from tests.practice_server import REPOSITORY
from tests.waiting import LONGEST_WAIT

START = """from practice_canvas import __version__, service
print(service.find_or_start(pace="immediate", port={port}).pid)"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of this test's own, its practice Canvas ended afterwards."""
    home = tmp_path / "a home"
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(home))
    yield home
    service.stop()


def read(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=LONGEST_WAIT) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def test_it_is_started_on_first_use_and_found_afterwards(home: Path) -> None:
    assert service.find() is None
    started = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert (service.find(), service.find_or_start()) == (started, started)
    assert started.home == home.resolve()
    assert set(started.tokens) == {"admin", "no_permission", "expired", "read_only"}
    assert started.token == started.tokens["admin"] == "practice-admin-token"
    assert read(f"{started.url}/practice/health")["practice_canvas"] is True


@pytest.mark.usefixtures("home")
def test_a_pace_given_to_a_running_one_is_set() -> None:
    url = service.find_or_start(pace="immediate", port=free_ports(1)[0]).url
    service.find_or_start()
    assert read(f"{url}/practice/settings")["pace"] == "immediate"
    service.find_or_start(pace="7.5")
    assert read(f"{url}/practice/settings")["pace"] == 7.5


@pytest.mark.usefixtures("home")
def test_notebooks_that_start_it_at_once_share_one() -> None:
    command = [sys.executable, "-c", START.format(port=free_ports(1)[0])]

    def start(_: int) -> str:
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor() as pool:
        pids = set(pool.map(start, range(3)))
    found = service.find()
    assert found
    assert pids == {f"{found.pid}\n"}


@pytest.mark.skipif(os.name == "nt", reason="Windows does not show which process serves")
def test_one_that_came_too_late_has_ended_and_takes_nothing_over(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    late = service._launch(home, "immediate", free_ports(1)[0])
    monkeypatch.setattr(service, "_launch", lambda *_: late)
    assert service._start(home.resolve(), "immediate", free_ports(1)[0]) == first
    assert late.poll() is not None


@pytest.mark.usefixtures("home")
def test_it_outlives_the_process_that_started_it() -> None:
    command = [sys.executable, "-c", START.format(port=free_ports(1)[0])]
    told = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    found = service.find()
    assert found
    assert found.pid == int(told)


def test_a_stale_note_is_recognized(home: Path) -> None:
    home.mkdir()
    stale = {"url": f"http://127.0.0.1:{free_ports(1)[0]}", "token": "t", "tokens": {}, "pid": os.getpid()}
    (home / service.STATE_FILE).write_text(json.dumps(stale), encoding="utf-8")
    assert service.find() is None
    assert service.stop() is False


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"url": 5}'])
def test_a_damaged_note_is_no_note(home: Path, text: str) -> None:
    home.mkdir()
    (home / service.STATE_FILE).write_text(text, encoding="utf-8")
    assert service.find() is None


@pytest.mark.usefixtures("home")
def test_another_server_at_the_noted_address_is_not_taken_for_it(tmp_path: Path) -> None:
    other = service.find_or_start(tmp_path / "other", pace="immediate", port=free_ports(1)[0])
    noted = {"url": other.url, "token": "t", "tokens": {}, "pid": other.pid + 1}
    try:
        service.default_home().mkdir()
        (service.default_home() / service.STATE_FILE).write_text(json.dumps(noted), encoding="utf-8")
        assert service.find() is None
    finally:
        assert service.stop(tmp_path / "other") is True


def test_a_server_at_the_noted_address_that_proves_nothing_gets_no_secret(
    home: Path, fake_canvas: FakeCanvas
) -> None:
    killed = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    seen = read(f"{killed.url}/practice/health?challenge=seen-before")
    note = json.loads((home / service.STATE_FILE).read_text(encoding="utf-8"))
    service.stop()
    (home / service.STATE_FILE).write_text(json.dumps({**note, "url": fake_canvas.url}), encoding="utf-8")
    assert seen["proof"] and note["secret"]
    without = {name: seen[name] for name in seen if name != "proof"}
    for lie in (seen, without, {**without, "version": "0.0.1"}, {**seen, "proof": 5}, {**seen, "proof": ""}):
        fake_canvas.script(Reply(lie))
        assert service.find() is None
    again = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert again.url != fake_canvas.url and again.version == __version__
    received = str([(each.target, each.headers) for each in fake_canvas.received])
    assert fake_canvas.received and not any(each in received for each in (note["secret"], note["key"]))


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (b"220 mail.example ready\r\n", OSError),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000, ValueError),
    ],
)
def test_an_answer_of_another_program_is_a_fault_that_callers_know(
    sent: bytes, fault: type[Exception]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as thread:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        asked = thread.submit(fetching.fetch, urllib.request.Request(url), LONGEST_WAIT)
        caller, _ = other.accept()
        with caller:
            caller.recv(4096)
            caller.sendall(sent)
        with pytest.raises(fault):
            asked.result()


@pytest.mark.usefixtures("home")
def test_a_port_that_is_taken_is_skipped() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert service.find_or_start(pace="immediate", port=port).url != f"http://127.0.0.1:{port}"


def test_it_stops_and_its_data_stay(home: Path) -> None:
    service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert service.stop() is True
    assert not is_locked(home) and not (home / "practice.sqlite3-shm").exists(), "it has not ended yet"
    assert (service.find(), service.stop()) == (None, False)
    assert (home / "practice.sqlite3").exists()


def test_no_token_gets_into_its_log_nor_into_its_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", "planted-token")
    running = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    for path in ("/api/v1/users/self?access_token=planted-token", "/api/v1/users/self?access_token=%00"):
        with pytest.raises(urllib.error.HTTPError):
            read(running.url + path)
    environment = Path(f"/proc/{running.pid}/environ")
    written = (home / service.LOG_FILE).read_text(encoding="utf-8")
    written += environment.read_text(encoding="utf-8") if environment.exists() else ""
    assert "planted" not in written


def test_a_school_of_another_version_is_set_aside(home: Path) -> None:
    home.mkdir()
    older = home / "practice.sqlite3"
    with closing(sqlite3.connect(older)) as db:
        db.execute("CREATE TABLE sis_batches (id INTEGER)")
    url = service.find_or_start(pace="immediate", port=free_ports(1)[0]).url
    assert read(f"{url}/practice/health")["practice_canvas"] is True
    assert (home / "practice-of-another-version.sqlite3").exists()
    assert "moved" in (home / service.LOG_FILE).read_text(encoding="utf-8")


def test_a_second_school_of_another_version_does_not_replace_the_first(home: Path) -> None:
    home.mkdir()
    for name in ("practice-of-another-version.sqlite3", "practice-of-another-version-2.sqlite3"):
        (home / name).write_text(name, encoding="utf-8")
    with closing(sqlite3.connect(home / "practice.sqlite3")) as db:
        db.execute("CREATE TABLE sis_batches (id INTEGER)")
    started = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert (home / "practice-of-another-version-3.sqlite3").exists()
    assert (home / "practice-of-another-version.sqlite3").read_text(encoding="utf-8").startswith("practice")
    assert "practice-of-another-version-3.sqlite3" in started.note


OLDER_SERVER = """
import json, os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = json.dumps({"practice_canvas": True, "version": VERSION, "pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

server = HTTPServer(("127.0.0.1", 0), Health)
note = {"url": f"http://127.0.0.1:{server.server_port}", "token": "t", "tokens": {}, "pid": os.getpid()}
(Path(sys.argv[1]) / "service.json").write_text(json.dumps({**note, "home": sys.argv[1]}), encoding="utf-8")
print("serving", flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize("version", ["1", "'0.1.0'"])
def test_an_older_one_that_runs_is_restarted_and_the_school_is_kept(home: Path, version: str) -> None:
    first = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert (first.version, first.note) == (__version__, "")
    service.stop()
    code = OLDER_SERVER.replace("VERSION", version)
    older = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
    assert older.stdout and older.stdout.readline() == "serving\n"
    restarted = service.find_or_start(pace="immediate", port=free_ports(1)[0])
    assert older.wait(timeout=LONGEST_WAIT) != 0
    assert restarted.pid != older.pid and restarted.note == f"{service.RESTARTED} {service.KEPT}"
    assert service.find_or_start().note == ""


def test_when_it_does_not_come_up_the_log_s_end_is_reported(tmp_path: Path) -> None:
    (tmp_path / "serving.lock").write_text("this is no database", encoding="utf-8")
    with pytest.raises(service.PracticeCanvasFault, match=r"did not start.*serving\.lock is not"):
        service.find_or_start(tmp_path, port=free_ports(1)[0])


def test_a_second_server_on_the_same_home_ends_at_once(home: Path) -> None:
    service.find_or_start(pace="immediate", port=free_ports(1)[0])
    command = [sys.executable, "-m", "practice_canvas", "--home", str(home), "--port", "0"]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LONGEST_WAIT)
    assert (ended.returncode, "is already running" in ended.stderr) == (service.ALREADY_SERVED, True)


@pytest.mark.parametrize("wrong", [["--pace", "fast"], ["--port", "x"], ["--nothing"]])
def test_wrong_arguments_are_reported(wrong: list[str]) -> None:
    command = [sys.executable, "-m", "practice_canvas", *wrong]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=LONGEST_WAIT)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)
    assert wrong[-1] in ended.stderr


def test_without_json_the_address_and_the_tokens_are_shown(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        lines = [server.stdout.readline() for _ in range(5)]
        server.terminate()
    assert "http://127.0.0.1:" in lines[0]
    assert "practice-expired-token" in lines[3]
