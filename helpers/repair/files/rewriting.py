"""Rewrite a file: as UTF-8, with commas, sound quotes, clean IDs and padded zeros."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from html import escape
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.display.html import scroll, table
from helpers.preflight.files.header import other_separator
from helpers.repair.files.lines import text_lines
from helpers.repair.files.refusing import Comparison, NotRepairable
from helpers.repair.files.wrappers import in_doubt, unwrapped
from practice_canvas.sis_csv.reading import BLANK_BEFORE_QUOTE, QUOTE_IN_VALUE, MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = "rows separated by commas now"
HEADER = "column names freed of blanks and the like"
INVISIBLE = "values freed of no-break spaces and the like"
NUL = "values freed of NUL characters"
PADDED = "values of {column} padded with zeros to {pattern}"
QUOTED = "lines with quotes written by the rules"
_QUOTES = "it is not certain which values the quotes enclose, near line {line:,}."
_BY_HAND = "Correct the quotes there by hand: quote the value, and double each quote inside it."
_NO_BREAK = re.compile("[\u00a0\u2000-\u200a\u202f]")
# Joiners belong to the spelling of names in Persian, Hindi and other scripts, and to nothing in ASCII.
_JOINERS = "(?<![^\\x00-\\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\\x7f])"
_ZERO_WIDTH = re.compile(f"[\u00ad\u200b\u200e\u200f\u2060\ufeff]|{_JOINERS}")
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
        fix: what to do then.
        comparison: values in doubt, and each way to read them.
    """

    path: Path | None
    changes: tuple[Change, ...] = ()
    why_not: str = ""
    fix: str = ""
    comparison: Comparison = field(default_factory=Comparison)

    def __str__(self) -> str:
        if self.path is not None:
            return "\n".join([f"{self.path.name} was written:", *(f"  {change}" for change in self.changes)])
        lines = [f"No file was written: {self.why_not}"]
        lines += [str(self.comparison)] if self.comparison.readings else []
        return "\n".join(lines + ([f"What to do: {self.fix}"] if self.fix else []))

    def _repr_html_(self) -> str:
        if self.path is not None:
            points = "".join(f"<li>{escape(str(change))}</li>" for change in self.changes)
            return f"<p><b>{escape(self.path.name)}</b> was written:</p><ul>{points}</ul>"
        told, fix = f"No file was written: {self.why_not}", f"What to do: {self.fix}"
        drawn = table(self.comparison.header, self.comparison.rows)
        compared = scroll(drawn, "How each encoding reads the file") if self.comparison.readings else ""
        return f"<p>{escape(told)}</p>{compared}" + (f"<p>{escape(fix)}</p>" if self.fix else "")


def repair(
    path: str | Path,
    to: str | Path | None = None,
    *,
    zeros: Mapping[str, str] | None = None,
    encoding: str | None = None,
    mixed: bool | None = None,
) -> Repair:
    """Write a new file without the faults whose repair is certain; the original stays as it is.

    Repaired are: another encoding than UTF-8, another separator than the comma, mixed line ends, blanks in
    column names, no-break spaces and NUL characters in values, quotes inside values that are not quoted,
    values wrapped for a spreadsheet (="000123"), and lost zeros if you say for which columns.

    Where it is not certain what a byte means, nothing is written, and you see how each encoding would read
    the file. Then choose one.

    Args:
        path: a CSV file.
        to: the new file, which must not exist yet; NAME_repaired.csv beside the original if not given.
        zeros: for each column whose numbers lost their leading zeros what an ID looks like, such as "0000000"
            (seven digits) or "S000000".
        encoding: what the values are in that are not UTF-8, such as "cp1252" or "mac_roman"; if not given,
            only what is certain.
        mixed: for values that make sense in both: True keeps them as UTF-8, False reads them in `encoding`;
            if not given, nothing is written when there are any.

    Returns:
        The new file and what was changed; or why none was written, and what to do.
    """
    original = Path(path)
    target = Path(to) if to else _free_name(original)
    try:
        with TemporaryDirectory(prefix="sis-repair-") as folder:
            changes: Counter[str] = Counter()
            text = Path(folder) / "text.csv"  # the checks of quotes need it as UTF-8
            with text.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text_lines(original, changes, encoding, mixed))
            changes = _write(text, target, zeros or {}, changes)
    except NotRepairable as refused:
        return Repair(None, why_not=refused.why, fix=refused.fix, comparison=refused.comparison)
    except (OSError, ValueError) as error:
        return Repair(None, why_not=_reason(error))
    return Repair(target, tuple(Change(what, times) for what, times in changes.items()))


def _write(original: Path, target: Path, zeros: Mapping[str, str], changes: Counter[str]) -> Counter[str]:
    """Write the new file; when that fails or changes nothing, leave nothing behind."""
    written = False
    try:
        with target.open("x", encoding="utf-8", newline="") as file:
            written = True
            with closing(_rows(original, changes)) as rows:
                csv.writer(file, lineterminator="\n").writerows(_repaired(rows, zeros, changes))
        if fault := _fault_of(target):
            raise NotRepairable(f"it would still be malformed: {fault}.")
        if not +changes:
            raise NotRepairable("there is nothing to repair in this file.")
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
        raise NotRepairable("the file is empty.")
    names = [unwrapped(_clean(name, Counter()), False, Counter()).strip(BLANKS) for name in header]
    changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))
    ids = {place for place, name in enumerate(names) if name.lower().endswith("_id")}
    patterns = _patterns(names, zeros)
    yield names
    for number, row in enumerate(rows, start=2):
        values = [unwrapped(_clean(value, changes), place in ids, changes) for place, value in enumerate(row)]
        if doubtful := next((one for place, one in enumerate(values) if in_doubt(one, place in ids)), None):
            raise NotRepairable(
                f"row {number:,} holds “{doubtful}”: what a spreadsheet meant by that is not certain.",
                "Write what it should be in the file it comes from, and repair again.",
            )
        for place, (column, pattern) in patterns.items():
            if place < len(values) and (padded := _padded(values[place], pattern)) != values[place]:
                values[place] = padded
                changes[PADDED.format(column=column, pattern=zeros[column])] += 1
        yield values


def _rows(original: Path, changes: Counter[str]) -> Generator[list[str], None, None]:
    """Yield the records of the original, whatever separates its values; blank lines are left out."""
    fault = _fault_of(original)
    broken = fault is not None and fault.fault in (QUOTE_IN_VALUE, BLANK_BEFORE_QUOTE)
    with original.open(encoding="utf-8", newline="") as lines:
        numbered = ((number, line) for number, line in enumerate(lines) if line.strip(BLANKS))
        blank, first = next(numbered, (0, ""))
        separator = other_separator([first.rstrip("\n")]) or ","
        reader = csv.reader(
            _told(chain([first], lines), broken, changes),
            delimiter=separator,
            strict=True,
            skipinitialspace=broken,
        )
        width = 0
        try:
            for record in filter(None, reader):
                width = width or len(record)
                if broken and any(record[width:]):
                    raise NotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND)
                changes[SEPARATOR] += separator != ","
                yield record
        except csv.Error:
            raise NotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND) from None


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
            raise NotRepairable(
                f"“{text}” is not a pattern: write an ID of zeros, such as 0000000 or S000000."
            )
        if column.lower() not in lower:
            raise NotRepairable(f"the file has no column {column}.")
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
    return f"{getattr(error, 'strerror', None) or error}."
