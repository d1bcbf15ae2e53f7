"""Write a file anew: as UTF-8, with commas, sound quotes, clean ids and padded zeros."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from pathlib import Path

from helpers.preflight.files.header import other_separator
from helpers.preflight.repairs.lines import text_lines
from practice_canvas.sis_csv.reading import BLANK_BEFORE_QUOTE, QUOTE_IN_VALUE, MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = "rows separated by commas now"
HEADER = "column names freed of blanks"
INVISIBLE = "values freed of no-break spaces and the like"
NUL = "values freed of NUL characters"
PADDED = "values of {column} padded with zeros to {pattern}"
QUOTED = "lines with quotes written by the rules"
_NO_BREAK = re.compile("[\u00a0\u2000-\u200a\u202f]")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_PATTERN = re.compile(r"(?P<prefix>.*?)(?P<zeros>0+)")


@dataclass(frozen=True)
class Change:
    """One kind of change: what was changed, and how many times."""

    what: str
    times: int

    def __str__(self) -> str:
        return f"{self.what}: {self.times:,}"


@dataclass(frozen=True)
class Repair:
    """What came of a repair.

    Args:
        path: the new file; None when none was written.
        changes: what is different in it.
        why_not: why no file was written; empty when one was.
    """

    path: Path | None
    changes: tuple[Change, ...] = ()
    why_not: str = ""

    def __str__(self) -> str:
        if self.path is None:
            return f"No file was written: {self.why_not}"
        return "\n".join([f"{self.path.name} was written:", *(f"  {change}" for change in self.changes)])

    def _repr_html_(self) -> str:
        if self.path is None:
            return f"<p>{escape(str(self))}</p>"
        points = "".join(f"<li>{escape(str(change))}</li>" for change in self.changes)
        return f"<p><b>{escape(self.path.name)}</b> was written:</p><ul>{points}</ul>"


class _NotMendable(Exception):
    """Why a file is not written anew."""


def repair(
    path: str | Path, to: str | Path | None = None, *, zeros: Mapping[str, str] | None = None
) -> Repair:
    """Write a new file without the faults that can be mended safely; the original stays as it is.

    Mended are: another encoding than UTF-8, another separator than the comma, mixed line ends, blanks in
    column names, no-break spaces and NUL characters in values, quotes inside values that are not quoted, and
    lost zeros if you say for which columns.

    Args:
        path: a CSV file.
        to: the new file, which must not exist yet; NAME_repaired.csv beside the original if not given.
        zeros: for each column whose numbers lost their leading zeros what an id looks like, such as "0000000"
            (seven digits) or "S000000".

    Returns:
        The new file and what was changed; or why none was written.
    """
    original = Path(path)
    target = Path(to) if to else _free_name(original)
    try:
        changes = _write(original, target, zeros or {})
    except _NotMendable as why:
        return Repair(None, why_not=str(why))
    except (OSError, ValueError) as error:
        return Repair(None, why_not=_reason(error))
    return Repair(target, tuple(Change(what, times) for what, times in changes.items()))


def _write(original: Path, target: Path, zeros: Mapping[str, str]) -> Counter[str]:
    """Write the new file; when that fails or changes nothing, leave nothing behind."""
    changes: Counter[str] = Counter()
    written = False
    try:
        with target.open("x", encoding="utf-8", newline="") as file:
            written = True
            csv.writer(file, lineterminator="\n").writerows(_mended(original, zeros, changes))
        if fault := _fault_of(target):
            raise _NotMendable(f"it would still be malformed: {fault}.")
        if not +changes:
            raise _NotMendable("there is nothing to mend in this file.")
    except BaseException:
        if written:
            target.unlink()
        raise
    return +changes


def _fault_of(path: Path) -> MalformedCsv | None:
    try:
        for _ in records(path):
            pass
    except MalformedCsv as fault:
        return fault
    return None


def _mended(original: Path, zeros: Mapping[str, str], changes: Counter[str]) -> Iterator[list[str]]:
    """Yield the rows of the new file."""
    rows = _rows(original, changes)
    header = next(rows, None)
    if header is None:
        raise _NotMendable("the file is empty.")
    names = [_clean(name, Counter()).strip(BLANKS) for name in header]
    changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))
    patterns = _patterns(names, zeros)
    yield names
    for row in rows:
        values = [_clean(value, changes) for value in row]
        for place, (column, pattern) in patterns.items():
            if place < len(values) and (padded := _padded(values[place], pattern)) != values[place]:
                values[place] = padded
                changes[PADDED.format(column=column, pattern=zeros[column])] += 1
        yield values


def _rows(original: Path, changes: Counter[str]) -> Iterator[list[str]]:
    """Yield the records of the original, whatever separates its values; blank lines are left out."""
    lines = text_lines(original, changes)
    first = next((line for line in lines if line.strip(BLANKS)), "")
    separator = other_separator([first.rstrip("\n")]) or ","
    fault = _fault_of(original)
    broken = fault is not None and fault.fault in (QUOTE_IN_VALUE, BLANK_BEFORE_QUOTE)
    try:
        reader = csv.reader(
            _told(chain([first], lines), broken, changes),
            delimiter=separator,
            strict=True,
            skipinitialspace=broken,
        )
        for record in reader:
            if record:
                changes[SEPARATOR] += separator != ","
                yield record
    except csv.Error as error:
        raise _NotMendable(f"its quotes need your eye, near line {reader.line_num} ({error}).") from None


def _told(lines: Iterable[str], broken: bool, changes: Counter[str]) -> Iterator[str]:
    """Pass lines on and count those whose quotes break the rules, or may do so."""
    for line in lines:
        changes[QUOTED] += broken and '"' in line
        yield line


def _clean(value: str, changes: Counter[str]) -> str:
    if value.isascii() and "\0" not in value:
        return value
    clean = _ZERO_WIDTH.sub("", _NO_BREAK.sub(" ", value.replace("\0", "")))
    if "\0" in value:
        changes[NUL] += 1
    if clean != value.replace("\0", ""):
        changes[INVISIBLE] += 1
    return clean.strip(BLANKS)


def _patterns(names: Sequence[str], zeros: Mapping[str, str]) -> dict[int, tuple[str, re.Match[str]]]:
    """Return, by place in the row, the columns to pad and what their ids look like."""
    patterns = {}
    lower = [name.lower() for name in names]
    for column, text in zeros.items():
        pattern = _PATTERN.fullmatch(text)
        if pattern is None:
            raise _NotMendable(f"“{text}” is no pattern: write an id of zeros, such as 0000000 or S000000.")
        if column.lower() not in lower:
            raise _NotMendable(f"the file has no column {column}.")
        patterns[lower.index(column.lower())] = (column, pattern)
    return patterns


def _padded(value: str, pattern: re.Match[str]) -> str:
    """Pad the digits after the prefix; what is no number, or long enough, stays."""
    prefix, zeros = pattern["prefix"], pattern["zeros"]
    digits = value.removeprefix(prefix)
    if not digits.isdecimal() or not digits.isascii() or not value.startswith(prefix):
        return value
    return prefix + digits.zfill(len(zeros))


def _free_name(original: Path) -> Path:
    names = (f"{original.stem}_repaired{number or ''}{original.suffix}" for number in ("", *range(2, 1000)))
    return next(path for name in names if not (path := original.with_name(name)).exists())


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileExistsError):
        return f"{error.filename} exists already, and is not overwritten."
    if isinstance(error, UnicodeDecodeError):
        return "some of its bytes make no letter in UTF-8, UTF-16 or Windows-1252."
    return f"{getattr(error, 'strerror', None) or error}."
