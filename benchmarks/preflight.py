"""Check a large school before sending: `check_files` beside the least that DuckDB alone would have to do.

    python -m benchmarks.preflight [--times 1] [--runs 3] [--keep FOLDER]

Makes 500,000 users, 20,000 courses, 40,000 sections and 3,000,000 enrollments (150 MB, some names in quotes,
a few faults), times as many as asked for. Beside it DuckDB reads the four files as text and looks for
references that lead nowhere. Each runs in a fresh process, in turns. Prints wall time (the best of the runs),
the ratio and peak memory. Ends with status 1 where a goal is missed or a fault was not found. Needs a POSIX
system (for the peak memory).
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LARGEST_RATIO = 2.0  # times the wall time of DuckDB alone
MOST_MEMORY = 500.0  # MB
MOST_MEMORY_OF_MORE = 1500.0  # MB, with more rows than usual
KINDS = ("users", "courses", "sections", "enrollments")
REFERENCES = (
    ("enrollments", "user_id", "users"),
    ("enrollments", "section_id", "sections"),
    ("enrollments", "course_id", "courses"),
    ("sections", "course_id", "courses"),
)
FAULTS = {"reference-missing": 30, "value-not-allowed": 1}
"""Planted: thirty users whom nobody sent, and a section with an invalid status."""


def make_school(folder: Path, times: int) -> None:
    """Write the four files."""
    users, courses, sections, enrollments = (times * n for n in (500_000, 20_000, 40_000, 3_000_000))
    for kind, header, rows in (
        ("users", "user_id,login_id,full_name,email,status", _users(users)),
        ("courses", "course_id,short_name,long_name,status", _courses(courses)),
        ("sections", "section_id,course_id,name,status", _sections(sections)),
        (
            "enrollments",
            "course_id,section_id,user_id,role,status",
            _enrollments(enrollments, users, sections),
        ),
    ):
        with (folder / f"{kind}.csv").open("w", encoding="utf-8") as file:
            file.write(header + "\n")
            file.writelines(rows)


def _users(count: int) -> Iterator[str]:
    for n in range(count):
        name = f'"Ångström-{n}, Åsa"' if n % 50 == 0 else f"Pupil Number {n}"
        yield f"U{n:08},pupil{n},{name},pupil{n}@school.test,active\n"


def _courses(count: int) -> Iterator[str]:
    for n in range(count):
        yield f"C{n:07},CO {n},Course {n},active\n"


def _sections(count: int) -> Iterator[str]:
    for n in range(count):
        yield f"S{n:07},C{n // 2:07},Section {n},{'open' if n == 7 else 'active'}\n"


def _enrollments(count: int, users: int, sections: int) -> Iterator[str]:
    chance = random.Random(1)
    each = count // sections
    for section in range(sections):
        first = chance.randrange(users - each)
        for user in range(first, first + each):
            yield f"C{section // 2:07},S{section:07},U{user:08},student,active\n"
    for n in range(30):
        yield f"C{0:07},S{0:07},X{n:08},student,active\n"


def duckdb_alone(folder: Path) -> list[str]:
    """Read the four files as text and look for references that lead nowhere."""
    import duckdb

    db = duckdb.connect(config={"memory_limit": "450MB", "temp_directory": str(folder / "spilled")})
    for kind in KINDS:
        db.execute(
            f"CREATE TABLE {kind} AS FROM read_csv('{folder}/{kind}.csv', all_varchar=true, header=true)"
        )
    for kind, column, target in REFERENCES:
        db.execute(f"SELECT count(*) FROM {kind} ANTI JOIN {target} USING ({column})").fetchall()  # noqa: S608
    return []


def ours(folder: Path) -> list[str]:
    """Check the four files; return the slugs of what was found."""
    from helpers.preflight import check_files

    return [one.slug for one in check_files([folder / f"{kind}.csv" for kind in KINDS]) if not one.cause]


PROGRAMS = {"DuckDB alone": duckdb_alone, "check_files": ours}


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Run one of the programs in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.preflight", "--measure", name, "--keep", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def report(name: str, folder: Path) -> None:
    """Print what a run took: what this process does before is not counted."""
    import duckdb  # noqa: F401 (loaded before the clock starts, for both)

    import helpers.preflight  # noqa: F401

    began = time.perf_counter()
    found = PROGRAMS[name](folder)
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, "found": found}))


def compare(folder: Path, runs: int, most_memory: float) -> bool:
    """Measure in turns, print the table and say whether the goals are met."""
    rounds = [{name: measure(name, folder) for name in PROGRAMS} for _ in range(runs)]
    print(f"{'':<14}{'seconds':>9}{'MB':>7}")
    best = {name: min(one[name]["seconds"] for one in rounds) for name in PROGRAMS}
    memory = {name: max(one[name]["megabytes"] for one in rounds) for name in PROGRAMS}
    for name in PROGRAMS:
        print(f"{name:<14}{best[name]:>9.2f}{memory[name]:>7.0f}")
    ratio = best["check_files"] / best["DuckDB alone"]
    found = rounds[0]["check_files"]["found"]
    missed = {slug for slug, count in FAULTS.items() if found.count(slug) != count}
    fast, small = ratio <= LARGEST_RATIO, memory["check_files"] <= most_memory
    print(f"ratio {ratio:.2f}, goal at most {LARGEST_RATIO:g}: {'met' if fast else 'MISSED'}")
    print(f"memory, goal at most {most_memory:g} MB: {'met' if small else 'MISSED'}")
    print(f"planted faults: {'all found' if not missed else f'MISSED {missed}'}")
    return fast and small and not missed


def main() -> int:
    """Make the school unless it is there, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--measure", choices=list(PROGRAMS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        report(given.measure, given.keep)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "enrollments.csv").exists():
            make_school(folder, given.times)
        met = compare(folder, given.runs, MOST_MEMORY if given.times == 1 else MOST_MEMORY_OF_MORE)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
