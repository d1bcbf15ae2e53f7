"""Judge a whole CSV file in Canvas's order: its encoding, its header, and then everything else."""

from pathlib import Path

from practice_canvas.sis_csv.kinds import recognize
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.reading import (
    NOT_UTF8,
    TOO_LONG,
    CsvSummary,
    MalformedCsv,
    check_encoding,
    header_names,
    summarize,
)


def recognize_file(path: Path) -> tuple[Kind | None, CsvSummary]:
    """Return a file's kind and summary; a file without a kind is judged by its header alone.

    Without a kind, the summary's header is empty if the file has no rows at all: Canvas ignores such a file.

    Raises:
        MalformedCsv: Canvas rejects it for another reason than its header; its `row` is set unless the
            encoding is at fault.
    """
    try:
        summary = summarize(path)
    except MalformedCsv as fault:
        header = () if fault.fault in (NOT_UTF8, TOO_LONG) else _judged_first(path)
        if not header or recognize(header):
            raise
        return None, CsvSummary(header, 0, 0)
    return recognize(summary.header), summary


def _judged_first(path: Path) -> tuple[str, ...]:
    """Return the header of a malformed file.

    Raises:
        MalformedCsv: further down, the file is not UTF-8, which counts before the header.
    """
    check_encoding(path)
    return tuple(header_names(path))
