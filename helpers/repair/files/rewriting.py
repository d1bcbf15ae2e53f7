"""Rewrite a file: as UTF-8, with commas, correct quotes, clean IDs, and restored zeros."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from itertools import chain, count, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import near_misses
from helpers.errors import FileNotRepairable
from helpers.preflight.check import check_files
from helpers.preflight.files.disguise import FAILED_EXPORT
from helpers.preflight.files.foreign import FOREIGN, foreign_format
from helpers.preflight.files.header import header_further_down
from helpers.preflight.files.spelling import FEATURES, canonical
from helpers.preflight.findings import Finding
from helpers.repair.files.characters import cleaned
from helpers.repair.files.lines import text_lines
from helpers.repair.files.rows import BY_HAND, fault_of, rows_of, without_lines
from helpers.repair.files.values import emptied, in_files, without_prefix
from helpers.repair.files.wrappers import in_doubt, in_quotes, quotes_of, unwrapped
from helpers.repair.files.zeros import PADDED, padded, patterns_of
from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.values import BLANKS

HEADER = "column names changed to Canvas's spelling"
_NOT_REPORTED = ("stops the file", "silent", "ask")
_OF_THE_ACCOUNT = ("kind-needs-feature",)  # no fault of a value
MOST_SHOWN = 5


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

    __repr__ = __str__

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
            _refuse_other_formats(original)
            text = Path(folder) / "text.csv"  # the checks of quotes need it as UTF-8
            with text.open("w", encoding="utf-8", newline="") as file:
                file.writelines(text_lines(original, changes, encoding, mixed))
            changes, remaining = _write(text, new, zeros or {}, changes, accept)
    except (OSError, ValueError) as error:
        raise _unusable(original, error) from None
    return Repair(new, tuple(FileChange(what, times) for what, times in changes.items()), remaining)


def _refuse_other_formats(original: Path) -> None:
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
            with closing(rows_of(original, changes)) as rows:
                csv.writer(file, lineterminator="\n").writerows(_repaired(rows, zeros, changes))
        if fault := fault_of(target):
            raise FileNotRepairable(f"The repaired file would still be malformed: {fault}.", BY_HAND)
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


def _repaired(
    rows: Iterator[list[str]], zeros: Mapping[str, str], changes: Counter[str]
) -> Iterator[list[str]]:
    """Yield the rows of the new file."""
    header = next(rows, None)
    if header is None:
        raise FileNotRepairable("The file is empty.", "Export it again.")
    if foreign := foreign_format(header):
        raise FileNotRepairable(f"The file is {foreign.what}. {foreign.hint}.", FOREIGN.fix)
    bare = [unwrapped(cleaned(name, False, Counter()), False, Counter()).strip(BLANKS) for name in header]
    names = canonical(bare)
    changes[HEADER] += sum(name != old for name, old in zip(names, header, strict=True))
    kind, quotes = recognize(names, FEATURES), quotes_of(bare)
    columns = [name.lower() for name in names]
    patterns = patterns_of(names, zeros)
    yield names
    for number, row in without_lines(rows, changes):
        values = [
            _repaired_value(value, column, kind, quotes, number, changes)
            for value, column in zip_longest(row, columns[: len(row)], fillvalue="")
        ]
        for place, (column, pattern) in patterns.items():
            if place < len(values) and (whole := padded(values[place], pattern)) != values[place]:
                values[place] = whole
                changes[PADDED.format(column=column, pattern=zeros[column])] += 1
        yield values


def _repaired_value(
    value: str, column: str, kind: Kind | None, quotes: str, number: int, changes: Counter[str]
) -> str:
    """Return a value as it was meant. Raises FileNotRepairable."""
    is_id = column.endswith("_id")
    value = in_quotes(cleaned(value, is_id, changes), quotes, changes)
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


def _free_name(original: Path) -> Path:
    names = (f"{original.stem}_repaired{number}{original.suffix}" for number in chain([""], count(2)))
    return next(path for name in names if not (path := original.with_name(name)).exists())


def _unusable(original: Path, error: OSError | ValueError) -> FileNotRepairable:
    if isinstance(error, FileExistsError):
        return FileNotRepairable(f"{error.filename} already exists.", "Choose another name for the new file.")
    reason = getattr(error, "strerror", None) or error
    return FileNotRepairable(
        f"{original.name} cannot be repaired: {reason}.",
        "Check the file name, and whether you can read the file and write to the folder.",
    )
