"""Open one CSV file: report what makes Canvas reject it as a whole, or load it into a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helpers.errors import reason
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.files.columns import report_columns
from helpers.preflight.files.disguise import is_not_csv, report_no_row
from helpers.preflight.files.encoding import BOM, report_bad_byte, wide_encoding
from helpers.preflight.files.foreign import report_provisioning
from helpers.preflight.files.header import recognized
from helpers.preflight.files.naming import kind_by_name
from helpers.preflight.files.quoting import report_malformed
from helpers.preflight.findings import CheckedFile, Position, Rule
from helpers.preflight.gathering import UNREADABLE, CsvFile
from helpers.preflight.loading import Loaded, load
from helpers.preflight.scanning import scan
from helpers.scratch_database import ScratchDatabase
from practice_canvas.sis_csv.duplicates import MOST_REPEATED
from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.reading import MalformedCsv, header_names, records

NO_ROWS = Rule(
    slug="no-rows",
    severity="note",
    title="File has a header but no rows",
    template=("{file} has no rows. In batch mode, Canvas would delete everything of this kind in the term."),
    fix="Nothing to do, unless the file should have rows.",
    taught_in="06_full_batch_and_diffing: A full batch removes what its files leave out",
)

BLANK_LINES = Rule(
    slug="blank-lines",
    severity="note",
    title="Many blank lines",
    template=(
        "{file} has {more} blank lines. With this many, Canvas first removes duplicate lines. The row "
        "numbers in its messages refer to the new file, whose name ends in _deduplicated.csv."
    ),
    fix="Find out why the export writes blank lines.",
)


def open_file(
    file: CsvFile,
    number: int,
    database: ScratchDatabase,
    file_findings: FileFindings,
    advance: Callable[[int], None],
) -> Loaded | None:
    """Load a file into the table f<number>.

    Args:
        file: a CSV file that Canvas would read.
        number: its number in the database.
        file_findings: receives what is wrong with the file as a whole.
        advance: called with the work done since the last call, in bytes; in all three times the file's size.

    Returns:
        None if Canvas would reject or ignore it.
    """
    try:
        return _open(file, number, database, file_findings, advance)
    except OSError as error:
        file_findings.add(UNREADABLE, Position(file.name), more=reason(error))
        _reject(file, (), file_findings)
        return None


def _open(
    file: CsvFile,
    number: int,
    database: ScratchDatabase,
    file_findings: FileFindings,
    advance: Callable[[int], None],
) -> Loaded | None:
    if is_not_csv(file.name, file.path, file_findings):
        _reject(file, (), file_findings)
        return None
    found = scan(file.path, advance)
    header: tuple[str, ...] = ()
    if found.bad_byte is not None or (0 in found.seen and wide_encoding(file.path)):
        report_bad_byte(file.name, file.path, found.bad_byte or 0, file_findings)
        _reject(file, (), file_findings)
        return None
    try:
        header = _header(file.path)
        if not header:
            report_no_row(file.name, file_findings)
            _reject(file, header, file_findings)
            return None
        kind = recognized(file, header, file_findings)
        if kind is None:
            return None
        columns = {column.name for column in kind.columns} & {column.lower() for column in header}
        loaded = Loaded(number, file.name, kind, tuple(sorted(columns)), seen=found.seen)
        load(database, file.path, header, found, loaded)
    except MalformedCsv as fault:
        fault.row = fault.row or 1
        report_malformed(file.name, fault, file_findings)
        _reject(file, header, file_findings)
        return None
    advance(file.path.stat().st_size)
    if found.bom:
        file_findings.add(BOM, Position(file.name))
    report_columns(file.name, kind, header, file_findings)
    report_provisioning(file.name, header, file_findings)
    if not loaded.rows:
        file_findings.add(NO_ROWS, Position(file.name))
    if loaded.blank_lines > MOST_REPEATED:
        file_findings.add(BLANK_LINES, Position(file.name), more=f"{loaded.blank_lines:,}")
    file_findings.files.append(CheckedFile(file.name, kind.name, loaded.rows, file.given))
    return loaded


def _header(path: Path) -> tuple[str, ...]:
    """Return the first record; a malformed one in part, if Canvas rejects the file for its header.

    Raises:
        MalformedCsv: the first record is malformed, but it is the header of a kind.
    """
    try:
        return tuple(next(records(path), ()))
    except MalformedCsv:
        header = header_names(path)
        if not header or recognize(header):
            raise
        return tuple(header)


def _reject(file: CsvFile, header: tuple[str, ...], file_findings: FileFindings) -> None:
    """Record that the file is rejected, and its likely kind."""
    kind = recognize(header) or kind_by_name(file.name)
    file_findings.reject(kind.name if kind else "", file.name, file.given)
