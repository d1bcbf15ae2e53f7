"""Import a million enrollments beside loading the same rows with `sqlite3.executemany`.

    python -m benchmarks.enrollments_import [--rows 1000000] [--order section|random]

A school of 100,000 users, 5,000 courses and 10,000 sections is laid out; then, each in a fresh process, the
rows are loaded into a table with the same columns and indexes, imported from enrollments.csv (all are new),
and imported once more (all are there already). Prints rows per second on the clock and of processor time
(what counts when the machine has other work), the ratio to executemany and the peak memory. Ends with
status 1 where a goal is missed. Needs a POSIX system (for the peak memory).
"""

import argparse
import gc
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from practice_canvas.engine.run import run_import
from practice_canvas.queue.worker import OBJECTS_BETWEEN_COLLECTIONS
from practice_canvas.store import files, records
from practice_canvas.store.store import Store, now

USERS, COURSES, SECTIONS = 100_000, 5_000, 10_000
LEAST_ROWS_PER_SECOND = 60_000
LARGEST_RATIO = 6.0
LARGEST_MEMORY = {1_000_000: 400, 4_000_000: 700}  # MB, for at most so many rows
WHEN = "2026-02-03T09:15:00Z"
STUDENT_ROLE = 1
ORDERS = {"section": "section by section", "random": "user by user, in sections at random"}


def pairs(rows: int, order: str) -> Iterator[tuple[int, int]]:
    """Yield (section number, user number) of each enrollment, every pair once."""
    chance = random.Random(2026)
    size = rows // SECTIONS  # of a section
    if order == "section":
        for section in range(SECTIONS):
            for user in chance.sample(range(USERS), size):
                yield section, user
    else:  # user by user, each in sections anywhere
        for user in range(USERS):
            for section in chance.sample(range(SECTIONS), rows // USERS):
                yield section, user


def lay_out_school(home: Path) -> None:
    """Make users with logins, courses and sections."""
    store = Store(home)
    with store.write() as db:
        db.executemany(
            "INSERT INTO users (id, name, sortable_name, uuid, created_at) VALUES (?, 'A B', 'B, A', '', ?)",
            ((user + 10, WHEN) for user in range(USERS)),
        )
        db.executemany(
            "INSERT INTO pseudonyms (user_id, account_id, unique_id, unique_id_key, sis_user_id, created_at)"
            " VALUES (?, 1, ?, ?, ?, ?)",
            ((user + 10, f"u{user}", f"u{user}", f"U-{user:06}", WHEN) for user in range(USERS)),
        )
        db.executemany(
            "INSERT INTO courses (id, name, course_code, account_id, enrollment_term_id, workflow_state,"
            " sis_source_id, uuid, created_at) VALUES (?, 'C', 'C', 1, 1, 'available', ?, '', ?)",
            ((course + 1, f"C-{course:05}", WHEN) for course in range(COURSES)),
        )
        db.executemany(
            "INSERT INTO course_sections (id, course_id, name, sis_source_id, created_at)"
            " VALUES (?, ?, 'S', ?, ?)",
            ((one + 1, one % COURSES + 1, f"S-{one:05}", WHEN) for one in range(SECTIONS)),
        )
    store.close()


def write_file(path: Path, rows: int, order: str) -> None:
    """Write enrollments.csv."""
    with path.open("w", encoding="utf-8") as file:
        file.write("course_id,section_id,user_id,role,status\n")
        for section, user in pairs(rows, order):
            file.write(f"C-{section % COURSES:05},S-{section:05},U-{user:06},student,active\n")


@contextmanager
def timed() -> Iterator[list[float]]:
    """Measure the block: the list holds seconds on the clock and of processor time afterwards."""
    begun, used = time.perf_counter(), time.process_time()
    taken: list[float] = []
    yield taken
    taken += [time.perf_counter() - begun, time.process_time() - used]


def load(home: Path, rows: int, order: str) -> list[float]:
    """Load the rows with executemany into a table with our columns and indexes; return seconds."""
    store = Store(home)
    ready = [
        (section + 1, user + 10, STUDENT_ROLE, "active", 1, WHEN, WHEN)
        for section, user in pairs(rows, order)
    ]
    with timed() as seconds, store.write() as db:
        db.executemany(
            "INSERT INTO enrollments (course_section_id, user_id, role_id, workflow_state, sis_batch_id,"
            " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ready,
        )
    return seconds


def import_file(home: Path, rows: int, order: str) -> list[float]:
    """Import the file as the worker does, without pauses; return seconds."""
    store = Store(home)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    import_id = _new_import(store, home / "enrollments.csv")
    with timed() as seconds:
        for step in run_import(store, import_id, now()):
            records.update(store.db, "sis_batches", import_id, {"progress": step.progress})
            store.db.commit()
    assert step.data["counts"]["enrollments"] == rows, step.data
    assert step.workflow_state == "imported", step
    return seconds


def _new_import(store: Store, upload: Path) -> int:
    copy = store.new_file(".csv")
    shutil.copy(upload, copy)
    with store.write() as db:
        attachment = files.add(store, None, "upload", upload.name, copy, WHEN)
        made = {"account_id": 1, "user_id": 1, "workflow_state": "importing", "attachment_id": attachment}
        return records.insert(db, "sis_batches", {**made, "created_at": WHEN, "updated_at": WHEN})


STEPS: dict[str, Callable[[Path, int, str], list[float]]] = {"load": load, "import": import_file}


@dataclass(frozen=True)
class Measured:
    """What one step took: seconds on the clock, of processor time, and peak memory in MB."""

    seconds: float
    processor: float
    memory: float


def measure(step: str, home: Path, rows: int, order: str) -> Measured:
    """Run a step in a fresh process."""
    arguments = ["--step", step, "--home", str(home), "--rows", str(rows), "--order", order]
    program = [sys.executable, "-m", "benchmarks.enrollments_import", *arguments]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    return Measured(*json.loads(done.stdout))


def run_step(step: str, home: Path, rows: int, order: str) -> None:
    """Run a step in this process and print what it took as JSON."""
    seconds = STEPS[step](home, rows, order)
    print(json.dumps([*seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def compare(rows: int, order: str) -> bool:
    """Print the table and say whether every goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        plain, school = Path(folder, "plain"), Path(folder, "school")
        lay_out_school(school)
        write_file(school / "enrollments.csv", rows, order)
        loaded = measure("load", plain, rows, order)
        imports = {
            "first import (new)": measure("import", school, rows, order),
            "second import (there)": measure("import", school, rows, order),
        }
    print(f"{rows:,} enrollments, {ORDERS[order]} (SQLite {sqlite3.sqlite_version})")
    print(f"{'':<24}{'rows/s':>10}{'rows/cpu s':>12}{'x executemany':>15}{'x of cpu':>10}{'peak MB':>9}")
    for name, took in {"sqlite3.executemany": loaded, **imports}.items():
        print(
            f"{name:<24}{rows / took.seconds:>10,.0f}{rows / took.processor:>12,.0f}"
            f"{took.seconds / loaded.seconds:>15.1f}{took.processor / loaded.processor:>10.1f}"
            f"{took.memory:>9.0f}"
        )
    return _is_met(rows, loaded, list(imports.values()))


def _is_met(rows: int, loaded: Measured, imports: list[Measured]) -> bool:
    bound = next((mb for limit, mb in LARGEST_MEMORY.items() if rows <= limit), None)
    met = all(
        rows / took.seconds >= LEAST_ROWS_PER_SECOND
        and took.seconds / loaded.seconds <= LARGEST_RATIO
        and (bound is None or took.memory <= bound)
        for took in imports
    )
    goal = f"{LEAST_ROWS_PER_SECOND:,} rows/s, {LARGEST_RATIO:g} x executemany, {bound} MB"
    print(f"goal: {goal}: {'met' if met else 'MISSED'}")
    return met


def main() -> int:
    """Measure, or run one step of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--order", choices=sorted(ORDERS), default="section")
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        run_step(options.step, options.home, options.rows, options.order)
        return 0
    return 0 if compare(options.rows, options.order) else 1


if __name__ == "__main__":
    sys.exit(main())
