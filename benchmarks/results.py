"""What a benchmark comes to: a table of figures and its goals, to print and to keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from benchmarks.measured import Used

Row = dict[str, str | float]
"""A line of a table: the first value names it, the others are figures by the titles of their columns."""


@dataclass(frozen=True)
class Goal:
    """What a figure should be.

    Args:
        what: what the figure is, such as `ratio`.
        value: the figure.
        limit: the largest that is good, or the smallest.
        at: which of them.
    """

    what: str
    value: float
    limit: float
    at: Literal["most", "least"] = "most"

    @property
    def met(self) -> bool:
        """Whether the figure, as it is shown, is as good as it should be."""
        value = float(shown(self.value).replace(",", ""))
        return value <= self.limit if self.at == "most" else value >= self.limit

    def __str__(self) -> str:
        verdict = "met" if self.met else "MISSED"
        return f"{self.what} {shown(self.value)}, goal at {self.at} {shown(self.limit)}: {verdict}"


@dataclass(frozen=True)
class Result:
    """What a benchmark comes to.

    Args:
        rows: its table.
        goals: its goals.
        runs: of how many runs the figures are the medians.
    """

    rows: list[Row]
    goals: list[Goal] = field(default_factory=list)
    runs: int = 1

    def report(self) -> int:
        """Print both, and return the exit status: 1 where a goal is missed."""
        lines = [["", *titles(self.rows)[1:]], *cells(self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for first, *figures in lines:
            aligned = [each.rjust(width) for each, width in zip(figures, widths[1:], strict=True)]
            print("  ".join([first.ljust(widths[0]), *aligned]).rstrip())
        print(*self.goals, sep="\n")
        return 0 if all(goal.met for goal in self.goals) else 1


def rows_of(
    used: Mapping[str, Used], peer: str, by: Literal["seconds", "cpu"], counts: Mapping[str, int] | int = 0
) -> list[Row]:
    """Return a row for each program, with its ratio to the one that it is compared with.

    Args:
        used: what each program used.
        peer: the program to compare with.
        by: the figure to compare.
        counts: how many rows each of them worked through; with it, the rows per second are compared.
    """
    rows: list[Row] = []
    for name, one in used.items():
        row: Row = {"Program": name, "Seconds": one.seconds, "CPU seconds": one.cpu, "Peak MB": one.megabytes}
        count, count_of_peer = (counts, counts) if isinstance(counts, int) else (counts[name], counts[peer])
        if count:
            row |= {"Rows": count, "Rows/s": round(count / one.seconds)}
        each = getattr(one, by) / (count or 1), getattr(used[peer], by) / (count_of_peer or 1)
        row[f"× {peer}"] = each[0] / each[1] if each[1] else 0.0
        rows.append(row)
    return rows


def titles(rows: Iterable[Row]) -> list[str]:
    """Return the titles of all columns."""
    return list(dict.fromkeys(title for row in rows for title in row))


def cells(rows: Iterable[Row]) -> list[list[str]]:
    """Return the lines of a table as text; what a row does not have stays empty."""
    rows = list(rows)
    return [[shown(row.get(title, "")) for title in titles(rows)] for row in rows]


def shown(value: Any) -> str:
    """Write a figure with the three digits that a measurement is good for, and whole numbers in full."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f}"
