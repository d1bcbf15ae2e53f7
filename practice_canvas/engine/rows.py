"""Turn the records of a checked CSV file into rows, chunk by chunk."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from practice_canvas.engine.importer import Chunk, Line, Row
from practice_canvas.sis_csv.reading import records
from practice_canvas.sis_csv.values import BLANKS

FIRST_ROW = 2  # the header is row 1
READ_AT_ONCE = 1000


def chunks(path: Path, file: str, size: int) -> Iterator[Chunk]:
    """Yield the rows of a file in chunks of at most `size`.

    Args:
        path: a file that passed the strict check of its format.
        file: its name in messages.
        size: the most rows in a chunk.
    """
    found = records(path)
    columns = column_names(next(found, []))
    lines = _lines(found, len(columns))
    while chunk := list(islice(lines, size)):
        yield Chunk(file, columns, chunk)


def read_rows(path: Path, file: str) -> Iterator[Row]:
    """Yield the rows of a file: values trimmed, empty values as None, rows of only commas skipped."""
    for chunk in chunks(path, file, READ_AT_ONCE):
        yield from chunk.rows()


def _lines(found: Iterator[list[str]], width: int) -> Iterator[Line]:
    for number, record in enumerate(found, start=FIRST_ROW):
        values = [value.strip(BLANKS) or None for value in record]
        if len(values) < width:
            values += [None] * (width - len(values))
        if any(values):
            yield number, values


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """Return the column names of rows: in lower case, not trimmed; of repeated names the first one counts."""
    first: dict[str, int] = {}
    names = [name.lower() for name in header]
    return tuple(
        name if first.setdefault(name, at) == at else f"{name} (repeated {at})"
        for at, name in enumerate(names)
    )
