"""The readings of the values in doubt, side by side, so that a person can choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpers.display.html import scroll, table
from helpers.display.text import aligned

Choice = Mapping[str, str | bool]


@dataclass(frozen=True)
class Reading:
    """One way to read the values in doubt.

    Args:
        choice: the arguments of `repair_file` that choose it, such as {"encoding": "mac_roman"}.
        label: the names of the encodings that read them so.
        values: the values in this reading, in the order of `Comparison.lines`.
    """

    choice: Choice
    label: str
    values: tuple[str, ...]

    @property
    def typed(self) -> str:
        """The choice as arguments to type."""
        return ", ".join(f"{name}={value!r}" for name, value in self.choice.items())


@dataclass(frozen=True)
class Comparison:
    """Values in doubt, at most five, and each way to read them, most likely first.

    Args:
        lines: the line of each value.
        readings: the ways to read them.
    """

    lines: tuple[int, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def header(self) -> list[str]:
        """The names of the columns that `rows` have."""
        return ["to type", *(f"line {line:,}" for line in self.lines), "encoding"]

    @property
    def rows(self) -> list[list[str]]:
        """One row for each reading: what to type, the values, the encodings."""
        return [[each.typed, *each.values, each.label] for each in self.readings]

    def __str__(self) -> str:
        return aligned([self.header, *self.rows])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return scroll(table(self.header, self.rows), "How each encoding reads the file")
