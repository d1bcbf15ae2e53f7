"""Build the lesson as a web book: python -m docs.book [FOLDER], or python start.py book [FOLDER]."""

import sys

from docs.book.arguments import parse
from docs.book.build import BookError, build


def main(arguments: list[str]) -> int:
    """Build the book and return the exit status: 0, or 2 when it was not built."""
    folder = parse(arguments)
    try:
        first = build(folder, lambda line: print(line, flush=True))
    except (BookError, OSError) as error:
        print(f"The book was not built. {error}", file=sys.stderr)
        return 2
    print(f"The book is ready. Open {first} in a browser, or put the folder on a web server.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
