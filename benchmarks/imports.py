"""What `import helpers` costs beside `import requests`, each in fresh processes.

    python -m benchmarks.imports [--runs 15]

Milliseconds are without Python's own start.

Ends with status 1 where the goal is missed.
"""

import argparse
import subprocess
import sys
from statistics import median

from benchmarks.results import Goal, Result, Row

LARGEST_RATIO = 0.5  # times `import requests`

STATEMENTS = {
    "requests": "import requests",
    "helpers": "import helpers",
    "the client": "from helpers import CanvasClient, Connection",
    "a command": "from helpers import commands_for",
}


def milliseconds(statement: str) -> float:
    """Time a statement in a fresh process."""
    program = (
        f"import time; start = time.perf_counter(); {statement}; print((time.perf_counter() - start) * 1000)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare(runs: int) -> Result:
    """Measure in turns, so that a busy moment hits all of them."""
    rounds = [{name: milliseconds(statement) for name, statement in STATEMENTS.items()} for _ in range(runs)]
    table = {name: median(one[name] for one in rounds) for name in STATEMENTS}
    rows: list[Row] = [
        {"Import of": name, "ms": took, "× requests": took / table["requests"]}
        for name, took in table.items()
    ]
    return Result(rows, [Goal("ratio", table["helpers"] / table["requests"], LARGEST_RATIO)], runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page; a run is short, so it makes three of each."""
    return compare(1 if quick else 3 * runs)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=15)
    return compare(parser.parse_args().runs).report()


if __name__ == "__main__":
    sys.exit(main())
