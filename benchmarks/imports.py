"""What `import helpers` costs beside `import requests`, each in fresh processes.

    python -m benchmarks.imports [--runs 15]

Prints milliseconds (the median of the runs, without Python's own start) and the ratio.
Ends with status 1 where the goal is missed.
"""

import argparse
import subprocess
import sys
from statistics import median

LARGEST_RATIO = 2.0  # times `import requests`

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


def main() -> int:
    """Measure in turns, so that a busy moment hits all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    rounds = [{name: milliseconds(statement) for name, statement in STATEMENTS.items()} for _ in range(runs)]
    table = {name: median(one[name] for one in rounds) for name in STATEMENTS}
    print(f"{'import of':<12}{'ms':>8}{'x requests':>12}")
    for name, ms in table.items():
        print(f"{name:<12}{ms:>8.0f}{ms / table['requests']:>12.2f}")
    met = table["helpers"] < LARGEST_RATIO * table["requests"]
    print(f"goal: helpers under {LARGEST_RATIO:g} x requests: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
