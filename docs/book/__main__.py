"""Build the lesson as a web book: python -m docs.book [FOLDER], or python start.py book [FOLDER]."""

import argparse
import sys
from pathlib import Path

from docs.book.build import ROOT, BookError, build


def main(arguments: list[str]) -> int:
    """Build the book and return the exit status: 0, or 2 when it was not built."""
    parser = argparse.ArgumentParser(
        prog="python start.py book", description="Build the lesson as a web book, to read without installing."
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "book", help="where it goes (default: the folder book)"
    )
    folder = parser.parse_args(arguments).folder
    try:
        first = build(folder, lambda line: print(line, flush=True))
    except (BookError, OSError) as error:
        print(f"The book was not built. {error}", file=sys.stderr)
        return 2
    print(f"The book is ready. Open {first} in a browser, or put the folder on a web server.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
