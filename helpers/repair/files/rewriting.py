"""Rewrite a file: as UTF-8, with commas, correct quotes, clean IDs, and restored zeros."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from itertools import chain, repeat, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import near_misses
from helpers.errors import FileNotRepairable
from helpers.preflight.check import check_files
from helpers.preflight.files.disguise import FAILED_EXPORT
from helpers.preflight.files.foreign import FOREIGN, foreign_format
from helpers.preflight.files.header import MOST_ABOVE, header_further_down, other_separator
from helpers.preflight.files.spelling import FEATURES, canonical
from helpers.preflight.findings import Finding
from helpers.preflight.rows.lines import TAIL, is_line
from helpers.preflight.rows.texts import decoded_once
from helpers.repair.files.lines import text_lines
from helpers.repair.files.values import emptied, in_files, without_prefix
from helpers.repair.files.wrappers import in_doubt, in_quotes, quotes_of, unwrapped
from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.reading import BLANK_BEFORE_QUOTE, QUOTE_IN_VALUE, MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

SEPARATOR = "rows now separated by commas"
ABOVE = "lines above the header removed"
LINES = "lines that are not rows removed"
UNPACKED = "quotes around whole rows removed"
HEADER = "column names changed to Canvas's spelling"
INVISIBLE = "values cleaned of invisible characters"
NUL = "values cleaned of NUL characters"
PADDED = "values of {column} padded with zeros to {pattern}"
QUOTED = "lines with corrected quotes"
_QUOTES = "It is not certain which values the quotes enclose, near line {line:,}."
_BY_HAND = "Correct the quotes by hand: quote the value, and double each quote inside it."
_NO_BREAK = re.compile(f"[{near_misses.ODD_SPACES}]")
# A joiner next to ASCII belongs to no script that needs it.
_JOINERS = f"(?<![^\\x00-\\x7f])[{near_misses.JOINERS}]|[{near_misses.JOINERS}](?![^\\x00-\\x7f])"
# The controls beyond ASCII are what another encoding made of letters: without them, the letter is lost.
_ZERO_WIDTH = re.compile(f"[{near_misses.ZERO_WIDTH}{near_misses.ASCII_CONTROLS}]|{_JOINERS}")
_DIRECTED = re.compile(f"[{near_misses.RIGHT_TO_LEFT}]")
_NO_DIRECTION = re.compile(f"(?![{near_misses.DIRECTIONS}])(?:{_ZERO_WIDTH.pattern})")
_IN_IDS = re.compile(near_misses.INVISIBLE_IN_IDS.replace(near_misses.CONTROLS, near_misses.ASCII_CONTROLS))
_NOT_REPORTED = ("stops the file", "silent", "ask")
_OF_THE_ACCOUNT = ("kind-needs-feature",)  # no fault of a value
MOST_SHOWN = 5
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
        remaining: what the check still finds in it, apart from notes. Canvas reports it when you send the
            file, unless you accepted it.
    """

    path: Path
    changes: tuple[FileChange, ...]
    remaining: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        lines = [f"Wrote {self.path.name}:", *(f"  {change}" for change in self.changes)]
        rest = [f"  {finding}" for finding in self.remaining[:MOST_SHOWN]]
        return "\n".join([*lines, *([f"Still to correct ({len(self.remaining):,}):", *rest] if rest else [])])

    def _repr_html_(self) -> str:
        head = f"<p>Wrote <b>{escape(self.path.name)}</b>:</p>{_listed(self.changes)}"
        rest = f"<p>Still to correct ({len(self.remaining):,}):</p>{_listed(self.remaining[:MOST_SHOWN])}"
        return head + (rest if self.remaining else "")


def _listed(points: Sequence[object]) -> str:
    return f"<ul>{''.join(f'<li>{escape(str(point))}</li>' for point in points)}</ul>"


def repair_file(
    source: str | Path,
    target: str | Path | None = None,
    *,
    zeros: Mapping[str, str] | None = None,
    encoding: str | None = None,
    mixed: bool | None = None,
    accept: Collection[str] = (),
) -> Repair:
    """Write a new file without the faults that can be repaired for certain; the original stays as it is.

    It repairs: encodings other than UTF-8, separators other than the comma, mixed line endings, lines above
    the header and below the rows, column names not spelled as Canvas expects, quotes around whole rows,
    inside unquoted values, or around all values, invisible, control, and NUL characters, values wrapped for
    a spreadsheet (="000123"), prefixes such as sis_user_id:, placeholders such as NULL, and lost zeros if
    you name the columns.

    If the meaning of a byte is not certain, nothing is written, and you see how each encoding reads the file.
    Then choose one. Nothing is written either if Canvas would take something from the new file without a
    message although the check finds it suspicious.

    Args:
        source: a CSV file.
        target: the new file, which must not exist yet; by default NAME_repaired.csv next to the source.
        zeros: for each column that lost leading zeros, what an ID looks like, such as "0000000"
            (seven digits) or "S000000".
        encoding: the encoding of the values that are not UTF-8, such as "cp1252" or "mac_roman"; by default
            only what is certain.
        mixed: for values that make sense in both: True keeps them as UTF-8, False reads them in `encoding`;
            by default such values raise an error.
        accept: names of findings, such as "zeros-lost", that are as intended.

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
            _refuse_what_is_not_rows(original)
            text = Path(folder) / "text.csv"  # the checks of quotes need it as UTF-8
            with text.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text_lines(original, changes, encoding, mixed))
            changes, remaining = _write(text, new, zeros or {}, changes, accept)
    except (OSError, ValueError) as error:
        raise _unusable(original, error) from None
    return Repair(new, tuple(FileChange(what, times) for what, times in changes.items()), remaining)


def _refuse_what_is_not_rows(original: Path) -> None:
    with original.open("rb") as file:
        start = file.read(near_misses.SIGNATURE_BYTES)
    if what := near_misses.binary_format(start):
        raise FileNotRepairable(
            f"{original.name} is {what}, not a CSV file.",
            "Unpack it or save it as CSV, and repair that file.",
        )
    if (what := near_misses.text_format(start)) and not header_further_down(original):
        raise FileNotRepairable(f"{original.name} contains {what} instead of rows.", FAILED_EXPORT.fix)


def _write(
    original: Path, target: Path, zeros: Mapping[str, str], changes: Counter[str], accept: Collection[str]
) -> tuple[Counter[str], tuple[Finding, ...]]:
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
        remaining = _remaining(target, accept)
    except BaseException:
        if written:
            target.unlink()
        raise
    return +changes, remaining


def _remaining(target: Path, accept: Collection[str]) -> tuple[Finding, ...]:
    """Return what Canvas will report about the new file; raise if it would hide a fault."""
    found = tuple(each for each in check_files(target) if each.severity != "note")
    for each in found:
        if each.severity in _NOT_REPORTED and each.slug not in (*accept, *_OF_THE_ACCOUNT):
            accepted = f" If it is as intended, repair with accept=[{each.slug!r}]."
            raise FileNotRepairable(
                f"The rest could be repaired, but not this: {each.text.replace(target.name, 'the new file')}",
                each.fix + (accepted if each.severity != "stops the file" else ""),
            )
    return found


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
    if foreign := foreign_format(header):
        raise FileNotRepairable(f"The file is {foreign.what}. {foreign.hint}.", FOREIGN.fix)
    bare = [unwrapped(_clean(name, False, Counter()), False, Counter()).strip(BLANKS) for name in header]
    names = canonical(bare)
    changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))
    kind, quotes = recognize(names, FEATURES), quotes_of(bare)
    columns = [name.lower() for name in names]
    patterns = _patterns(names, zeros)
    yield names
    for number, row in _without_lines(rows, changes):
        values = [
            _repaired_value(value, column, kind, quotes, number, changes)
            for value, column in zip_longest(row, columns[: len(row)], fillvalue="")
        ]
        for place, (column, pattern) in patterns.items():
            if place < len(values) and (padded := _padded(values[place], pattern)) != values[place]:
                values[place] = padded
                changes[PADDED.format(column=column, pattern=zeros[column])] += 1
        yield values


def _repaired_value(
    value: str, column: str, kind: Kind | None, quotes: str, number: int, changes: Counter[str]
) -> str:
    """Return a value as it was meant. Raises FileNotRepairable."""
    is_id = column.endswith("_id")
    value = in_quotes(_clean(value, is_id, changes), quotes, changes)
    value = unwrapped(value, is_id, changes)
    if in_doubt(value, is_id, quotes):
        raise FileNotRepairable(
            f"Row {number:,} contains “{value}”: it is not certain which value this means.",
            "Write the value itself in the source, then repair again.",
        )
    if kind and (known := kind.column(column)):
        value = without_prefix(value, kind, known, changes)
        value = in_files(emptied(value, kind, known, changes), known, changes)
    return value


def _without_lines(rows: Iterator[list[str]], changes: Counter[str]) -> Iterator[tuple[int, list[str]]]:
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


def _rows(original: Path, changes: Counter[str]) -> Generator[list[str], None, None]:
    """Yield the records of the original, whatever its separator, without blank lines."""
    fault = _fault_of(original)
    broken = fault is not None and fault.fault in (QUOTE_IN_VALUE, BLANK_BEFORE_QUOTE)
    with original.open(encoding="utf-8", newline="") as lines:
        numbered = ((number, line) for number, line in enumerate(lines) if line.strip(BLANKS))
        blank, first = next(numbered, (0, ""))
        for _ in range(_above(original, first)):
            changes[ABOVE] += 1
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
                record = _unpacked(record, separator, width, changes)
                width = width or len(record)
                if broken and any(record[width:]):
                    raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND)
                changes[SEPARATOR] += separator != ","
                yield record
        except csv.Error:
            raise FileNotRepairable(_QUOTES.format(line=blank + reader.line_num), _BY_HAND) from None


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
            f"It is not certain which values the quotes enclose in “{values[0]}”.", _BY_HAND
        )
    changes[UNPACKED] += 1
    return inner


def _counted(lines: Iterable[str], broken: bool, changes: Counter[str]) -> Iterator[str]:
    """Pass lines on and count those whose quotes are, or may be, malformed."""
    for line in lines:
        changes[QUOTED] += broken and '"' in line
        yield line


def _clean(value: str, is_id: bool, changes: Counter[str]) -> str:
    if value.isascii() and value.isprintable():
        return value
    if decoded_once(value) != value:  # its invisible characters are parts of letters
        return value
    without = value.replace("\0", "")
    zero_width = _NO_DIRECTION if _DIRECTED.search(without) else _ZERO_WIDTH
    clean = zero_width.sub("", _NO_BREAK.sub(" ", without))
    if is_id:
        clean = _IN_IDS.sub("", clean.replace("\u3000", " "))
    if "\0" in value:
        changes[NUL] += 1
    if clean != without:
        changes[INVISIBLE] += 1
    return clean.strip(BLANKS) if clean != value else value


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
