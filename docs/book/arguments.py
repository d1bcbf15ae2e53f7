"""What may be typed after `python -m docs.book` or `python start.py book`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from practice_canvas.arguments import path

ROOT = Path(__file__).parents[2]


def parse(given: Sequence[str]) -> Path:
    """Return the folder that the book goes to."""
    parser = argparse.ArgumentParser(
        "python start.py book",
        description="Build the lesson as a web book, to read without installing.",
        epilog="exit status: 0 the book is ready, 2 it was not built",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=path,
        default=ROOT / "book",
        metavar="FOLDER",
        help="where it goes (default: the folder book)",
    )
    return Path(parser.parse_args(given).folder)
