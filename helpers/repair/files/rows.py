"""The rows of a file, whatever separates, surrounds, and encloses them."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path

from helpers.errors import FileNotRepairable
from helpers.preflight.files.header import MOST_ABOVE, header_further_down, other_separator
from helpers.preflight.files.spelling import FEATURES, canonical
from helpers.preflight.rows.lines import TAIL, is_line
from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.reading import BLANK_BEFORE_QUOTE, QUOTE_IN_VALUE, MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = "rows now separated by commas"
ABOVE = "lines above the header removed"
LINES = "lines that are not rows removed"
UNPACKED = "quotes around whole rows removed"
QUOTED = "lines with corrected quotes"
_QUOTES = "It is not certain which values the quotes enclose, near line {line:,}."
BY_HAND = "Correct the quotes by hand: quote the value, and double each quote inside it."


def rows_of(original: Path, changes: Counter[str]) -> Generator[list[str], None, None]:
    """Yield the records of the original, whatever its separator, without blank lines."""
    fault = fault_of(original)
    broken = fault is not None and fault.fault in (QUOTE_IN_VALUE, BLANK_BEFORE_QUOTE)
    with original.open(encoding="utf-8", newline="") as lines:
        numbered = ((number, line) for number, line in enumerate(lines) if line.strip(BLANKS))
        blank, first = next(numbered, (0, ""))
        for _ in range(_above(original, first)):
            changes[ABOVE] += 1
            blank, first = next(numbered)  # a header follows what is above it
        separator = other_separator([first.rstrip("\n")]) or ","
        reader = csv.reader(
            _counted(chain([first], lines), broken, changes),
            delimiter=separator,
            strict=True,
            skipinitialspace=broken,
        )
        width = 0
        try:
            for record in filter(None, reader):
                record = _unpacked(record, separator, width, changes)
                width = width or len(record)
                if broken and any(record[width:]):
                    raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), BY_HAND)
                changes[SEPARATOR] += separator != ","
                yield record
        except csv.Error:
            raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), BY_HAND) from None


def without_lines(rows: Iterator[list[str]], changes: Counter[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their numbers, without lines that are not rows."""
    held: deque[tuple[int, list[str]]] = deque()
    for numbered in chain(enumerate(rows, start=2), repeat(None, TAIL)):
        if numbered:
            held.append(numbered)
        if held and (len(held) > TAIL or numbered is None):
            number, row = held.popleft()
            if is_line(row, in_tail=numbered is None):
                changes[LINES] += 1
            else:
                yield number, row


def fault_of(path: Path) -> MalformedCsv | None:
    """Return what makes a file malformed, None for a good one."""
    try:
        for _ in records(path):
            pass
    except MalformedCsv as fault:
        return fault
    return None


def _above(original: Path, first: str) -> int:
    """Return how many lines are above the header."""
    header = next(csv.reader([first]), [])
    split = other_separator([first.rstrip("\n")])
    if recognize(canonical(header), FEATURES) or (
        split and recognize(canonical(first.split(split)), FEATURES)
    ):
        return 0
    found = header_further_down(original)
    return min(found[0] - 1, MOST_ABOVE) if found else 0


def _unpacked(record: list[str], separator: str, width: int, changes: Counter[str]) -> list[str]:
    """Return the values of a row that is one single value, with quotes around all of it."""
    values = [value for value in record if value.strip(BLANKS)]
    if len(values) != 1 or values[0].count(separator) < max(width - 1, 2):
        return record
    inner = next(csv.reader(values, delimiter=separator, strict=True))
    if width and len(inner) != width:
        raise FileNotRepairable(
            f"It is not certain which values the quotes enclose in “{values[0]}”.", BY_HAND
        )
    changes[UNPACKED] += 1
    return inner


def _counted(lines: Iterable[str], broken: bool, changes: Counter[str]) -> Iterator[str]:
    """Pass lines on and count those whose quotes are, or may be, malformed."""
    for line in lines:
        changes[QUOTED] += broken and '"' in line
        yield line
