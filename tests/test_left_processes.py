import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests import conftest
from tests.left_processes import MARK, Left, end_left_processes

WAITS_FOR_EVER = [sys.executable, "-c", "import threading; print(flush=True); threading.Event().wait()"]


def test_a_process_that_stays_is_named_and_ended() -> None:
    environment = {**os.environ, MARK: "a run of its own"}
    with subprocess.Popen(WAITS_FOR_EVER, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        (left,) = end_left_processes("a run of its own", seconds=0)
        assert left.pid == process.pid
        assert "threading" in left.command
        assert left.test.startswith(f"{os.path.relpath(__file__)}::test_a_process_that_stays")
        assert process.wait() != 0


def test_a_process_of_another_run_is_let_be() -> None:
    with subprocess.Popen(WAITS_FOR_EVER, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        assert end_left_processes("a run of nobody", seconds=0) == []
        assert process.poll() is None
        process.kill()


def test_a_run_that_leaves_a_process_fails_and_names_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    left = Left(7, "python -m practice_canvas", "tests/test_x.py::test_y")
    monkeypatch.setattr(conftest, "LEFT", [])
    monkeypatch.setattr(conftest, "end_left_processes", lambda mark: [left])
    session: Any = SimpleNamespace(config=SimpleNamespace(), exitstatus=pytest.ExitCode.OK)
    conftest.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    lines: list[str] = []
    conftest.pytest_terminal_summary(SimpleNamespace(section=lambda *_, **__: None, line=lines.append))
    assert lines == ["tests/test_x.py::test_y started process 7: python -m practice_canvas"]
