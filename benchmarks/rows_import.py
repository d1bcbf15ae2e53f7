"""Import each kind of CSV file beside loading the same rows with `sqlite3.executemany`.

    python -m benchmarks.rows_import [KIND …] [--runs 3] [--rows N] [--order section|random]

A school of 100,000 users, 5,000 courses, 10,000 sections and 5,000 groups is laid out; then, each in a fresh
process and a fresh copy, the file of a kind is imported (all its rows are new), imported again (all are there
already), and what the first import stored is loaded with executemany into the same indexed tables. Rows are
those per CPU second (user and system: what counts when the machine has other work).

The ratio of a kind differs by up to a half from one run to the next, even as a median: where it is near its
goal, whether it is met is a matter of chance. By a profile of new memberships, sections, and logins, which go
row by row as users and courses do, a quarter of the time goes into finding and making records in memory, a
quarter into the rules of a row, a seventh into what all kinds do for a row, an eighth into SQLite, and the
rest into reading the file and into Python itself.

Working out twice instead of four times what a row may write, and sparing a call for each column without a
value, made courses a tenth quicker when they are imported again; a shorter way to the digits of a new object,
a tenth when they are new; extending the latest state change in place takes a thirtieth off new memberships.
To come far below the goal, a kind would have to look up and change all rows of a step at once, as enrollments
do, in eight times as many lines.

Of the time of new enrollments, a third goes into SQLite, a seventh into looking people up, and a quarter into
reading and checking the rows. Twice as many rows in a step made them up to a tenth quicker, and memberships
and sections no quicker; a person who was loaded for a step is found without going the slow way. To come well
below the goal, an import would probably have to build the indexes once at its end, and to undo that when it
is aborted.

Ends with status 1 where a goal is missed.
"""

import argparse
import gc
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import Used, call, medians
from benchmarks.results import Goal, Result, Row
from practice_canvas.engine.run import run_import
from practice_canvas.queue.worker import OBJECTS_BETWEEN_COLLECTIONS
from practice_canvas.store import files, records
from practice_canvas.store.store import DATABASE, Store, now

USERS, COURSES, SECTIONS, GROUPS = 100_000, 5_000, 10_000, 5_000
LARGEST_RATIO = 8.0
LARGEST_RATIO_OF_ENROLLMENTS = 3.0
LARGEST_MEMORY = 200  # MB, for at most so many rows as the kind has here
WHEN = "2026-02-03T09:15:00Z"
ORDERS = ("section", "random")  # section by section; or user by user, in sections at random


@dataclass(frozen=True)
class Kind:
    """A kind of file and what an import of it stores.

    Args:
        count_key: where the import's counts have it.
        header: the columns of the file.
        lines: makes the data rows.
        tables: the tables that it fills, each with the columns to which it gives a value.
        rows: how many rows the goal is about.
        ratio: the most CPU seconds, in those of executemany.
    """

    count_key: str
    header: str
    lines: Callable[[int, str], Iterator[str]]
    tables: dict[str, str]
    rows: int = 100_000
    ratio: float = LARGEST_RATIO


def pairs(rows: int, order: str) -> Iterator[tuple[int, int]]:
    """Yield (section number, user number) of each enrollment, every pair once."""
    chance = random.Random(2026)
    if order == "section":
        sections = min(SECTIONS, max(1, rows // 100))
        for section in range(sections):
            for user in chance.sample(range(USERS), rows // sections):
                yield section, user
    else:
        for user in range(USERS):
            for section in chance.sample(range(SECTIONS), rows // USERS):
                yield section, user


def _users(rows: int, _: str) -> Iterator[str]:
    for n in range(rows):
        yield f"N-{n:06},pupil{n},Pupil Number {n},pupil{n}@school.test,active\n"


def _logins(rows: int, _: str) -> Iterator[str]:
    for n in range(rows):
        yield f"L-{n:06},login{n},U-{n % USERS:06},login{n}@school.test\n"


def _courses(rows: int, _: str) -> Iterator[str]:
    for n in range(rows):
        yield f"D-{n:06},CO {n},Course {n},active\n"


def _sections(rows: int, _: str) -> Iterator[str]:
    for n in range(rows):
        yield f"T-{n:06},C-{n * COURSES // rows:05},Section {n},active\n"


def _memberships(rows: int, _: str) -> Iterator[str]:
    for n in range(rows):
        yield f"G-{n * GROUPS // rows:05},U-{n % USERS:06},accepted\n"


def _enrollments(rows: int, order: str) -> Iterator[str]:
    for section, user in pairs(rows, order):
        yield f"C-{section % COURSES:05},S-{section:05},U-{user:06},student,active\n"


_LOGIN_COLUMNS = (
    "user_id, account_id, unique_id, unique_id_key, sis_user_id, workflow_state,"
    " sis_communication_channel_id, sis_batch_id, created_at"
)
_CHANNEL_COLUMNS = "user_id, pseudonym_id, path, path_key"
KINDS = {
    "users": Kind(
        "users",
        "user_id,login_id,full_name,email,status",
        _users,
        {
            "users": "name, sortable_name, workflow_state, uuid, created_at",
            "pseudonyms": _LOGIN_COLUMNS,
            "communication_channels": _CHANNEL_COLUMNS,
        },
    ),
    "logins": Kind(
        "logins",
        "user_id,login_id,existing_user_id,email",
        _logins,
        {"pseudonyms": _LOGIN_COLUMNS, "communication_channels": _CHANNEL_COLUMNS},
    ),
    "courses": Kind(
        "courses",
        "course_id,short_name,long_name,status",
        _courses,
        {
            "courses": "name, course_code, account_id, enrollment_term_id, workflow_state, sis_source_id,"
            " uuid, sis_batch_id, created_at"
        },
    ),
    "sections": Kind(
        "sections",
        "section_id,course_id,name,status",
        _sections,
        {"course_sections": "course_id, name, sis_source_id, workflow_state, sis_batch_id, created_at"},
    ),
    "memberships": Kind(
        "group_memberships",
        "group_id,user_id,status",
        _memberships,
        {"group_memberships": "group_id, user_id, workflow_state, sis_batch_id, created_at"},
    ),
    "enrollments": Kind(
        "enrollments",
        "course_id,section_id,user_id,role,status",
        _enrollments,
        {
            "enrollments": "course_section_id, user_id, role_id, workflow_state, sis_batch_id,"
            " created_at, updated_at"
        },
        1_000_000,
        LARGEST_RATIO_OF_ENROLLMENTS,
    ),
}


def lay_out_school(home: Path) -> None:
    """Make users with logins, courses, sections, and groups of the root account."""
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
        db.execute("INSERT INTO group_categories (id, name, account_id, created_at) VALUES (1, 'G', 1, '')")
        db.executemany(
            "INSERT INTO groups (name, account_id, group_category_id, sis_source_id, created_at)"
            " VALUES ('G', 1, 1, ?, ?)",
            ((f"G-{group:05}", WHEN) for group in range(GROUPS)),
        )
    store.close()


def write_file(path: Path, kind: Kind, rows: int, order: str) -> None:
    """Write the file of a kind."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{kind.header}\n")
        file.writelines(kind.lines(rows, order))


def load(home: str, name: str) -> Callable[[], None]:
    """Prepare to load what the import stored into tables of the same school."""
    ready = {}
    for table, columns in KINDS[name].tables.items():
        stored = sqlite3.connect(Path(home, "imported.sqlite3"))
        stored.execute("ATTACH ? AS plain", (str(Path(home, DATABASE)),))
        new = f"SELECT id FROM plain.{table}"  # noqa: S608
        query = f"SELECT {columns} FROM main.{table} WHERE id NOT IN ({new}) ORDER BY id"  # noqa: S608
        marks = ", ".join("?" * len(columns.split(",")))
        ready[f"INSERT INTO {table} ({columns}) VALUES ({marks})"] = stored.execute(query).fetchall()  # noqa: S608
        stored.close()
    store = Store(Path(home))

    def load_all() -> None:
        with store.write() as db:
            for statement, rows in ready.items():
                db.executemany(statement, rows)

    return load_all


def import_file(home: str, name: str) -> Callable[[], None]:
    """Prepare to import the file as the worker does, without pauses."""
    store = Store(Path(home))
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    import_id = _new_import(store, Path(home, "rows.csv"))

    def import_all() -> None:
        for step in run_import(store, import_id, now()):
            records.update(store.db, "sis_batches", import_id, {"progress": step.progress})
            store.db.commit()
        assert step.data["counts"][KINDS[name].count_key], step.data

    return import_all


def _new_import(store: Store, upload: Path) -> int:
    copy = store.new_file(".csv")
    shutil.copy(upload, copy)
    with store.write() as db:
        attachment = files.add(store, None, "upload", upload.name, copy, WHEN)
        made = {"account_id": 1, "user_id": 1, "workflow_state": "importing", "attachment_id": attachment}
        return records.insert(db, "sis_batches", {**made, "created_at": WHEN, "updated_at": WHEN})


def step(function: str, home: Path, kind: str) -> Used:
    """Run one of the two in a fresh process, and leave all in the database's own file."""
    used = call(f"benchmarks.rows_import:{function}", home, kind)[0]
    with closing(sqlite3.connect(home / DATABASE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return used


def one_run(school: Path, kind: str, rows: int, order: str) -> dict[str, Used]:
    """Measure the three steps of a kind in copies of the school."""
    with tempfile.TemporaryDirectory() as folder:
        home, plain = Path(folder, "home"), Path(folder, "plain")
        shutil.copytree(school, home)
        shutil.copytree(school, plain)
        write_file(home / "rows.csv", KINDS[kind], rows, order)
        imported = step("import_file", home, kind)
        shutil.copy(home / DATABASE, plain / "imported.sqlite3")
        return {
            "executemany": step("load", plain, kind),
            "new": imported,
            # Logins cannot be imported again: the rows would only give warnings.
            **({"again": step("import_file", home, kind)} if kind != "logins" else {}),
        }


def compare(school: Path, kind: str, rows: int, runs: int, order: str) -> Result:
    """Measure a kind."""
    used = medians([one_run(school, kind, rows, order) for _ in range(runs)])
    plain = used["executemany"].cpu or float("inf")
    ratios = {name: one.cpu / plain for name, one in used.items() if name != "executemany"}
    table: list[Row] = [
        {
            "Rows": f"{kind}, {name}",
            "Rows/CPU s": round(rows / one.cpu) if one.cpu else 0,
            "Peak MB": one.megabytes,
            **({"× executemany": ratios[name]} if name in ratios else {}),
        }
        for name, one in used.items()
    ]
    goals = [Goal(f"{kind}: ratio", max(ratios.values()), KINDS[kind].ratio)]
    if rows <= KINDS[kind].rows:
        memory = max(used[name].megabytes for name in ratios)
        goals.append(Goal(f"{kind}: peak MB", memory, LARGEST_MEMORY))
    return Result(table, goals, runs)


@contextmanager
def laid_out() -> Iterator[Path]:
    """Lay the school out, and give its folder, as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        school = Path(folder, "school")
        lay_out_school(school)
        yield school


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page."""
    kinds = ["users"] if quick else [*KINDS]
    with laid_out() as school:
        results = [
            compare(school, kind, 1_000 if quick else KINDS[kind].rows, runs, ORDERS[0]) for kind in kinds
        ]
    return Result(
        [row for one in results for row in one.rows],
        [goal for one in results for goal in one.goals],
        runs,
    )


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}; otherwise all")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--order", choices=ORDERS, default=ORDERS[0], help="of enrollments")
    given = parser.parse_args()
    print(f"SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}")
    with laid_out() as school:
        results = [
            compare(school, kind, given.rows or KINDS[kind].rows, given.runs, given.order)
            for kind in given.kinds or KINDS
        ]
    return max([one.report() for one in results])


if __name__ == "__main__":
    sys.exit(main())
