import os
import subprocess
import sys

from tests.left_processes import MARK, end_left_processes

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
