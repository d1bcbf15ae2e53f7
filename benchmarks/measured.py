"""Run programs in processes of their own, in turns, and take what each of them used.

Memory needs Linux; elsewhere it is 0.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from launcher import environment

ROOT = Path(__file__).parents[1]
SECONDS_BETWEEN_LOOKS = 0.05  # at the memory of what runs


class Used(NamedTuple):
    """What a program used: seconds by the clock and of the processors, and MB at its peak and above idle."""

    seconds: float
    cpu: float
    megabytes: float
    above_idle: float = 0.0


def call(
    function: str, *arguments: str | Path, packages: Path | None = None, **variables: str
) -> tuple[Used, Any]:
    """Call a function in a fresh process and return what it used and returned.

    Args:
        function: as `module:function`. What it returns is called, and only that is measured.
        arguments: given to it as text.
        packages: a folder with packages that only this program needs.
        variables: of its environment.
    """
    command = [sys.executable, "-m", "benchmarks.measured", function, *map(str, arguments)]
    paths = os.pathsep.join(map(str, [*([packages] if packages else []), ROOT]))
    variables |= {"PYTHONPATH": paths, "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True
    ) as process:
        whole, of_others = _ended(process)
        written = process.stdout.read() if process.stdout else ""
    (seconds, own_cpu, cpu, own_peak, idle), returned = json.loads(written.splitlines()[-1])
    peak = max(whole.megabytes, own_peak)
    return Used(seconds, max(own_cpu + of_others, cpu), peak, peak - idle), returned


def run(command: list[str], **variables: str) -> Used:
    """Run any program, its own start included; what it writes is ignored."""
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.DEVNULL
    ) as process:
        return _ended(process)[0]


def in_turns(programs: Mapping[str, Callable[[], Used]], runs: int) -> dict[str, Used]:
    """Run the programs in turns, so that a busy moment hits all of them, and return the medians."""
    return medians([{name: program() for name, program in programs.items()} for _ in range(runs)])


def medians(rounds: Sequence[Mapping[str, Used]]) -> dict[str, Used]:
    """Return the median of each figure of each program."""
    return {name: Used(*map(median, zip(*(one[name] for one in rounds), strict=True))) for name in rounds[0]}


@contextmanager
def installed(*packages: str) -> Iterator[Path]:
    """Install packages that are only compared with, in a folder that exists as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="compared-") as folder:
        if packages:
            uv = environment.find_uv() or "uv"
            options = ["-q", "--python", sys.executable, "--target", folder]
            subprocess.run([uv, "pip", "install", *options, *packages], check=True)
        yield Path(folder)


def cpu_seconds(pid: int | None = None) -> float:
    """Return the CPU time of a process, or of this one, with those that it started.

    Of programs that still run it is known on Linux only.
    """
    if pid is not None:
        return _cpu_fields(pid, 4) + sum(map(cpu_seconds, _children(pid)))
    import resource  # Windows has none, where the tests read this module

    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [part for kind in kinds for part in resource.getrusage(kind)[:2]]
    return sum(used) + sum(map(cpu_seconds, _children(os.getpid())))


def cpu_seconds_alone(pid: int) -> float:
    """Return the CPU time of a process, without those that it started (Linux)."""
    return _cpu_fields(pid, 2)


def _cpu_fields(pid: int, count: int) -> float:
    """Return the sum of so many fields: user and system, then those of the processes that it waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:  # it has ended
        return 0.0
    return sum(map(int, fields[11 : 11 + count])) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid: int | str = "self") -> float:
    """Return the most memory that a process has had so far, with those that it started and that still run."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    own = sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return own + sum(map(peak_megabytes, _children(pid)))


def _children(pid: int | str) -> list[int]:
    """Return the processes that a process started and that still run."""
    listed: list[int] = []
    with suppress(OSError):  # it has just ended
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            listed += map(int, task.read_text(encoding="ascii").split())
    return listed


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _ended(process: "subprocess.Popen[Any]") -> tuple[Used, float]:
    """Wait until a program ends well, and return what it used, and the CPU time of those that it started.

    What it used has the CPU time of those for which it waited; the other figure is of all that were seen.
    """
    began, peaks, others = time.perf_counter(), [0.0], dict[int, float]()

    def look() -> None:
        while process.returncode is None:
            peaks.append(peak_megabytes(process.pid))
            for pid in _descendants(process.pid):
                others[pid] = max(others.get(pid, 0.0), cpu_seconds_alone(pid))
            time.sleep(min(SECONDS_BETWEEN_LOOKS, (time.perf_counter() - began) / 10))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    looking.join()
    if process.returncode:
        raise SystemExit(f"{process.args!r} ended with status {process.returncode}")
    return Used(seconds, usage.ru_utime + usage.ru_stime, max(peaks)), sum(others.values())


def _measure_here(function: str, *arguments: str) -> None:
    """Prepare a program, run it, and print what it used on top of being prepared."""
    module, _, name = function.partition(":")
    work = getattr(import_module(module), name)(*arguments)
    idle, cpu, own, began = peak_megabytes(), cpu_seconds(), time.process_time(), time.perf_counter()
    returned = work()
    seconds, own, cpu = time.perf_counter() - began, time.process_time() - own, cpu_seconds() - cpu
    print(json.dumps([[seconds, own, cpu, peak_megabytes(), idle], returned], default=str))


if __name__ == "__main__":
    _measure_here(*sys.argv[1:])
