"""The exercises as the lesson lists them: their notebooks, their headings, and their hints."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, repr=False)
class Listed:
    """An exercise without its check.

    Args:
        id: its name in `canvas.checks`.
        notebook: the stem of its notebook.
        title: its heading.
        can: what a person who has solved it can do.
        hints: from a nudge to the last step before the solution.
    """

    id: str
    notebook: str
    title: str
    can: str
    hints: tuple[str, ...]

    def hint(self, step: int = 1) -> Text:
        """Return one hint: 1 is the smallest."""
        if not 1 <= step <= len(self.hints):
            return Text(f"There are {len(self.hints)} hints; the solution is in the text below the check.")
        return Text(f"Hint {step} of {len(self.hints)}: {self.hints[step - 1]}")

    def __repr__(self) -> str:
        return f"Exercise {self.id}: {self.title} ({self.notebook})"


@dataclass(frozen=True, repr=False)
class Text:
    """A sentence to show as it is."""

    text: str

    def __repr__(self) -> str:
        return self.text


@cache
def catalog() -> tuple[Listed, ...]:
    """Return every exercise, in the lesson's order."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Listed(name, each["notebook"], each["title"], each["can"], tuple(each["hints"]))
        for name, each in read.items()
    )
