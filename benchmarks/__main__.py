"""Measure, and write docs/benchmarks.md.

    python -m benchmarks [NAME …] [--runs 5] [--quick] [--to FOLDER]

Without names, it measures everything, which takes hours. After each of them the page is written, and what was
not measured keeps its figures.

Ends with status 1 where a goal is missed.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.page import BENCHMARKS, ROOT, keep
from benchmarks.results import Result


def main() -> int:
    """Measure what the command line asks for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--runs", type=int, default=5, help="the page shows their medians")
    parser.add_argument("--quick", action="store_true", help="small files, to see that all works")
    parser.add_argument("--to", type=Path, default=ROOT, metavar="FOLDER", help="for docs/benchmarks.md")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}: choose from {', '.join(BENCHMARKS)}")
    if given.quick and given.to == ROOT:
        parser.error("--quick measures too little for the page: add --to FOLDER")
    statuses = [one(name, given.quick, given.runs, given.to) for name in given.names or BENCHMARKS]
    return max(statuses)


def one(name: str, quick: bool, runs: int, folder: Path) -> int:
    """Measure one, show it, and keep it."""
    print(f"\n{BENCHMARKS[name]}: python -m benchmarks.{name}", flush=True)
    load = os.getloadavg()[0]
    try:
        result: Result = import_module(f"benchmarks.{name}").measure(quick, 1 if quick else runs)
    except (Exception, SystemExit) as fault:  # the others took hours, or will
        print(f"{name} failed: {fault!r}")
        return 1
    keep(name, result, load, folder)
    return result.report()


if __name__ == "__main__":
    sys.exit(main())
