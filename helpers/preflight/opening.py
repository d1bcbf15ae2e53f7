"""Read one CSV file: what Canvas would reject as a whole is told, the rest becomes a table."""

from __future__ import annotations

from collections.abc import Callable

from helpers.preflight.files.columns import tell_columns
from helpers.preflight.files.disguise import is_no_csv
from helpers.preflight.files.encoding import BOM, tell_bad_byte, wide_encoding
from helpers.preflight.files.header import recognized
from helpers.preflight.files.naming import kind_by_name
from helpers.preflight.files.quoting import tell_malformed
from helpers.preflight.findings import CheckedFile, Position, Rule
from helpers.preflight.gathering import UNREADABLE, CsvFile
from helpers.preflight.loading import Loaded, load
from helpers.preflight.report import Report
from helpers.preflight.scanning import scan
from helpers.scratch_database import Desk
from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.reading import MalformedCsv, records

NO_ROWS = Rule(
    slug="no-rows",
    severity="note",
    title="File has a header but no rows",
    template=("{file} has no rows. In batch mode, Canvas would delete everything of this kind in the term."),
    fix="Nothing to do, unless the file should have rows.",
    taught_in="05_full_batch_and_diffing: A full batch removes what its files leave out",
)


def open_file(
    file: CsvFile, number: int, desk: Desk, report: Report, tell: Callable[[int], None]
) -> Loaded | None:
    """Load a file into the table f<number>.

    Args:
        file: a CSV file that Canvas would read.
        number: its number on the desk.
        report: takes what is wrong with the file as a whole.
        tell: takes the bytes of work done since the last call, in all three times the file's size.

    Returns:
        None when Canvas would reject it or pass over it.
    """
    try:
        return _open(file, number, desk, report, tell)
    except OSError as error:
        report.add(UNREADABLE, Position(file.name), more=error.strerror or str(error))
        _reject(file, (), report)
        return None


def _open(
    file: CsvFile, number: int, desk: Desk, report: Report, tell: Callable[[int], None]
) -> Loaded | None:
    if is_no_csv(file.name, file.path, report):
        _reject(file, (), report)
        return None
    found = scan(file.path, tell)
    header: tuple[str, ...] = ()
    if found.bad_byte is not None or (found.nul and wide_encoding(file.path)):
        tell_bad_byte(file.name, file.path, found.bad_byte or 0, report)
        _reject(file, (), report)
        return None
    try:
        header = tuple(next(records(file.path), ()))
        kind = recognized(file, header, report)
        if kind is None:
            return None
        columns = {column.name for column in kind.columns} & {column.lower() for column in header}
        loaded = Loaded(number, file.name, kind, tuple(sorted(columns)), ascii=found.ascii)
        load(desk, file.path, header, found, loaded)
    except MalformedCsv as fault:
        fault.row = fault.row or 1
        tell_malformed(file.name, fault, report)
        _reject(file, header, report)
        return None
    tell(file.path.stat().st_size)
    if found.bom:
        report.add(BOM, Position(file.name))
    tell_columns(file.name, kind, header, report)
    if not loaded.rows:
        report.add(NO_ROWS, Position(file.name))
    report.files.append(CheckedFile(file.name, kind.name, loaded.rows, file.given))
    return loaded


def _reject(file: CsvFile, header: tuple[str, ...], report: Report) -> None:
    """Note that the file is rejected, and what kind it seems to be."""
    kind = recognize(header) or kind_by_name(file.name)
    report.reject(kind.name if kind else "", file.name, file.given)
