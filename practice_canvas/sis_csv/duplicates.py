"""Remove duplicate rows from files with many of them, as Canvas does before it imports them."""

import csv
from array import array
from collections.abc import Iterator
from pathlib import Path

from practice_canvas.sis_csv.reading import PART, records

MOST_REPEATED = 100  # duplicates from which on a file is imported without them; blank lines are duplicates


def deduplicate(path: Path, target: Path) -> bool:
    """Write a copy of a well-formed file with only the last copy of each row, and without blank lines.

    Args:
        path: the file.
        target: where the copy goes.

    Returns:
        False, and no copy, when the file has fewer than 100 surplus rows and blank lines.
    """
    dropped = _surplus(array("q", (hash(tuple(record)) for record in _rows(path))))
    if len(dropped) < MOST_REPEATED:
        return False
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(next(records(path)))
        writer.writerows(row for at, row in enumerate(_rows(path)) if row and at not in dropped)
    return True


def _rows(path: Path) -> Iterator[list[str]]:
    rows = records(path, blank_lines=True)
    next(filter(None, rows), None)
    return rows


def _surplus(hashes: "array[int]") -> set[int]:
    """Return the positions of all rows that come again later (64 bits of hash tell rows apart)."""
    dropped: set[int] = set()
    parts = len(hashes) // PART + 1
    for part in range(parts):
        last: dict[int, int] = {}
        for at, one in enumerate(hashes):
            if one % parts == part:
                if one in last:
                    dropped.add(last[one])
                last[one] = at
    return dropped
