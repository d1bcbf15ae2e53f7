"""The lesson's terminal commands, the practice Canvas and the client on Python for Windows.

A program takes seconds to start there, so the practice Canvas runs on from test to test.
"""

import os
import re
import signal
from pathlib import Path

import pytest

from practice_canvas.service import ROOM_STATE_FILE
from tests.ports import free_ports
from tests.waiting import wait_for
from tests.windows.windows_machine import Windows

SERVER, WORKER = "practice_canvas", "practice_canvas.queue.worker"
CREW = "practice_canvas.queue.crew"
ADDRESS = re.compile(r"PRACTICE Canvas at (http://127\.0\.0\.1:\d+)")
FILE = "data/test_course.csv"
# The others need a practice Canvas of their own, which takes too long there.
CLIENT_TESTS = """
import sys, pytest
class WithoutServer:
    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if "practice_server" not in item.fixturenames]
options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short"]
options += ["-k", "not memory and not costs_little"]  # these compare speed and memory
sys.exit(pytest.main([*options, "tests/client"], plugins=[WithoutServer()]))
"""
STARTER = """
import os, socket, subprocess, sys
command = [sys.executable, "-m", "practice_canvas.relay", "--port", sys.argv[1]]
command += ["--end-with", str(os.getpid())]
relay = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
while relay.poll() is None:
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1]))).close()
    except OSError:
        continue
    print("it serves")
    break
"""


def test_two_starts_at_once_share_one_practice_canvas_and_import(windows: Windows) -> None:
    both = [windows.begin("start.py", "import", FILE), windows.begin("start.py", "status")]
    imported, listed = (each.end() for each in both)
    assert (imported.status, listed.status) == (0, 0), (imported, listed)
    assert ADDRESS.findall(imported.out) == ADDRESS.findall(listed.out) != []
    assert "SIS import 1: imported" in imported.out
    assert "The same with cURL in cmd" in imported.out and "Bearer %CANVAS_API_TOKEN%" in imported.out
    assert "The same with Windows PowerShell 5.1" in imported.out and "curl.exe" in imported.out
    wait_for(lambda: len(windows.processes(SERVER)) == 1)


def test_a_killed_worker_is_replaced_and_stop_ends_it_too(windows: Windows) -> None:
    windows.python("start.py", "status")
    (worker,) = wait_for(lambda: windows.processes(WORKER))
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: windows.processes(WORKER), lambda found: found not in ([], [worker]))
    imported = windows.python("start.py", "import", FILE)
    assert imported.status == 0 and "imported" in imported.out, imported
    stopped = windows.python("start.py", "stop")
    assert stopped.status == 0 and "has stopped" in stopped.out, stopped
    wait_for(lambda: not windows.processes(SERVER) and not windows.processes(WORKER))


def test_the_relay_ends_with_the_server_that_started_it(windows: Windows) -> None:
    ended = windows.python("-c", STARTER, str(free_ports(1)[0]))
    assert (ended.status, ended.out.strip()) == (0, "it serves"), ended
    wait_for(lambda: not windows.processes("practice_canvas.relay"))


def test_a_room_ends_with_the_start_that_opened_it(windows: Windows, tmp_path: Path) -> None:
    start = windows.begin("start.py", "room", "--seats", "1", "--port", "0", "--home", str(tmp_path))
    wait_for((tmp_path / ROOM_STATE_FILE).exists)
    (opener,) = windows.processes("start.py")
    os.kill(opener, signal.SIGKILL)
    wait_for(lambda: not windows.processes("practice_canvas.room") and not windows.processes(CREW))
    assert "Traceback" not in start.end().err


@pytest.mark.parametrize("words", [["import", "no such file.csv"], ["import", FILE, "--rehears"]])
def test_wrong_arguments_end_with_2(windows: Windows, words: list[str]) -> None:
    ended = windows.python("start.py", *words)
    assert (ended.status, "Traceback" in ended.err) == (2, False), ended


def test_the_set_up_check_prints_on_a_console_in_an_old_code_page(windows: Windows) -> None:
    checked = windows.python("-c", "import helpers, sys; print(helpers.check_setup(), sys.stdout.encoding)")
    assert checked.status == 0, checked
    assert "cp1252" in checked.out and re.search("practice Canvas +answers at", checked.out), checked


def test_the_client_passes_its_tests(windows: Windows) -> None:
    tested = windows.python("-c", CLIENT_TESTS)
    assert tested.status == 0, tested.out
