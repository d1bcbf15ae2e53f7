"""The desk that a check works on: a DuckDB of its own that puts down on disk what memory cannot hold."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MEMORY = "450MB"
MOST_THREADS = 4  # each one needs memory of its own
NUL = "␀"
_SIGNS = str.maketrans({"\0": NUL, "\n": "␤", "\r": "␍"})
WHITE = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(0)"
"""SQL: what Canvas trims."""


def text(value: str) -> str:
    """Return a text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """Return the name of a table or column as SQL."""
    return '"' + value.replace('"', '""') + '"'


class OutOfRoom(Exception):
    """Neither the memory nor the disk suffices; its text says which."""


class Desk:
    """Tables and a folder that last as long as one check."""

    def __init__(self, folder: Path) -> None:
        import duckdb  # takes a moment, so only when there is something to check

        self.folder = folder
        self._refusals, self._out_of_room = duckdb.Error, duckdb.OperationalError
        self._db = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": min(MOST_THREADS, os.cpu_count() or 1),
                "temp_directory": str(folder / "spilled"),
                "autoload_known_extensions": False,
                "autoinstall_known_extensions": False,
            }
        )

    def run(self, query: str, *values: str) -> None:
        """Run a statement; values take the places of its question marks.

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
        """Return the rows of a query, None when DuckDB refuses it, as it does files that it does not like."""
        try:
            return self._db.execute(query).fetchall()
        except self._refusals:
            return None

    def close(self) -> None:
        """Forget all tables."""
        self._db.close()

    def one(self, query: str) -> Any:
        """Return the first value of the first row."""
        return self.rows(query)[0][0]

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
        """Make a table of texts; None and an empty text are the same.

        It goes by way of a file, which is quick. NUL and line ends become signs that can be seen.
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
    return value if not value or value.isprintable() else value.translate(_SIGNS)


def read_csv(path: Path, columns: str, *, skip: int = 0, quote: str = '"', separator: str = ",") -> str:
    """Return SQL that reads a file whose form is known; nothing is guessed.

    Args:
        path: the file; its name must hold none of the signs *?[]{}, which DuckDB takes for patterns.
        columns: the names and kinds of all its columns, as SQL.
        skip: lines before the first row.
        quote: the quotation mark, "" for none.
        separator: what stands between values.
    """
    return (
        f"read_csv({text(str(path))}, auto_detect=false, header=false, compression='none', skip={skip},"
        f" delim={text(separator)}, quote={text(quote)}, escape={text(quote)}, columns={{{columns}}})"
    )


@contextmanager
def desk() -> Iterator[Desk]:
    """Lend a desk; at the end nothing of it is left."""
    with TemporaryDirectory(prefix="preflight-", ignore_cleanup_errors=True) as folder:
        lent = Desk(Path(folder))
        try:
            yield lent
        finally:
            lent.close()
