"""Try mutants against the type check and the tests that cover their module, in a copy of the repository."""

import importlib.util
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue

from tests.left_processes import end_left_processes
from tests.mutations.mutants import Mutant, mutants
from tests.mutations.without_effect import is_without_effect

ROOT = Path(__file__).parents[2]

# package or module → the tests that must notice a change in it
COVERED = {
    "helpers/client": "tests/client tests/test_errors.py",
    "helpers/watching": "tests/watching tests/pictures tests/test_errors.py",
    "helpers/messages": "tests/messages tests/test_errors.py",
    "helpers/preflight": "tests/preflight tests/repair/test_repairable.py tests/test_near_misses.py"
    " tests/field_cases tests/test_errors.py",
    "helpers/repair": "tests/repair tests/field_cases tests/test_errors.py",
    "helpers/rehearsal": "tests/rehearsal tests/pictures tests/test_errors.py",
    "helpers/near_misses.py": "tests/test_near_misses.py tests/messages tests/preflight",
    "practice_canvas/sis_csv": "tests/practice_canvas/sis_csv tests/test_every_kind.py"
    " tests/practice_canvas/engine tests/preflight",
    "practice_canvas/states.py": "tests/practice_canvas/test_states.py",
    "practice_canvas/engine": "tests/practice_canvas/engine tests/conformance",
    "practice_canvas/queue": "tests/practice_canvas tests/room/test_crew.py tests/attacks/test_full_disk.py"
    " tests/conformance",
    "practice_canvas/store/writes": "tests/practice_canvas/engine tests/conformance tests/practice_canvas",
    "practice_canvas/api": "tests/practice_canvas/http tests/conformance tests/practice_canvas",
}
LIMIT = 600.0  # seconds; a change that neither part of its tests notices until then counts as not noticed
SLOWEST = 180  # seconds; a test that takes longer has noticed the change, which may make a loop endless
AT_ONCE = 2  # changes; most tests keep one core busy
NEAREST = 4  # files of tests that run before all others
SETTINGS = [
    *["-q", "-x", "-p", "no:xdist"],
    *["-o", f"faulthandler_timeout={SLOWEST}", "-o", "faulthandler_exit_on_timeout=true"],
]
# what failed; nothing when pytest was stopped before it could note that
AGAIN: dict[str, list[str]] = {"pytest": ["--lf", "--lfnf=none"], "mypy": []}
LOG = "pytest.log"
PASSED, NO_TESTS = 0, 5  # statuses of pytest


@dataclass(frozen=True)
class Trial:
    """A mutant of a module, and whether the tests noticed it."""

    module: str
    mutant: Mutant
    noticed: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        verdict = "noticed" if self.noticed else "NOT NOTICED"
        return f"{verdict:11} {self.seconds:5.0f} s  {self.module} {self.mutant}"


@dataclass(frozen=True)
class Copy:
    """A copy of the repository in which modules are changed and tests run."""

    folder: Path
    limit: float = LIMIT

    def try_one(self, module: str, mutant: Mutant) -> Trial:
        """Run the checks of a module with a change in it, up to the first that fails.

        Raises:
            RuntimeError: it fails without the change, too.
        """
        begun = time.monotonic()
        files, unchanged = covering(module, self.folder), (self.folder / module).read_text(encoding="utf-8")
        # reading all files of tests takes longer than running a few, and than checking all types
        parts = (part for part in (files[:NEAREST], files[NEAREST:]) if part)
        checks = [["pytest", *SETTINGS, *part] for part in parts]
        checks.insert(1, ["mypy"])
        self._write(module, mutant.source)
        try:
            failed = next((check for check in checks if self._status(check) != PASSED), None)
        finally:
            self._write(module, unchanged)
        if failed and self._status([*failed, *AGAIN[failed[0]]]) not in (PASSED, NO_TESTS):
            log = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"Without any change, a check of {module} fails:\n{log[-3000:]}")
        return Trial(module, mutant, failed is not None, time.monotonic() - begun)

    def _write(self, module: str, source: str) -> None:
        """Replace a module and its bytecode, which Python would trust for a file of the same second."""
        path = self.folder / module
        path.write_text(source, encoding="utf-8")
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)

    def _status(self, check: list[str]) -> int:
        """Return the exit status of a check; PASSED when nothing has failed until the limit."""
        command = [sys.executable, "-m", *check]
        # PYTHONPATH: what tests start elsewhere must not find the repository, which is installed
        own = {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "", "CI": "true"}
        with (self.folder / LOG).open("wb") as log:
            try:
                return subprocess.run(
                    command, cwd=self.folder, env=os.environ | own, stdout=log, stderr=log, timeout=self.limit
                ).returncode
            except subprocess.TimeoutExpired:
                return PASSED
            finally:  # what a pytest that was stopped could not end
                end_left_processes(str(self.folder), seconds=0, variable="PYTHONPATH")


@contextmanager
def copied(folder: Path, limit: float = LIMIT) -> Iterator[Copy]:
    """Copy what git knows of into a folder, as it is now, and remove it at the end."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    try:
        yield Copy(folder, limit)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def trials(
    changes: Iterable[tuple[str, Mutant]], folder: Path, limit: float = LIMIT
) -> Generator[Trial, None, None]:
    """Try changes, in as many copies as run at once, and yield each trial as it ends.

    Args:
        changes: modules, each with a mutant of it.
        folder: where to put the copies.
        limit: the most seconds for a change.

    Raises:
        RuntimeError: a test fails without any change, too.
    """
    with ExitStack() as stack:
        free = SimpleQueue[Copy]()
        for number in range(AT_ONCE):
            free.put(stack.enter_context(copied(folder / str(number), limit)))

        def try_one(change: tuple[str, Mutant]) -> Trial:
            copy = free.get()
            try:
                return copy.try_one(*change)
            finally:
                free.put(copy)

        pool = ThreadPoolExecutor(AT_ONCE)
        stack.callback(pool.shutdown, cancel_futures=True)
        yield from (each.result() for each in as_completed([pool.submit(try_one, one) for one in changes]))


def row_of(module: str) -> str:
    """Return the row of COVERED for a module."""
    return next(row for row in COVERED if module == row or module.startswith(f"{row}/"))


@cache
def covering(module: str, root: Path = ROOT) -> list[str]:
    """Return the test files that cover a module, those named like it first, then those that import it.

    Args:
        module: its path in the repository.
        root: of the repository or of a copy, which stays as it is while somebody goes on working.
    """
    row = row_of(module)
    package, _, name = module.removesuffix(".py").replace("/", ".").rpartition(".")
    imported = (f"{package}.{name}", f"from {package} import {name}")
    words = {word.rstrip("s") for word in re.split(r"\W|_", module.removeprefix(row))} - {"", "py"}
    files = [file for place in COVERED[row].split() for file in _files(root / place)]

    def distance(file: Path) -> tuple[int, bool]:
        text = file.read_text(encoding="utf-8")
        return -sum(word in file.stem for word in words), not any(way in text for way in imported)

    # one by one: of a folder and a file in it, pytest takes the folder's order
    return [file.relative_to(root).as_posix() for file in sorted(dict.fromkeys(files), key=distance)]


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("test_*.py")) if place.is_dir() else [place]


def all_mutants(places: list[str]) -> list[tuple[str, Mutant]]:
    """Return every mutant of the modules below these rows of COVERED."""
    modules = [file for place in places for file in sorted((ROOT / place).rglob("*.py"))]
    modules += [ROOT / place for place in places if place.endswith(".py")]
    return [
        (module.relative_to(ROOT).as_posix(), mutant)
        for module in modules
        for mutant in mutants(module.read_text(encoding="utf-8"))
    ]


def sample(number: int, seed: int, places: list[str] | None = None) -> list[tuple[str, Mutant]]:
    """Return so many mutants by chance, as many of a small row as of a large one, in any order."""
    chance, rows = random.Random(seed), places or [*COVERED]
    chosen: list[tuple[str, Mutant]] = []
    for row in rows:
        found = [each for each in all_mutants([row]) if not is_without_effect(*each)]
        chosen += chance.sample(found, min(-(-number // len(rows)), len(found)))
    chance.shuffle(chosen)
    return chosen[:number]
