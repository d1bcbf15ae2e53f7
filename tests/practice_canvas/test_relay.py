"""The relay brings pages to a Jupyter server, whoever started the practice Canvas, and ends with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from practice_canvas import hub, service
from tests.ports import free_ports
from tests.practice_server import REPOSITORY, Server
from tests.waiting import LONGEST_WAIT, wait_for

STARTER = """
import subprocess, sys
print(subprocess.Popen(sys.argv[1:]).pid, flush=True)
input()
"""


@pytest.fixture(autouse=True)
def behind_a_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hub.PREFIX_VARIABLE, "/user/ana/")
    monkeypatch.delenv(hub.SERVER_VARIABLE, raising=False)


@contextmanager
def relaying(home: Path) -> Iterator[Server]:
    """Run a relay as a child of a process that stands for the user's Jupyter server."""
    (port,) = free_ports(1)
    relay = [sys.executable, "-m", "practice_canvas.relay", "--port", str(port), "--home", str(home)]
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, *relay],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout
    pid = int(starter.stdout.readline())
    server = Server(f"http://127.0.0.1:{port}", "", home, starter)
    try:
        wait_for(lambda: answers(server))
        yield server
    finally:
        starter.communicate("\n", LONGEST_WAIT)
        service.stop(home)
        wait_for(lambda: not runs(pid))


def answers(server: Server) -> bool:
    try:
        return bool(server.get("/style.css", token=None).status)
    except OSError:
        return False


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(os.name == "nt", reason="hubs do not run on Windows")
def test_pages_come_through_whoever_started_the_practice_canvas(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with relaying(home) as relay:
        started = service.find(home)
        assert started, "the first request started it"
        page = relay.get("/sis_imports", token=None)
        assert page.status == 200
        assert "SIS imports" in page.body.decode()
        assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
        direct = Server(started.url, "", home, relay.process)
        assert direct.get("/sis_imports", token=None).status == 403, "not without the relay"
        service.stop(home)
        again = service.find_or_start(home)  # as a kernel would
        assert again.pid != started.pid
        assert relay.get("/sis_imports?page=1", token=None).status == 200
        assert relay.get("/nothing", token=None).status == 404
        assert relay.get("/practice/settings", token=None).status == 404
        assert relay.get("/api/v1/accounts", token=None).status == 404
        assert relay.send("POST", "/practice/reset", b"", token=None).status == 501


def test_a_home_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file", encoding="utf-8")
    with relaying(home) as relay:
        answer = relay.get("/", token=None)
        assert answer.status == 502
        assert "home" in answer.body.decode()
