"""The only access to DuckDB: a temporary database that moves to disk what does not fit in memory."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MEMORY = "450MB"
MOST_THREADS = 4  # each one needs its own memory
NUL = "␀"
LINE_BREAKS = "␤␍"
_VISIBLE = str.maketrans("\0\n\r", NUL + LINE_BREAKS)
WHITE = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(0)"
"""SQL: the characters that Canvas trims."""


def text(value: str) -> str:
    """Return a text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Return the name of a table or column as SQL."""
    return '"' + value.replace('"', '""') + '"'


class OutOfRoom(Exception):
    """There is not enough memory or disk space; the text says which."""


class ScratchDatabase:
    """Tables and a folder that exist only while they are in use.

    Args:
        folder: where it puts what does not fit in memory.
        memory: the most memory for it, such as "450MB".
    """

    def __init__(self, folder: Path, memory: str = MEMORY) -> None:
        import duckdb  # slow to import, so only when needed

        self.folder = folder
        self._refusals, self._out_of_room = duckdb.Error, duckdb.OperationalError
        self._db = duckdb.connect(
            config={
                "memory_limit": memory,
                "threads": min(MOST_THREADS, os.cpu_count() or 1),
                "temp_directory": str(folder / "spilled"),
                "autoload_known_extensions": False,
                "autoinstall_known_extensions": False,
            }
        )
        self._db.execute("SET TimeZone = 'UTC'")  # as Canvas reads a time without a zone

    def run(self, query: str, *values: str) -> None:
        """Run a statement; values replace its question marks.

        Raises:
            OutOfRoom: there is not enough memory or disk.
        """
        try:
            self._db.execute(query, values)
        except self._out_of_room as error:
            raise OutOfRoom(str(error).partition("\n")[0]) from error

    def rows(self, query: str) -> list[Any]:
        """Return the rows of a query, as tuples. Raises OutOfRoom."""
        self.run(query)
        return self._db.fetchall()

    def tried(self, query: str) -> list[Any] | None:
        """Return the rows of a query, None if DuckDB refuses it, for example because of the file it reads."""
        try:
            return self._db.execute(query).fetchall()
        except self._refusals:
            return None

    def close(self) -> None:
        """Close the database; its tables are gone."""
        self._db.close()

    def one(self, query: str) -> Any:
        """Return the first value of the first row."""
        return self.rows(query)[0][0]

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        """Create a table of texts; None and an empty text are the same.

        The rows go through a file, which is fast. NUL and line endings become visible characters.
        """
        path = self.folder / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows((".", *map(_plain, row)) for row in rows)  # the dot: no line is blank
        kinds = ", ".join(f"{text(column)}: 'VARCHAR'" for column in ("_", *columns))
        names = ", ".join(map(name, columns))
        self.run(f"CREATE TABLE {name(table)} AS SELECT {names} FROM {read_csv(path, kinds)}")
        path.unlink()


def _plain(value: str | None) -> str | None:
    return value if not value or value.isprintable() else value.translate(_VISIBLE)


def read_csv(
    path: Path, columns: str, *, skip: int = 0, quote: str = '"', separator: str = ",", ragged: bool = False
) -> str:
    """Return SQL that reads a file of known format; nothing is guessed.

    Args:
        path: the file; its name must not contain any of *?[]{}, which DuckDB treats as patterns.
        columns: the names and types of all its columns, as SQL.
        skip: lines before the first row.
        quote: the quotation mark, "" for none.
        separator: the separator between values.
        ragged: whether rows may have fewer values than columns.
    """
    return (
        f"read_csv({text(str(path))}, auto_detect=false, header=false, compression='none', skip={skip},"
        f" delim={text(separator)}, quote={text(quote)}, escape={text(quote)}, null_padding={ragged},"
        f" columns={{{columns}}})"
    )


@contextmanager
def scratch_database(memory: str = MEMORY) -> Iterator[ScratchDatabase]:
    """Provide a database that is deleted at the end, with at most so much memory."""
    with TemporaryDirectory(prefix="scratch-database-", ignore_cleanup_errors=True) as folder:
        database = ScratchDatabase(Path(folder), memory)
        try:
            yield database
        finally:
            database.close()
