"""The pictures that somebody has looked at.

python -m tests.pictures.approved replaces those that differ. Look at each in a browser before you commit it.
"""

import re
from pathlib import Path

from tests.pictures.pictures import PICTURES

FOLDER = Path(__file__).parent / "svg"


def lines(svg: str) -> list[str]:
    """Return a picture with each element on a line of its own.

    The line ends within a tag, where nothing is drawn.
    """
    return re.sub("(/?>)(?=<)", r"\n\1", svg).splitlines()


def approved(name: str) -> list[str]:
    """Return the lines of an approved picture; none if nobody has approved it yet."""
    path = FOLDER / f"{name}.svg"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def main() -> None:
    """Approve all pictures as they are drawn now, and print the names of those that differ."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.svg"):
        if path.stem not in PICTURES:
            path.unlink()
    for name, svg in PICTURES.items():
        if lines(svg) != approved(name):
            text = "\n".join(lines(svg)) + "\n"
            (FOLDER / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")
            print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
