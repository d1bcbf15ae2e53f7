"""Try mutants against the tests that cover their module, in a copy of the repository."""

import importlib.util
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.mutations.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]

# package or module → the tests that must notice a change in it; those that import the module run first
COVERED = {
    "helpers/client": "tests/client",
    "helpers/watching": "tests/watching",
    "helpers/messages": "tests/messages",
    "helpers/preflight": "tests/preflight tests/test_near_misses.py",
    "helpers/repair": "tests/repair",
    "helpers/rehearsal": "tests/rehearsal",
    "helpers/near_misses.py": "tests/test_near_misses.py tests/messages tests/preflight",
    "practice_canvas/sis_csv": "tests/practice_canvas/sis_csv tests/practice_canvas/engine tests/preflight",
    "practice_canvas/states.py": "tests/practice_canvas/test_states.py",
    "practice_canvas/engine": "tests/practice_canvas/engine tests/conformance",
    "practice_canvas/queue": "tests/practice_canvas tests/conformance",
    "practice_canvas/store/writes": "tests/practice_canvas/engine tests/conformance tests/practice_canvas",
    "practice_canvas/api": "tests/practice_canvas/http tests/conformance tests/practice_canvas",
}
ENDLESS = 900.0  # seconds; a change may make a loop endless, which also counts as noticed
SETTINGS = ["-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider"]
DRAWINGS = (  # a place or a size there may differ by a pixel
    "helpers/watching/plot.py",
    "helpers/watching/progress_chart.py",
    "helpers/watching/batch_windows.py",
    "helpers/rehearsal/chart.py",
)
LOG = "pytest.log"
NOT_FOUND = (4, 5)  # statuses of pytest: no such file, no tests


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


@dataclass
class Copy:
    """A copy of the repository in which modules are changed and tests run."""

    folder: Path
    passing: set[str] = field(default_factory=set)

    def try_one(self, module: str, mutant: Mutant) -> Trial:
        """Run the tests of a module with a change in it.

        Raises:
            RuntimeError: they fail without the change.
        """
        row = row_of(module)
        if row not in self.passing:
            if self._status(COVERED[row].split()) != 0:
                log = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"Without any change, a test fails in {COVERED[row]}:\n{log[-3000:]}")
            self.passing.add(row)
        begun = time.monotonic()
        self._write(module, mutant.source)
        try:
            status = self._status([*importers_of(module, COVERED[row]), *COVERED[row].split()])
        finally:
            self._write(module, (ROOT / module).read_text(encoding="utf-8"))
        return Trial(module, mutant, status != 0, time.monotonic() - begun)

    def _write(self, module: str, source: str) -> None:
        """Replace a module and its bytecode, which Python would trust for a file of the same second."""
        path = self.folder / module
        path.write_text(source, encoding="utf-8")
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)

    def _status(self, tests: list[str]) -> int:
        """Return the exit status of pytest; 1 when it did not end."""
        command = [sys.executable, "-m", "pytest", *SETTINGS, *tests]
        surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "CI": "true"}
        with (self.folder / LOG).open("wb") as log:
            try:
                run = subprocess.run(
                    command, cwd=self.folder, env=surroundings, stdout=log, stderr=log, timeout=ENDLESS
                )
            except subprocess.TimeoutExpired:
                return 1
        if run.returncode in NOT_FOUND:
            raise RuntimeError(f"pytest found no tests: {' '.join(tests)}")
        return run.returncode


@contextmanager
def copied(folder: Path) -> Iterator[Copy]:
    """Copy what git knows of into a folder, as it is now, and remove it at the end."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    try:
        yield Copy(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def row_of(module: str) -> str:
    """Return the row of COVERED for a module."""
    return next(row for row in COVERED if module == row or module.startswith(f"{row}/"))


@cache
def importers_of(module: str, tests: str) -> list[str]:
    """Return the test files, of those that cover a module, that import it."""
    dotted = module.removesuffix(".py").replace("/", ".")
    package, _, name = dotted.rpartition(".")
    files = [file for place in tests.split() for file in _files(ROOT / place)]
    texts = {file: file.read_text(encoding="utf-8") for file in dict.fromkeys(files)}
    found = [
        file for file, text in texts.items() if dotted in text or f"from {package} import {name}" in text
    ]
    return [file.relative_to(ROOT).as_posix() for file in found]


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
    """Return so many mutants by chance, those of one row after another."""
    found = [each for each in all_mutants(places or [*COVERED]) if not is_without_effect(*each)]
    chosen = random.Random(seed).sample(found, min(number, len(found)))
    return sorted(chosen, key=lambda each: [*COVERED].index(row_of(each[0])))


def is_without_effect(module: str, mutant: Mutant) -> bool:
    """Return whether the tables say that nobody relies on the difference."""
    if module in DRAWINGS and mutant.before.isdigit():
        return True
    return (module, mutant.text, mutant.after) in WITHOUT_EFFECT


# (module, line, what it is changed to) where nobody relies on the difference, found by looking at survivors
WITHOUT_EFFECT: set[tuple[str, str, str]] = set()
