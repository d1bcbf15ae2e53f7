"""Load a CSV file into a table: with DuckDB's fast reader where it reads as Canvas does, or row by row.

The fast reader gets only files whose bytes show that both readers must agree: UTF-8, one kind of line ending,
no stray control character, and quotes only in lines that are well-formed on their own. It refuses rows with
more or fewer values than the header; if there are no quotes, it then only splits each line at its commas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.preflight.scanning import BOM, Scan
from helpers.scratch_database import WHITE, ScratchDatabase, name, read_csv
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.reading import MalformedCsv, records
from practice_canvas.sis_csv.values import BLANKS

MOST_COLUMNS = 200
LONGEST_VALUE = 70_000
PATTERN_CHARACTERS = frozenset("*?[]{}")
_VALUE = '(?:[^",]*|"(?:[^"]|"")*")'
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
    """Read a recognized file into the table f<number>: its columns by name, whether a row is empty, and
    whether it has values beyond the last column (surplus).

    Raises:
        MalformedCsv: Canvas would reject the file; its `row` is set.
    """
    places = _places(header, loaded.columns)
    fast = _fast(database, path, header, found) and _load_fast(database, path, header, found, places, loaded)
    if not fast:
        _load_slowly(database, path, places, loaded)
    loaded.rows = database.one(f"SELECT count(*) FROM f{loaded.number}")
    if fast:
        loaded.blank_lines = found.lines - loaded.rows - 1
    loaded.lines_are_rows = fast and not loaded.blank_lines
    loaded.size = path.stat().st_size


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
    """Let DuckDB read the file; return False if it refuses."""
    values = [f"{_value(f'c{place}', found)} AS {name(column)}" for column, place in places.items()]
    every = ", ".join(_value(f"c{place}", found) for place in range(len(header)))
    selected = [*values, f"coalesce({every}) IS NULL AND NOT beyond AS is_empty", "beyond AS surplus"]
    sources = [_even_rows(path, len(header))]
    if ord('"') not in found.seen:
        sources.append(_ragged_rows(path, len(header)))
    queries = (f"SELECT {', '.join(selected)} FROM ({source})" for source in sources)
    return any(database.tried(f"CREATE TABLE f{loaded.number} AS {query}") is not None for query in queries)


def _even_rows(path: Path, width: int) -> str:
    """Return SQL for rows that all have as many values as the header: c0, c1, …, beyond (false)."""
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(width))
    return f"SELECT *, false AS beyond FROM {read_csv(path, columns, skip=1)}"


def _ragged_rows(path: Path, width: int) -> str:
    """Return SQL for rows without quotes: c0, c1, …, beyond (whether there are more values)."""
    lines = read_csv(path, "line: 'VARCHAR'", skip=1, quote="", separator="\x01")
    values = ", ".join(f"nullif(v[{place + 1}], '') AS c{place}" for place in range(width))
    beyond = f"trim(array_to_string(v[{width + 1}:], ''), {WHITE}) <> '' AS beyond"
    split = f"SELECT string_split(line, ',') AS v FROM {lines} WHERE line <> ''"
    return f"SELECT {values}, {beyond} FROM ({split})"


def _value(column: str, found: Scan) -> str:
    if not found.blanks:
        return column
    blank_ends = " OR ".join(
        f"suffix({column}, {character})" for character in ("' '", "chr(9)", "chr(11)", "chr(12)")
    )
    trimmed = f"nullif(trim({column}, {WHITE}), '')"
    return f"CASE WHEN {column} < '!' OR {blank_ends} THEN {trimmed} ELSE {column} END"


def _load_slowly(database: ScratchDatabase, path: Path, places: dict[str, int], loaded: Loaded) -> None:
    """Read the file as strictly as Canvas does, write the needed columns to a new file, and load that."""
    target = f"f{loaded.number}"
    database.fill(target, ("is_empty", "surplus", *places), _needed(path, tuple(places.values()), loaded))
    for flag in ("is_empty", "surplus"):
        database.run(f"ALTER TABLE {target} ALTER {flag} SET DATA TYPE BOOLEAN USING {flag} IS NOT NULL")


def _needed(path: Path, places: Sequence[int], loaded: Loaded) -> Iterator[list[str]]:
    """Yield the two flags of each row and its values at these places."""
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
            flags = ["" if any(values) else "true", "true" if any(values[width:]) else ""]
            yield [*flags, *(_kept(values[place], loaded) if place < len(values) else "" for place in places)]
    except MalformedCsv as malformed:
        malformed.row = row + 1
        raise


def _kept(value: str, loaded: Loaded) -> str:
    loaded.has_nul = loaded.has_nul or "\0" in value
    return value[:LONGEST_VALUE]
