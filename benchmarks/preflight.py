"""Check a large school before sending: `check_files` beside DuckDB alone, pandas, and frictionless.

    python -m benchmarks.preflight [--times 1] [--runs 3] [--keep FOLDER] [--with-others]

The school has 500,000 users, 20,000 courses, 40,000 sections and 3,000,000 enrollments (150 MB, some names in
quotes, a few faults); `--times` multiplies them. DuckDB and pandas read the four files as text and look for
references that lead nowhere, which is the least that a check has to do. frictionless checks the same
references with table schemas; since it takes so long, it gets a tenth of the rows.

Ends with status 1 where a goal is missed or a fault was not found.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measured import Used, call, in_turns, installed
from benchmarks.results import Goal, Result, rows_of

LARGEST_RATIO = 2.0  # times the CPU time of DuckDB alone
MOST_MEMORY = 500.0  # MB
MOST_MEMORY_OF_MORE = 1500.0  # MB, with more rows than usual
SCHOOL = (500_000, 20_000, 40_000, 3_000_000)
FEWER = 10  # frictionless gets the school divided by it
KINDS = ("users", "courses", "sections", "enrollments")
REFERENCES = (
    ("enrollments", "user_id", "users"),
    ("enrollments", "section_id", "sections"),
    ("enrollments", "course_id", "courses"),
    ("sections", "course_id", "courses"),
)
FAULTS = {"reference-missing": 30, "value-not-allowed": 1}
"""Planted: thirty users whom nobody sent, and a section with an invalid status."""


def make_school(folder: Path, times: float, school: Sequence[int] = SCHOOL) -> int:
    """Write the four files, with so many times these rows, and return how many rows they have."""
    users, courses, sections, enrollments = counts = [round(times * count) for count in school]
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
    return sum(counts)


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


def duckdb_alone(folder: str) -> Callable[[], object]:
    """Read the four files as text and look for references that lead nowhere."""
    import duckdb

    def check() -> None:
        db = duckdb.connect(config={"memory_limit": "450MB", "temp_directory": f"{folder}/spilled"})
        for kind in KINDS:
            db.execute(
                f"CREATE TABLE {kind} AS FROM read_csv('{folder}/{kind}.csv', all_varchar=true, header=true)"
            )
        for kind, column, target in REFERENCES:
            db.execute(f"SELECT count(*) FROM {kind} ANTI JOIN {target} USING ({column})").fetchall()  # noqa: S608

    return check


def pandas_alone(folder: str) -> Callable[[], object]:
    """Do the same with pandas."""
    import pandas

    def check() -> None:
        tables = {kind: pandas.read_csv(f"{folder}/{kind}.csv", dtype=str) for kind in KINDS}
        for kind, column, target in REFERENCES:
            tables[kind][column].isin(tables[target][column]).sum()

    return check


def frictionless(folder: str) -> Callable[[], object]:
    """Do the same with a package of tables and their schemas."""
    from frictionless import Package, Resource, Schema

    targets = {(kind, column): target for kind, column, target in REFERENCES}
    package = Package(basepath=folder)
    for kind in KINDS:
        header = (Path(folder) / f"{kind}.csv").open(encoding="utf-8").readline().strip().split(",")
        keys = [
            {"fields": [column], "reference": {"resource": target, "fields": [column]}}
            for column in header
            if (target := targets.get((kind, column)))
        ]
        fields = [{"name": name, "type": "string"} for name in header]
        schema = Schema.from_descriptor({"fields": fields, "foreignKeys": keys})
        package.add_resource(Resource(name=kind, path=f"{kind}.csv", schema=schema))
    return lambda: package.validate().valid


def ours(folder: str) -> Callable[[], list[str]]:
    """Check the four files; return the slugs of what was found."""
    import duckdb  # noqa: F401 (loaded before the clock starts, as for the others)

    from helpers.preflight import check_files

    files = [Path(folder, f"{kind}.csv") for kind in KINDS]
    return lambda: [one.slug for one in check_files(files) if not one.cause]


def alone(name: str, folder: Path, packages: Path | None = None) -> Used:
    """Run one of the programs to compare with in a fresh process."""
    return call(f"benchmarks.preflight:{name}", folder, packages=packages)[0]


def compare(folder: Path, rows: int, runs: int, most_memory: float, others: bool) -> Result:
    """Measure in turns."""
    found: list[str] = []

    def check() -> Used:
        used, found[:] = call("benchmarks.preflight:ours", folder)
        return used

    programs: dict[str, Callable[[], Used]] = {
        "DuckDB alone": partial(alone, "duckdb_alone", folder),
        "check_files": check,
    }
    if others:
        programs["pandas"] = partial(alone, "pandas_alone", folder)
    counts = dict.fromkeys(programs, rows)
    used = in_turns(programs, runs)
    if others:
        with installed("frictionless") as packages, tempfile.TemporaryDirectory() as small:
            counts["frictionless, a tenth"] = make_school(Path(small), rows / sum(SCHOOL) / FEWER)
            used["frictionless, a tenth"] = alone("frictionless", Path(small), packages)
    ratio = used["check_files"].cpu / used["DuckDB alone"].cpu
    missed = [slug for slug, count in FAULTS.items() if found.count(slug) != count]
    goals = [
        Goal("ratio", ratio, LARGEST_RATIO),
        Goal("peak MB", used["check_files"].megabytes, most_memory),
        Goal("planted faults not found", len(missed), 0),
    ]
    return Result(rows_of(used, "DuckDB alone", "cpu", counts), goals, runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page."""
    with tempfile.TemporaryDirectory() as folder:
        rows = make_school(Path(folder), 0.001 if quick else 1)
        return compare(Path(folder), rows, runs, MOST_MEMORY, others=not quick)


def main() -> int:
    """Make the school unless it is there, then measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--with-others", action="store_true", help="pandas and frictionless, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "enrollments.csv").exists():
            make_school(folder, given.times)
        most_memory = MOST_MEMORY if given.times == 1 else MOST_MEMORY_OF_MORE
        return compare(
            folder, round(given.times * sum(SCHOOL)), given.runs, most_memory, given.with_others
        ).report()


if __name__ == "__main__":
    sys.exit(main())
