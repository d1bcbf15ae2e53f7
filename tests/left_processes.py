"""Find the processes that tests left behind: all that inherited the mark of this run."""

import os
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import psutil

MARK = "LESSON_TEST_RUN"
SECONDS_TO_END = 20.0  # only a process that stays takes that long


@dataclass(frozen=True)
class Left:
    """A process that outlived the test that started it."""

    pid: int
    command: str
    test: str


def mark_run() -> None:
    """Mark every process that is started from now on, by this process or by those it starts."""
    os.environ[MARK] = uuid4().hex


def end_left_processes(mark: str, seconds: float = SECONDS_TO_END, variable: str = MARK) -> list[Left]:
    """Kill and return the processes of a run that do not end by themselves.

    Args:
        mark: the value of `variable` in that run.
        seconds: how long those that are ending may take.
        variable: of the environment.
    """
    # On Windows, this process also shows the mark, which it has set itself.
    others = (process for process in psutil.process_iter() if process.pid != os.getpid())
    started = [process for process in others if _environment(process).get(variable) == mark]
    _, staying = psutil.wait_procs(started, timeout=seconds)
    left = [found for process in staying if (found := _describe(process))]
    for process in staying:
        with suppress(psutil.Error):  # it has just ended
            process.kill()
    return left


def _describe(process: psutil.Process) -> Left | None:
    """Return what a process is and who started it; None when it has just ended."""
    test = _environment(process).get("PYTEST_CURRENT_TEST", "no test")
    try:
        return Left(process.pid, " ".join(process.cmdline()), test)
    except psutil.Error:
        return None


def _environment(process: psutil.Process) -> dict[str, str]:
    """Return the environment that a process began with; nothing for one of another user."""
    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}
