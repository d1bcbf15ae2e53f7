"""How long a newcomer waits for the first success, in parts, beside installing JupyterLab alone.

    python -m benchmarks.first_success [--runs 3] [--only WORDS]

Each run has a home of its own without any cache and a fresh copy of this folder; the network is used. CPU
seconds are those of what was started, without the practice Canvas, which runs on.

Ends with status 1 where a goal is missed.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks.measured import cpu_seconds
from benchmarks.results import Goal, Result, Row

ROOT = Path(__file__).parents[1]
NOT_COPIED = (
    *(".git", ".venv", ".*_cache", ".hypothesis", ".practice_canvas", "__pycache__", "*.egg-info"),
    "wheels",  # with it, nothing would be downloaded
)
IMPORT = ("import", "data/test_course.csv")
PARTS: dict[str, str | tuple[str, ...]] = {  # the part that a line of the output begins
    "a Python environment": "- Creating a Python environment",
    "uv": "- Getting uv",
    "the packages": "- Installing the packages",
    "until it answers": ("  Installed", "Successfully installed"),
    "the import": "Accepted as SIS import",
}


class Took(NamedTuple):
    """Seconds by the clock and of the CPU, and by part."""

    seconds: float
    cpu: float
    parts: dict[str, float]


class Newcomer:
    """A home without caches and a fresh copy of the project.

    Args:
        folder: an empty folder.
        uv: whether uv is on the PATH.
    """

    def __init__(self, folder: Path, *, uv: bool) -> None:
        self.lesson = folder / "lesson"
        self.home = folder / "home"
        self.home.mkdir()
        found = shutil.which("uv", path=Path(python()).parent) or shutil.which("uv")
        paths = [str(Path(found).parent)] if uv and found else []
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        path = os.pathsep.join([*paths, "/usr/bin", "/bin"])
        self.variables = {**kept, "HOME": str(self.home), "PATH": path, "PYTHONUNBUFFERED": "1"}
        self.copy()

    def copy(self) -> None:
        """Make a fresh copy of the project; caches of the home stay."""
        if self.lesson.exists():
            self.stop()
            shutil.rmtree(self.lesson)
        shutil.copytree(ROOT, self.lesson, ignore=shutil.ignore_patterns(*NOT_COPIED))

    def start(self, *arguments: str, until: str | None = None) -> Took:
        """Run start.py until it ends, or says what is awaited."""
        return timed([python(), "start.py", *arguments], self.lesson, self.variables, until)

    def stop(self) -> None:
        """Stop the practice Canvas."""
        timed([python(), "start.py", "stop"], self.lesson, self.variables)


def python() -> str:
    """Return a Python that is not in an environment, as a newcomer has it."""
    return str(Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3"))


def timed(command: list[str], folder: Path, variables: dict[str, str], until: str | None = None) -> Took:
    """Run a command and note when each part begins; end it when it says what is awaited (not on Windows)."""
    began, cpu, marks = time.perf_counter(), cpu_seconds(), dict[str, float]()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        for line in process.stdout or ():
            now = time.perf_counter() - began
            for name, begin in PARTS.items():
                if line.startswith(begin):
                    marks.setdefault(name, now)
            if until and until in line:
                os.killpg(process.pid, signal.SIGTERM)  # JupyterLab too
                break
        else:
            now, until = time.perf_counter() - began, None  # it ended by itself
    seconds = now
    if until is None and process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    moments = [*marks.values(), seconds]
    parts = {name: end - moment for (name, moment), end in zip(marks.items(), moments[1:], strict=True)}
    return Took(seconds, cpu_seconds() - cpu, parts)


@contextmanager
def newcomer(*, uv: bool = False) -> Iterator[Newcomer]:
    """Have a newcomer as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="first-success-", ignore_cleanup_errors=True) as folder:
        someone = Newcomer(Path(folder), uv=uv)
        yield someone
        with suppress(SystemExit):
            someone.stop()


def first_import(*, uv: bool) -> Took:
    """Import a file on a fresh copy."""
    with newcomer(uv=uv) as someone:
        return someone.start(*IMPORT)


def import_without_download() -> Took:
    """Unpack, start and import, with the packages in the caches of an earlier start."""
    with newcomer() as someone:
        someone.start(*IMPORT)
        someone.copy()
        return someone.start(*IMPORT)


def lesson() -> Took:
    """Start the lesson on a fresh copy until JupyterLab says its address."""
    with newcomer() as someone:
        return someone.start("--no-browser", "--port", "18888", until="/lab/tree/")


def lesson_after_import() -> Took:
    """The same after the first import."""
    with newcomer() as someone:
        someone.start(*IMPORT)
        return someone.start("--no-browser", "--port", "18888", until="/lab/tree/")


def jupyterlab_alone() -> Took:
    """Install JupyterLab alone with pip, as a user would."""
    with newcomer() as someone:
        environment = someone.home / "env"
        install = f"{python()} -m venv {environment} && {environment}/bin/python -m pip install -q jupyterlab"
        return timed(["/bin/sh", "-c", install], someone.home, someone.variables)


CASES: dict[str, Callable[[], Took]] = {
    "import, nothing but Python": lambda: first_import(uv=False),
    "import, with uv": lambda: first_import(uv=True),
    "import, without the download": import_without_download,
    "JupyterLab's address": lesson,
    "JupyterLab's address after an import": lesson_after_import,
    "pip install jupyterlab alone": jupyterlab_alone,
}
GOALS = {
    "import, nothing but Python": 25,
    "import, with uv": 18,
    "import, without the download": 10,
    "JupyterLab's address": 40,
}
"""The most seconds."""


def compare(cases: Iterable[str], runs: int) -> Result:
    """Measure every case."""
    rows = [row(name, [CASES[name]() for _ in range(runs)]) for name in cases]
    goals = [
        Goal(f"{name}: seconds", float(each["Seconds"]), GOALS[name])
        for each in rows
        if (name := str(each["Case"])) in GOALS
    ]
    return Result(rows, goals, runs)


def row(name: str, took: list[Took]) -> Row:
    """Return the medians of a case, and of each part of it."""
    parts = {part: [each.parts[part] for each in took if part in each.parts] for part in PARTS}
    return {
        "Case": name,
        "Seconds": statistics.median(each.seconds for each in took),
        "CPU seconds": statistics.median(each.cpu for each in took),
        **{part: statistics.median(seconds) for part, seconds in parts.items() if seconds},
    }


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page; quickly, only what needs no network takes little time: nothing."""
    return compare([] if quick else CASES, min(runs, 3))


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="measure the cases with these words in their name")
    given = parser.parse_args()
    return compare([name for name in CASES if re.search(given.only or "", name)], given.runs).report()


if __name__ == "__main__":
    sys.exit(main())
