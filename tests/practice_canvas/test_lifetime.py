"""A practice Canvas behind a hub ends when nobody needs it, and never in the middle of an import."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse

from practice_canvas import hub
from practice_canvas import server as serving_part
from practice_canvas.__main__ import _is_busy
from practice_canvas.lifetime import SECONDS_PER_HOUR, Lifetime
from practice_canvas.server import Server as HttpServer
from practice_canvas.store.store import DATABASE, Store, now
from practice_canvas.store.writes import import_queue
from tests.practice_server import serving
from tests.queued import queue_import
from tests.waiting import LONGEST_WAIT, wait_for, wait_on

needs_posix = pytest.mark.skipif(os.name == "nt", reason="hubs do not run on Windows")


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def pass_hours(self, hours: float) -> None:
        self.seconds += hours * SECONDS_PER_HOUR


def test_it_is_over_after_hours_without_a_request() -> None:
    clock = Clock()
    lifetime = Lifetime(4, lambda: False, clock=clock)
    clock.pass_hours(3.9)
    assert not lifetime.is_over()
    lifetime.asked()
    clock.pass_hours(3.9)
    assert not lifetime.is_over(), "somebody has asked in between"
    clock.pass_hours(0.1)
    assert lifetime.is_over()


def test_an_import_keeps_it_going() -> None:
    clock, busy = Clock(), [True]
    lifetime = Lifetime(4, lambda: busy[0], clock=clock)
    clock.pass_hours(100)
    assert not lifetime.is_over()
    busy[0] = False
    assert lifetime.is_over()


def test_on_a_desk_it_stays() -> None:
    clock = Clock()
    lifetime = Lifetime(None, lambda: False, clock=clock)
    clock.pass_hours(10_000)
    assert not lifetime.is_over()


def test_an_idle_one_ends_by_itself_once_its_import_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_part, "TICKS_BETWEEN_LOOKS", 1)
    clock, imports = Clock(), ["running", "running", "running"]
    begun, ended = threading.Event(), threading.Event()
    lifetime = Lifetime(4, lambda: bool(imports and imports.pop()), clock=clock)
    server = HttpServer(PlainTextResponse(""), begun.set, ended.set, lifetime=lifetime)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        wait_on(begun)
        assert len(imports) == 3, "nobody looks while it is not idle"
        clock.pass_hours(4)
        wait_on(ended)
        thread.join(LONGEST_WAIT)
    assert imports == [], "each look found an import, until none was left"


def test_an_import_that_waits_or_runs_makes_it_busy(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert not _is_busy(tmp_path)
    with store.write() as db:
        queue_import(db)
    assert _is_busy(tmp_path)
    with store.write() as db:
        import_queue.end(db, 1, now(), data={}, workflow_state="imported")
    assert not _is_busy(tmp_path)
    store.close()
    (tmp_path / DATABASE).write_text("damaged", encoding="utf-8")
    assert _is_busy(tmp_path), "nobody knows"


def test_the_command_ends_when_it_is_idle(tmp_path: Path) -> None:
    with serving(tmp_path / "home", "immediate", "--idle-hours", "0.0000001") as server:
        assert server.process.wait(LONGEST_WAIT) == 0
    assert not (tmp_path / "home/service.json").exists()


@needs_posix
def test_it_ends_with_the_process_it_was_given(tmp_path: Path) -> None:
    users_server = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with serving(tmp_path / "home", "immediate", "--end-with", str(users_server.pid)) as server:
        assert server.get("/practice/health").status == 200
        users_server.communicate(b"\n")
        assert server.process.wait(LONGEST_WAIT) == 0


@pytest.mark.parametrize("given", [["--idle-hours", "0"], ["--idle-hours", "x"], ["--end-with", "-1"]])
def test_what_it_cannot_end_after_is_refused(given: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "practice_canvas", "--home", str(tmp_path / "home"), *given]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_WAIT)
    assert ended.returncode == 2
    assert "is not" in ended.stderr


def test_only_behind_a_hub_it_starts_with_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(hub.PREFIX_VARIABLE, raising=False)
    monkeypatch.setenv(hub.SERVER_VARIABLE, "17")
    assert hub.start_options() == []
    monkeypatch.setenv(hub.PREFIX_VARIABLE, "/user/ana/")
    assert hub.start_options()[-2:] == ["--end-with", "17"]
    assert "--own-tokens" in hub.start_options()
    assert "--private-pages" in hub.start_options()


def test_private_pages_need_the_secret(tmp_path: Path) -> None:
    with serving(tmp_path / "home", "immediate", "--private-pages") as server:
        assert server.get("/courses").status == 403
        assert server.get("/courses", headers={"X-Practice-Secret": server.secret}).status == 200
        assert wait_for(lambda: server.get("/practice/health").status) == 200
