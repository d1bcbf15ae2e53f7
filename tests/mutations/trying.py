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

ROOT = Path(__file__).parents[2]

# package or module → the tests that must notice a change in it
COVERED = {
    "helpers/client": "tests/client tests/test_errors.py",
    "helpers/watching": "tests/watching tests/test_errors.py",
    "helpers/messages": "tests/messages tests/test_errors.py",
    "helpers/preflight": "tests/preflight tests/test_near_misses.py tests/field_cases tests/test_errors.py",
    "helpers/repair": "tests/repair tests/field_cases tests/test_errors.py",
    "helpers/rehearsal": "tests/rehearsal tests/test_errors.py",
    "helpers/near_misses.py": "tests/test_near_misses.py tests/messages tests/preflight",
    "practice_canvas/sis_csv": "tests/practice_canvas/sis_csv tests/test_every_kind.py"
    " tests/practice_canvas/engine tests/preflight",
    "practice_canvas/states.py": "tests/practice_canvas/test_states.py",
    "practice_canvas/engine": "tests/practice_canvas/engine tests/conformance",
    "practice_canvas/queue": "tests/practice_canvas tests/room/test_crew.py tests/conformance",
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
AGAIN = {
    "pytest": [
        "--lf",
        "--lfnf=none",
    ],  # what failed; nothing when pytest was stopped before it could note that
    "mypy": [],
}
DRAWINGS = (  # a place or a size there, a number from 2 on, may differ by a pixel, and a shade may differ
    "helpers/watching/plot.py",
    "helpers/watching/progress_chart.py",
    "helpers/watching/batch_windows.py",
    "helpers/rehearsal/chart.py",
)
SHOWN = (
    "STEPS",
    "for percent in",
    "size, unit",
    "rounded",
    "MOST",
)  # what lines there begin with that say more
UNNAMED_FOLDER = "(TemporaryDirectory())"  # it is soon gone
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


def is_lenient_zip(mutant: Mutant) -> bool:
    """Return whether a zip of sequences of the same length no longer insists on it."""
    if (mutant.before, mutant.after) == ("True", "(False)"):
        return "strict=True" in mutant.text
    lenient = mutant.before.replace(", strict=True", "")
    return lenient != mutant.before and mutant.after == f"({lenient})"


def is_without_effect(module: str, mutant: Mutant) -> bool:
    """Return whether the tables say that nobody relies on the difference."""
    if module in DRAWINGS and f"opacity={mutant.before}" in mutant.text:
        return True
    if module in DRAWINGS and mutant.before.isdigit() and not mutant.text.startswith(SHOWN):
        return int(mutant.before) > 1
    if is_lenient_zip(mutant):
        return True  # only a fault elsewhere could make sequences of different lengths meet there
    return mutant.after == UNNAMED_FOLDER or (module, mutant.text, mutant.after) in WITHOUT_EFFECT


# (module, line, what it is changed to) where nobody relies on the difference, found by looking at survivors
WITHOUT_EFFECT: set[tuple[str, str, str]] = {
    # the remark that the numbers add up comes before
    ("helpers/messages/balance.py", "if rows.unexplained < 0:", "(rows.unexplained <= 0)"),
    ("helpers/messages/balance.py", "if rows.unexplained < 0:", "(1)"),
    # no character that looks like another is there
    *(
        (
            "helpers/near_misses.py",
            "for code in (*range(0xA0, 0x3000), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)):",
            end,
        )
        for end in ("(12289)", "(65281)", "(65521)", "(120833)")
    ),
    # no record has the ID None
    ("practice_canvas/api/call.py", "raise errors.not_found()", "pass"),
    # it is set before it is read
    ("practice_canvas/api/gate.py", "public: bool = False", "(True)"),
    ("practice_canvas/sis_csv/reading.py", "self._block_is_plain = False", "pass"),
    # no column's name is a number, or has a character that only an ID loses
    (
        "helpers/repair/files/rewriting.py",
        "bare = [unwrapped(cleaned(name, False, Counter()), False, Counter()).strip(BLANKS)"
        " for name in header]",
        "(True)",
    ),
    # a header follows what is above it
    ("helpers/repair/files/rows.py", 'blank, first = next(numbered, (0, ""))', "(1)"),
    # within a microsecond
    (
        "practice_canvas/api/access.py",
        "if expires_at and datetime.fromisoformat(expires_at) <= datetime.now(UTC):",
        "(datetime.fromisoformat(expires_at) < datetime.now(UTC))",
    ),
    # how many imports are read at most
    (
        "helpers/rehearsal/scratch_run.py",
        "for each in client.list_sis_imports(limit=100):",
        "(client.list_sis_imports())",
    ),
    ("helpers/rehearsal/scratch_run.py", "for each in client.list_sis_imports(limit=100):", "(101)"),
    # every fault but this one has a row
    (
        "helpers/repair/bisect.py",
        "(fault.row,) if fault.row and fault.fault != NOT_UTF8 else ()",
        "(fault.row or fault.fault != NOT_UTF8)",
    ),
    # how much is done or kept at a time, which only memory and speed show
    ("helpers/near_misses.py", "SIGNATURE_BYTES: Final = 1024", "(1025)"),
    ("helpers/repair/bisect.py", "most_imports: int = 60,", "(61)"),
    *(("helpers/preflight/files/encoding.py", "LONGEST_LINE = 1 << 20", after) for after in ("(2)", "(21)")),
    *(
        (f"practice_canvas/{module}.py", line, after)
        for module, line, *changed in (
            ("sis_csv/archives", "BLOCK = 1 << 20", "(2)", "(21)"),
            ("sis_csv/reading", "BLOCK = 1 << 20  # bytes read at a time", "(2)", "(21)"),
            ("sis_csv/reading", "PART = 1_000_000  # so many lines are compared at a time", "(1000001)"),
            (
                "sis_csv/reading",
                "deque(islice(self._numbered, left), maxlen=0)",
                "(1)",
                "(deque(islice(self._numbered, left)))",
            ),
            ("engine/batch_mode", "SLICE = 1000  # objects deleted in one step", "(1001)"),
            ("engine/restore", "SLICE = 1000  # records restored in one step", "(1001)"),
            ("engine/rules/deletion", "SLICE = 10_000", "(10001)"),
            ("engine/rows", "READ_AT_ONCE = 1000", "(1001)"),
            ("engine/rows", "if len(values) < width:", "(len(values) <= width)"),
            (
                "engine/run",
                "MOST_STEPS = 2 * CHUNKS  # with more chunks than that, as of many small files,"
                " several are one step",
                "(3)",
            ),
            (
                "engine/run",  # which of the steps of a large import is shown
                "if self.chunks_done % self.chunks_per_step == 0 or len(chunk.lines) == self.chunk_rows:",
                "(1)",
            ),
            (
                "engine/importers/enrollment/importer",
                "CACHED = 20_000  # patterns; beyond that, the cache is emptied",
                "(20001)",
            ),
            (
                "engine/importers/enrollment/people",
                "CACHED = 200_000  # people; beyond that, the cache is emptied",
                "(200001)",
            ),
            (
                "engine/importers/enrollment/places",
                "CACHED = 100_000  # places; beyond that, the cache is emptied",
                "(100001)",
            ),
            ("queue/worker", "OBJECTS_BETWEEN_COLLECTIONS = 1_000_000", "(1000001)"),
            ("queue/worker", "NICENESS = 5", "(6)"),
            ("queue/worker", "while os.read(sys.stdin.fileno(), 4096):", "(4097)"),
            ("store/writes/enrollments", "_USER_BITS = 32", "(33)"),
        )
        for after in changed
    ),
    # a bound of the practice Canvas alone that may be a little larger
    *(
        (f"practice_canvas/{module}.py", line, after)
        for module, line, after in (
            ("api/bodies", "LARGEST_FORM = 1024**2", "(1025)"),
            ("api/bodies", "MOST_DRAINED = 1024**3", "(1025)"),
            ("api/bodies", "MOST_DRAINED = 1024**3", "(4)"),
            ("api/dispatch", "MOST_NAMED = 20  # a header has to stay short", "(21)"),
            ("api/graphql", "MOST_FIELDS = 20_000", "(20001)"),
            ("api/graphql_query", "DEEPEST = 30", "(31)"),
            ("api/graphql_query", "MOST_SELECTIONS = 1000  # each use of a fragment counts again", "(1001)"),
            ("api/multipart", "LARGEST_FIELDS = 256 * 1024", "(257)"),
            ("api/multipart", "LARGEST_FIELDS = 256 * 1024", "(1025)"),
            ("api/multipart", "MOST_PARTS = 500", "(501)"),
            ("api/upload", "LARGEST_UPLOAD = 8 * 1024**3", "(9)"),
            ("api/upload", "LARGEST_UPLOAD = 8 * 1024**3", "(1025)"),
            ("engine/importers/grade_publishing_results", "LARGEST_ID = 2**63 - 1", "(2)"),
            ("engine/offered_files", "_LONGEST_HEADER = 1 << 16", "(17)"),
            (
                "sis_csv/reading",
                "LONGEST = 16 << 20  # characters; a longer line or quoted value is taken for a quote"
                " that never closes",
                "(17)",
            ),
        )
    ),
    # the worker ends with the whole process
    (
        "practice_canvas/queue/worker.py",
        "threading.Thread(target=_listen, args=(wake,), daemon=True).start()",
        "(threading.Thread(target=_listen, args=(wake,)))",
    ),
    # nobody starts it by hand
    *(
        (
            f"practice_canvas/queue/{name}.py",
            f'parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.{name}",'
            " description=__doc__)",
            f"(argparse.ArgumentParser(prog='python -m practice_canvas.queue.{name}'))",
        )
        for name in ("crew", "worker")
    ),
    # it only counts what differs
    (
        "helpers/repair/files/rewriting.py",
        "changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))",
        "(zip(header, names, strict=True))",
    ),
    # any speed near it
    (
        "helpers/client/timed_http.py",
        "_SLOWEST = 10_000  # bytes per second that a download must come to after its first seconds",
        "(10001)",
    ),
    # any numbers: what is explained has a row
    (
        "helpers/messages/explained_messages.py",
        "return explain(ImportMessage(0, file, text, 0, severity))",
        "(1)",
    ),
    # nobody receives it
    ("practice_canvas/api/dispatch.py", "CLIENT_GONE = 499  # nobody receives it", "(500)"),
    # Python closes it at the end of the function
    ("practice_canvas/queue/crew.py", "store.close()", "pass"),
    ("practice_canvas/queue/queue.py", "steps.close()  # what was unpacked makes room", "pass"),
    # the slow way does the same to such a row
    (
        "practice_canvas/engine/importers/enrollment/batch.py",
        "return self.new.setdefault(identity, state) == state",
        "return",
    ),
}
