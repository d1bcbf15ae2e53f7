"""How time and memory grow with the rows, each beside what it is compared with above.

    python -m benchmarks.growth [upload|check|import|rehearsal …] [--largest ROWS] [--runs 1]

Uploading sends a file of courses, with our client and with curl. Checking reads a school of four files, which
DuckDB alone only reads and joins. Importing takes a file of enrollments, whose rows executemany only loads.
Rehearsing is of a full batch against itself, beside importing it.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from benchmarks import preflight, rehearsal, rows_import, upload
from benchmarks.measured import Used, in_turns, medians
from benchmarks.results import Result, Row

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
QUICK = SIZES[:1]
LARGEST_REHEARSAL = 1_000_000


def upload_rows(rows: int, runs: int) -> dict[str, Used]:
    """Upload a file of courses."""
    with tempfile.TemporaryDirectory() as folder, upload.sink() as url:
        file = Path(folder, "courses.csv")
        with file.open("wb") as stream:
            stream.write(upload.HEADER)
            stream.writelines(upload.ROW % number for number in range(rows))
        programs = {
            "our client": partial(upload.client, "with_our_client", url, file),
            "curl": partial(upload.curl, url, file),
        }
        return in_turns(programs, runs)


def check_rows(rows: int, runs: int) -> dict[str, Used]:
    """Check a school of four files."""
    with tempfile.TemporaryDirectory() as folder:
        preflight.make_school(Path(folder), rows / sum(preflight.SCHOOL))
        programs = {
            "check_files": partial(preflight.alone, "ours", Path(folder)),
            "DuckDB alone": partial(preflight.alone, "duckdb_alone", Path(folder)),
        }
        return in_turns(programs, runs)


def import_rows(rows: int, runs: int) -> dict[str, Used]:
    """Import enrollments that are all new."""
    with rows_import.laid_out() as school:
        order = rows_import.ORDERS[0]
        used = medians([rows_import.one_run(school, "enrollments", rows, order) for _ in range(runs)])
    return {"import": used["new"], "executemany": used["executemany"]}


def rehearse_rows(rows: int, runs: int) -> dict[str, Used]:
    """Rehearse a full batch of a school."""
    _, used = rehearsal.measured(rows / sum(rehearsal.SCHOOL), runs)
    return {"rehearsal": used["rehearsal"], "import": used["import"]}


WORKS: dict[str, Callable[[int, int], dict[str, Used]]] = {
    "upload": upload_rows,
    "check": check_rows,
    "import": import_rows,
    "rehearsal": rehearse_rows,
}


def compare(works: Iterable[str], sizes: Iterable[int], runs: int) -> Result:
    """Measure each work with files of each size."""
    rows: list[Row] = []
    for work in works:
        for size in sizes:
            if work == "rehearsal" and size > LARGEST_REHEARSAL:
                continue
            for program, used in WORKS[work](size, runs).items():
                figures = {"Seconds": used.seconds, "CPU seconds": used.cpu, "Peak MB": used.megabytes}
                rows.append({"Work": work, "Program": program, "Rows": size, **figures})
    return Result(rows, runs=runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: the largest files take minutes."""
    return compare(WORKS, QUICK if quick else SIZES, 1)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("works", nargs="*", choices=[*WORKS, []], metavar="WORK", help=", ".join(WORKS))
    parser.add_argument("--largest", type=int, default=SIZES[-1], metavar="ROWS")
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    sizes = [size for size in SIZES if size <= given.largest]
    return compare(given.works or WORKS, sizes, given.runs).report()


if __name__ == "__main__":
    sys.exit(main())
