"""How the worker is kept alive: at once after a crash, less and less often when it cannot even begin."""

import asyncio
import errno
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from practice_canvas.queue import worker
from practice_canvas.queue.queue import ImportQueue
from practice_canvas.queue.supervisor import LONGEST_BEFORE_RESTART, SECONDS_BEFORE_RESTART, Supervisor
from practice_canvas.store.store import RESERVE, Store
from tests.practice_canvas.queue_world import World
from tests.waiting import LONGEST_WAIT, wait_for

BEGINS = "print('ready', flush=True)"
ENDS = "raise SystemExit(1)"


def pauses(monkeypatch: pytest.MonkeyPatch, program: str, number: int) -> list[float]:
    """Return the first pauses between starts of a worker that is this program."""
    found: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        found.append(seconds)
        await sleep(0)

    async def restarted() -> None:
        kept = Supervisor([sys.executable, "-S", "-c", program])
        await kept.start()
        while len(found) < number:
            await sleep(0.01)
        await kept.stop()

    monkeypatch.setattr(asyncio, "sleep", noted)
    asyncio.run(restarted())
    return found[:number]


def test_a_worker_that_crashes_is_restarted_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert pauses(monkeypatch, f"{BEGINS}; {ENDS}", 4) == [SECONDS_BEFORE_RESTART] * 4
    assert "the worker ended with status 1; restarting it in 0.5 s" in caplog.text


def test_restarts_of_one_that_cannot_begin_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pauses(monkeypatch, ENDS, 9)
    assert found == [min(SECONDS_BEFORE_RESTART * 2**each, LONGEST_BEFORE_RESTART) for each in range(9)]


@pytest.mark.parametrize("module", ["worker", "crew"])
def test_a_worker_says_that_it_came_up_and_ends_with_its_server(tmp_path: Path, module: str) -> None:
    command = [sys.executable, "-m", f"practice_canvas.queue.{module}", "--home", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        assert process.stdout.readline() == "ready\n"
        process.stdin.close()
        assert process.wait(LONGEST_WAIT) == 0


@pytest.mark.parametrize(("module", "home", "line"), [("worker", ".", ""), ("crew", "seat-1", "seat-1")])
def test_a_worker_that_is_woken_runs_what_waits_and_logs_what_fails_under_its_name(
    tmp_path: Path, module: str, home: str, line: str
) -> None:
    world = World(tmp_path / home)
    command = [sys.executable, "-m", f"practice_canvas.queue.{module}", "--home", str(tmp_path)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdin and process.stdout and process.stderr
        assert process.stdout.readline() == "ready\n"
        number = world.send()
        for upload in world.store.files.iterdir():
            upload.unlink()  # the work of somebody who tidies up by hand
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        wait_for(lambda: world.shown(number)["ended_at"])
        process.stdin.close()
        assert f"worker ERROR import {number} failed" in process.stderr.read()
    assert world.shown(number)["workflow_state"] == "failed_with_messages"


class Leftover:
    """What a file leaves behind: an object that refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_worker_lets_go_of_what_a_file_left_behind_before_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[weakref.ref[Leftover]] = []

    def run_due(_: ImportQueue) -> float:
        if left:
            raise KeyboardInterrupt
        left.append(weakref.ref(Leftover()))
        return 0.0

    monkeypatch.setattr(ImportQueue, "run_due", run_due)
    monkeypatch.setattr(worker, "become_worker", lambda home: None)
    monkeypatch.setattr(worker, "_listen", lambda wake: None)
    monkeypatch.setattr(sys, "argv", ["worker", "--home", str(tmp_path)])
    gc.disable()  # as rare as a worker has it
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.main()
    finally:
        gc.enable()
    assert left[0]() is None


def test_a_worker_with_nothing_due_looks_again_only_when_it_is_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, wakes = SimpleQueue[None](), list[threading.Event]()
    due: Iterator[float | None] = iter([3600.0, None])

    def run_due(_: ImportQueue) -> float | None:
        looked.put(None)
        return next(due)  # the third time, it ends the thread

    monkeypatch.setattr(ImportQueue, "run_due", run_due)
    monkeypatch.setattr(worker, "become_worker", lambda home: None)
    monkeypatch.setattr(worker, "_listen", wakes.append)
    monkeypatch.setattr(sys, "argv", ["worker", "--home", str(tmp_path)])
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.main)
        for _ in range(2):
            looked.get(timeout=LONGEST_WAIT)
            with pytest.raises(Empty):
                looked.get(timeout=0.1)
            wakes[0].set()
        with pytest.raises(StopIteration):
            running.result(LONGEST_WAIT)


def test_while_the_disk_is_full_the_work_is_tried_less_and_less_often(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    waits: list[float | None] = []
    store.fill_reserve()

    def work() -> str:
        if len(waits) < 8:
            raise OSError(errno.ENOSPC, "no space left")
        return "done"

    assert worker.once_there_is_room(work, store, waits.append) == "done"
    assert waits == [1, 2, 4, 8, 16, 32, worker.LONGEST_PAUSE, worker.LONGEST_PAUSE]
    assert not (tmp_path / RESERVE).exists(), "it was given up"
    assert "the disk is full: trying again in 1.0 s" in caplog.text


def test_any_other_fault_ends_the_work(tmp_path: Path) -> None:
    def work() -> None:
        raise OSError(errno.EIO, "broken")

    with pytest.raises(OSError, match="broken"):
        worker.once_there_is_room(work, Store(tmp_path), lambda _: None)
