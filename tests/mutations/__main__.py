"""Change the code at random, and see whether the tests notice.

python -m tests.mutations [--number 160] [--seed 11] [--limit 600] [PLACE ...]

A PLACE is a row of the table COVERED in tests/mutations/trying.py; without one, all are changed.
Exit status: 0 enough changes were noticed, 1 too few, 2 the arguments are invalid.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.mutations.trying import COVERED, LIMIT, sample, trials

ENOUGH = 0.95


def main() -> int:
    """Try a sample, print each trial as it ends, and the share that was noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--number", type=_positive, default=160, help="of changes (default: 160)")
    parser.add_argument("--seed", type=int, default=11, help="of the sample (default: 11)")
    parser.add_argument("--limit", type=_positive, default=LIMIT, help="seconds for each (default: 600)")
    parser.add_argument("places", nargs="*", metavar="PLACE", choices=[*COVERED, []])
    options = parser.parse_args()
    noticed = tried = 0
    changes = sample(options.number, options.seed, options.places)
    with tempfile.TemporaryDirectory() as folder:
        for trial in trials(changes, Path(folder), options.limit):
            tried += 1
            noticed += trial.noticed
            print(trial, flush=True)
    print(f"{noticed} of {tried} changes were noticed ({noticed / tried:.1%})")
    return 0 if noticed >= ENOUGH * tried else 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
