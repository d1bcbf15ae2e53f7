"""Load a CSV file into a table: with DuckDB's fast reader where it reads as Canvas does, or row by row.

The fast reader gets only files whose bytes show that both readers must agree: UTF-8, one kind of line ending,
no stray control character, and quotes only in lines that are well-formed on their own. If values have line
breaks, it gets a copy of the file with marks in their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.preflight.scanning import BLOCK, BOM, MARKS, Scan, scan
from helpers.scratch_database import LINE_BREAKS, WHITE, ScratchDatabase, name, read_csv, text
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.reading import MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

MOST_COLUMNS = 200
MOST_BEYOND = 20  # values after the last column
LONGEST_VALUE = 70_000
PATTERN_CHARACTERS = frozenset("*?[]{}")
_VALUE = '(?:[^",]*|"(?:[^"]|"")*")'
_MARKS = " || ".join(f"chr({mark})" for mark in MARKS)
_SOUND_LINE = f"{_VALUE}(?:,{_VALUE})*"


@dataclass
class Loaded:
    """A file whose rows are in a table.

    Args:
        number: the table is called f0, f1, …
        name: the file's name.
        columns: the columns that Canvas reads.
        rows: how many rows there are, including rows of only commas.
        lines_are_rows: row numbers are line numbers.
        has_nul: it contains NUL characters.
        seen: each byte that occurs in it, once.
        size: its size in bytes.
        blank_lines: how many blank lines there are below the header.
    """

    number: int
    name: str
    kind: Kind
    columns: tuple[str, ...]
    rows: int = 0
    lines_are_rows: bool = False
    has_nul: bool = False
    seen: bytes = b""
    size: int = 0
    blank_lines: int = 0

    @property
    def ascii(self) -> bool:
        """Whether the file contains only ASCII."""
        return self.seen.isascii()

    def may_contain(self, characters: str) -> bool:
        """Return whether a value may contain one of these ASCII characters."""
        return any(character in self.seen for character in characters.encode("ascii"))


def load(database: ScratchDatabase, path: Path, header: Sequence[str], found: Scan, loaded: Loaded) -> None:
    """Read a recognized file into the table f<number>: its columns by name, and `surplus`, whether a row has
    values beyond the last column, NULL for an empty row.

    Raises:
        MalformedCsv: Canvas would reject the file; its `row` is set.
    """
    places = _places(header, loaded.columns)
    fast = not _marked(found) and _load_fast(database, path, header, found, places, loaded)
    loaded.lines_are_rows = fast
    if not fast and (copy := _with_records_in_lines(path, found, database.folder)):
        found = scan(copy)
        fast = _load_fast(database, copy, header, found, places, loaded)
        copy.unlink()
    if not fast:
        _load_slowly(database, path, places, loaded)
    loaded.rows = database.one(f"SELECT count(*) FROM f{loaded.number}")
    if fast:
        loaded.blank_lines = found.lines - loaded.rows - 1
    loaded.lines_are_rows = loaded.lines_are_rows and not loaded.blank_lines
    loaded.size = path.stat().st_size


def _with_records_in_lines(path: Path, found: Scan, folder: Path) -> Path | None:
    """Return a copy of a file with marks in place of the line breaks in quotes, None if it has none."""
    copy, breaks = folder / "records.csv", bytes.maketrans(b"\n\r", MARKS)
    inside, marked = 0, False
    if ord('"') not in found.seen or _marked(found):
        return None
    with path.open("rb") as file, copy.open("wb") as target:
        while block := file.read(BLOCK):
            parts = block.split(b'"')  # every second one is inside quotes
            for place in range(1 - inside, len(parts), 2):
                if b"\n" in parts[place] or b"\r" in parts[place]:
                    parts[place], marked = parts[place].translate(breaks), True
            if len(parts) % 2 == 0:  # an odd number of quotes
                inside = 1 - inside
            target.write(b'"'.join(parts))
    return copy if marked else None


def _marked(found: Scan) -> bool:
    return any(mark in found.seen for mark in MARKS)


def _places(header: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    """Return the place of each column: its name must match except for case, and the first one counts."""
    places: dict[str, int] = {}
    for place, column in enumerate(header):
        places.setdefault(column.lower(), place)
    return {column: places[column] for column in columns}


def _fast(database: ScratchDatabase, path: Path, header: Sequence[str], found: Scan) -> bool:
    """Return whether DuckDB must read this file as Canvas does."""
    with path.open("rb") as file:
        first = file.readline(1 << 20).removeprefix(BOM).partition(b"\r")[0]
    plain = found.line_ends and not {0, 1} & {*found.seen} and not PATTERN_CHARACTERS & set(str(path))
    if not plain or not first.strip() or not 1 < len(header) <= MOST_COLUMNS:
        return False
    return ord('"') not in found.seen or _lines_are_sound(database, path)


def _lines_are_sound(database: ScratchDatabase, path: Path) -> bool:
    """Return whether each line is a well-formed record on its own; no value may contain a line break."""
    lines = read_csv(path, "line: 'VARCHAR'", quote="", separator="\x01")
    query = (
        f"SELECT 1 FROM {lines} WHERE contains(line, '\"') AND NOT regexp_full_match(line, '{_SOUND_LINE}')"
    )
    return database.tried(f"{query} LIMIT 1") == []


def _load_fast(
    database: ScratchDatabase,
    path: Path,
    header: Sequence[str],
    found: Scan,
    places: dict[str, int],
    loaded: Loaded,
) -> bool:
    """Let DuckDB read the file; return False if it may read it in another way than Canvas, or refuses."""
    if not _fast(database, path, header, found):
        return False
    values = [f"{_value(f'c{place}', found)} AS {name(column)}" for column, place in places.items()]
    every = ", ".join(_value(f"c{place}", found) for place in range(len(header)))
    surplus = f"CASE WHEN beyond OR coalesce({every}) IS NOT NULL THEN beyond END AS surplus"
    sources = (_even_rows(path, len(header)), _ragged_rows(path, len(header)))
    queries = (f"SELECT {', '.join((*values, surplus))} FROM ({source})" for source in sources)
    return any(database.tried(f"CREATE TABLE f{loaded.number} AS {query}") is not None for query in queries)


def _even_rows(path: Path, width: int) -> str:
    """Return SQL for rows that all have as many values as the header: c0, c1, …, beyond (false)."""
    return f"SELECT *, false AS beyond FROM {read_csv(path, _columns(width), skip=1)}"


def _ragged_rows(path: Path, width: int) -> str:
    """Return SQL for rows of any length: c0, c1, …, beyond (whether there are more values)."""
    rows = read_csv(path, _columns(width + MOST_BEYOND), skip=1, ragged=True)
    more = ", ".join(f"c{width + place}" for place in range(MOST_BEYOND))
    beyond = f"coalesce({more}) IS NOT NULL AND trim(concat({more}), {WHITE} || {_MARKS}) <> ''"
    return f"SELECT *, {beyond} AS beyond FROM {rows}"


def _columns(width: int) -> str:
    return ", ".join(f"c{place}: 'VARCHAR'" for place in range(width))


def _value(column: str, found: Scan) -> str:
    """Return SQL for a trimmed value; the tests are quick, and few values need more."""
    if not found.blanks:
        return column
    tests = [f"suffix({column}, chr({blank}))" for blank in b" \t\v\f" if blank in found.seen]
    tests += [f"contains({column}, chr({mark}))" for mark in MARKS if mark in found.seen]
    trimmed = f"nullif(trim({column}, {WHITE} || {_MARKS}), '')"
    shown = f"translate({trimmed}, {_MARKS}, {text(LINE_BREAKS)})"
    return f"CASE WHEN {' OR '.join((f'{column} < {text(chr(33))}', *tests))} THEN {shown} ELSE {column} END"


def _load_slowly(database: ScratchDatabase, path: Path, places: dict[str, int], loaded: Loaded) -> None:
    """Read the file as strictly as Canvas does, write the needed columns to a new file, and load that."""
    target = f"f{loaded.number}"
    database.fill(target, ("surplus", *places), _needed(path, tuple(places.values()), loaded))
    database.run(f"ALTER TABLE {target} ALTER surplus SET DATA TYPE BOOLEAN")


def _needed(path: Path, places: Sequence[int], loaded: Loaded) -> Iterator[list[str]]:
    """Yield whether each row has surplus values, and its values at these places."""
    row = 0
    try:
        rows = records(path, blank_lines=True)
        width, row = len(next(filter(None, rows), ())), 1
        for record in rows:
            if not record:
                loaded.blank_lines += 1
                continue
            row += 1
            values = [value.strip(BLANKS) for value in record]
            surplus = str(any(values[width:])) if any(values) else ""
            yield [
                surplus,
                *(_kept(values[place], loaded) if place < len(values) else "" for place in places),
            ]
    except MalformedCsv as malformed:
        malformed.row = row + 1
        raise


def _kept(value: str, loaded: Loaded) -> str:
    loaded.has_nul = loaded.has_nul or "\0" in value
    return value[:LONGEST_VALUE]
