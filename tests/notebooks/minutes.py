"""How long a notebook takes, computed from its words, cells, and exercises, and written where it says so.

After you have changed a notebook, run  python -m tests.notebooks.minutes  and commit what it writes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

from tests.notebooks.runs import NOTEBOOKS, NUMBERED, ROOT, Notebook, read, tags

WORDS_A_MINUTE, CELL, EXERCISE = 120, 0.5, 3.0
"""Slow readers of a foreign language, half a minute to run a cell, and three minutes for an exercise."""
README, START = ROOT / "README.md", ROOT / "notebooks" / "00_start_here.ipynb"


class Minutes(NamedTuple):
    """How long a whole notebook takes, and its stretch sections alone, in steps of five minutes."""

    whole: int
    stretch: int

    @property
    def takes(self) -> str:
        """The sentence of a title cell."""
        return f"**Takes** {self.whole} minutes" + (
            f", {self.stretch} of them stretch." if self.stretch else "."
        )

    @property
    def parts(self) -> str:
        """The cell of the table in the first notebook."""
        stretch = f", {self.stretch} stretch" if self.stretch else ""
        return f"{self.whole - self.stretch} core{stretch}"


def measure(notebook: Notebook) -> Minutes:
    whole = stretch = 0.0
    in_stretch = False
    for cell in notebook.cells:
        heading = re.search(r"^#{2,3} (.*)$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            in_stretch = heading[1].endswith("(stretch)")
        whole += spent_on(cell)
        stretch += spent_on(cell) * in_stretch
    return Minutes(in_steps(whole), in_steps(stretch) if stretch else 0)


def spent_on(cell: Notebook) -> float:
    if cell.cell_type == "code":
        return CELL + EXERCISE * ("exercise" in tags(cell))
    text = re.sub(r"<details>.*?</details>|\]\([^)]*\)", " ", cell.source, flags=re.DOTALL)
    return len(text.split()) / WORDS_A_MINUTE


def in_steps(minutes: float) -> int:
    return max(5, 5 * round(minutes / 5))


def write() -> None:
    """Write the minutes into the notebooks and into both tables."""
    found = {path: measure(read(path)) for path in NOTEBOOKS}
    for path, minutes in found.items():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        title = notebook["cells"][0]
        text = re.sub(r"\*\*Takes\*\* .*", minutes.takes, "".join(title["source"]), count=1)
        title["source"] = text.splitlines(keepends=True)
        notebook["metadata"]["lesson"]["minutes"] = minutes.whole
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    replace(README, {f"`{path.stem}`": str(found[path].whole) for path in NUMBERED}, r" \|$")
    replace(START, {rf"**{path.stem[:2]} ": found[path].parts for path in NUMBERED}, r' \|\\n",$')


def replace(path: Path, cells: dict[str, str], end: str) -> None:
    """Replace the last cell of the table rows that begin with these texts."""
    text = path.read_text(encoding="utf-8")
    for begin, cell in cells.items():
        row = rf"^(\W*\| \[?{re.escape(begin)}.*\| )[^|]*({end})"
        text, count = re.subn(row, rf"\g<1>{cell}\g<2>", text, flags=re.MULTILINE)
        assert count == 1, f"{path.name} has no row for {begin}"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
