"""Rewrite a file: as UTF-8, with commas, correct quotes, clean IDs, and restored zeros."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import near_misses
from helpers.errors import FileNotRepairable
from helpers.preflight.files.header import other_separator
from helpers.repair.files.lines import text_lines
from helpers.repair.files.wrappers import in_doubt, unwrapped
from practice_canvas.sis_csv.reading import BLANK_BEFORE_QUOTE, QUOTE_IN_VALUE, MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = "rows now separated by commas"
HEADER = "column names cleaned of spaces and invisible characters"
INVISIBLE = "values cleaned of invisible characters"
NUL = "values cleaned of NUL characters"
PADDED = "values of {column} padded with zeros to {pattern}"
QUOTED = "lines with corrected quotes"
_QUOTES = "It is not certain which values the quotes enclose, near line {line:,}."
_BY_HAND = "Correct the quotes by hand: quote the value, and double each quote inside it."
_NO_BREAK = re.compile(f"[{near_misses.ODD_SPACES}]")
# A joiner next to ASCII belongs to no script that needs it.
_JOINERS = f"(?<![^\\x00-\\x7f])[{near_misses.JOINERS}]|[{near_misses.JOINERS}](?![^\\x00-\\x7f])"
_ZERO_WIDTH = re.compile(f"[{near_misses.ZERO_WIDTH}]|{_JOINERS}")
_PATTERN = re.compile(r"(?P<prefix>.*?)(?P<zeros>0+)")


@dataclass(frozen=True)
class FileChange:
    """One kind of change: what was changed, and how many times."""

    what: str
    times: int

    def __str__(self) -> str:
        return f"{self.what}: {self.times:,}"


@dataclass(frozen=True)
class Repair:
    """A repaired file.

    Args:
        path: the new file.
        changes: what is different in it.
    """

    path: Path
    changes: tuple[FileChange, ...]

    def __str__(self) -> str:
        return "\n".join([f"Wrote {self.path.name}:", *(f"  {change}" for change in self.changes)])

    def _repr_html_(self) -> str:
        points = "".join(f"<li>{escape(str(change))}</li>" for change in self.changes)
        return f"<p>Wrote <b>{escape(self.path.name)}</b>:</p><ul>{points}</ul>"


def repair_file(
    source: str | Path,
    target: str | Path | None = None,
    *,
    zeros: Mapping[str, str] | None = None,
    encoding: str | None = None,
    mixed: bool | None = None,
) -> Repair:
    """Write a new file without the faults that can be repaired for certain; the original stays as it is.

    It repairs: encodings other than UTF-8, separators other than the comma, mixed line endings, spaces in
    column names, invisible and NUL characters in values, quotes inside unquoted values, values wrapped for a
    spreadsheet (="000123"), and lost zeros if you name the columns.

    If the meaning of a byte is not certain, nothing is written, and you see how each encoding reads the file.
    Then choose one.

    Args:
        source: a CSV file.
        target: the new file, which must not exist yet; by default NAME_repaired.csv next to the source.
        zeros: for each column that lost leading zeros, what an ID looks like, such as "0000000"
            (seven digits) or "S000000".
        encoding: the encoding of the values that are not UTF-8, such as "cp1252" or "mac_roman"; by default
            only what is certain.
        mixed: for values that make sense in both: True keeps them as UTF-8, False reads them in `encoding`;
            by default such values raise an error.

    Returns:
        The new file, and what was changed in it.

    Raises:
        FileNotRepairable: the repair is not certain, there is nothing to repair, or a file cannot be read or
            written. Nothing is written.
    """
    original = Path(source)
    new = Path(target) if target else _free_name(original)
    try:
        with TemporaryDirectory(prefix="sis-repair-") as folder:
            changes: Counter[str] = Counter()
            text = Path(folder) / "text.csv"  # the checks of quotes need it as UTF-8
            with text.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text_lines(original, changes, encoding, mixed))
            changes = _write(text, new, zeros or {}, changes)
    except (OSError, ValueError) as error:
        raise _unusable(original, error) from None
    return Repair(new, tuple(FileChange(what, times) for what, times in changes.items()))


def _write(original: Path, target: Path, zeros: Mapping[str, str], changes: Counter[str]) -> Counter[str]:
    """Write the new file; leave nothing behind if that fails or changes nothing."""
    written = False
    try:
        with target.open("x", encoding="utf-8", newline="") as file:
            written = True
            with closing(_rows(original, changes)) as rows:
                csv.writer(file, lineterminator="\n").writerows(_repaired(rows, zeros, changes))
        if fault := _fault_of(target):
            raise FileNotRepairable(f"The repaired file would still be malformed: {fault}.", _BY_HAND)
        if not +changes:
            raise FileNotRepairable(
                "There is nothing to repair in this file.", "Use check_files() to see what is wrong with it."
            )
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


def _repaired(
    rows: Iterator[list[str]], zeros: Mapping[str, str], changes: Counter[str]
) -> Iterator[list[str]]:
    """Yield the rows of the new file."""
    header = next(rows, None)
    if header is None:
        raise FileNotRepairable("The file is empty.", "Export it again.")
    names = [unwrapped(_clean(name, Counter()), False, Counter()).strip(BLANKS) for name in header]
    changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))
    ids = {place for place, name in enumerate(names) if name.lower().endswith("_id")}
    patterns = _patterns(names, zeros)
    yield names
    for number, row in enumerate(rows, start=2):
        values = [unwrapped(_clean(value, changes), place in ids, changes) for place, value in enumerate(row)]
        if doubtful := next((one for place, one in enumerate(values) if in_doubt(one, place in ids)), None):
            raise FileNotRepairable(
                f"Row {number:,} contains “{doubtful}”: it is not certain which value this means.",
                "Write the value itself in the source, then repair again.",
            )
        for place, (column, pattern) in patterns.items():
            if place < len(values) and (padded := _padded(values[place], pattern)) != values[place]:
                values[place] = padded
                changes[PADDED.format(column=column, pattern=zeros[column])] += 1
        yield values


def _rows(original: Path, changes: Counter[str]) -> Generator[list[str], None, None]:
    """Yield the records of the original, whatever its separator, without blank lines."""
    fault = _fault_of(original)
    broken = fault is not None and fault.fault in (QUOTE_IN_VALUE, BLANK_BEFORE_QUOTE)
    with original.open(encoding="utf-8", newline="") as lines:
        numbered = ((number, line) for number, line in enumerate(lines) if line.strip(BLANKS))
        blank, first = next(numbered, (0, ""))
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
                width = width or len(record)
                if broken and any(record[width:]):
                    raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND)
                changes[SEPARATOR] += separator != ","
                yield record
        except csv.Error:
            raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND) from None


def _counted(lines: Iterable[str], broken: bool, changes: Counter[str]) -> Iterator[str]:
    """Pass lines on and count those whose quotes are, or may be, malformed."""
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
    """Return, by place in the row, the columns to pad and what their IDs look like."""
    patterns = {}
    lower = [name.lower() for name in names]
    for column, text in zeros.items():
        pattern = _PATTERN.fullmatch(text)
        if pattern is None:
            raise FileNotRepairable(
                f"“{text}” is not a pattern for IDs.", "Write an ID of zeros, such as 0000000 or S000000."
            )
        if column.lower() not in lower:
            raise FileNotRepairable(f"The file has no column {column}.", "Check the column name in zeros=…")
        patterns[lower.index(column.lower())] = (column, pattern)
    return patterns


def _padded(value: str, pattern: re.Match[str]) -> str:
    """Pad the digits after the prefix; leave other values and longer numbers as they are."""
    prefix, zeros = pattern["prefix"], pattern["zeros"]
    digits = value.removeprefix(prefix)
    if not digits.isdecimal() or not digits.isascii() or not value.startswith(prefix):
        return value
    return prefix + digits.zfill(len(zeros))


def _free_name(original: Path) -> Path:
    names = (f"{original.stem}_repaired{number or ''}{original.suffix}" for number in ("", *range(2, 1000)))
    return next(path for name in names if not (path := original.with_name(name)).exists())


def _unusable(original: Path, error: OSError | ValueError) -> FileNotRepairable:
    if isinstance(error, FileExistsError):
        return FileNotRepairable(f"{error.filename} already exists.", "Choose another name for the new file.")
    reason = getattr(error, "strerror", None) or error
    return FileNotRepairable(
        f"{original.name} cannot be repaired: {reason}.",
        "Check the file name, and whether you can read the file and write to the folder.",
    )
