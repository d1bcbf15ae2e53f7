"""Diffing data sets: the import that is the base of a comparison, and the tables that compare two files."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from practice_canvas.store.sql import Sql, name, sql

MOST_EXCEEDED = 5  # imports in a row over change_threshold; after them only a remaster is taken
_SUCCESSFUL = (
    "FROM sis_batches WHERE diffing_data_set_identifier = ? AND account_id = ? AND id < ?"
    " AND workflow_state IN ('imported', 'imported_with_messages')"
)
_GOOD = f"{_SUCCESSFUL} AND diffing_threshold_exceeded = 0"
_DIFFED = "(diffing_remaster = 1 OR json_extract(data, '$.diffed_against_sis_batch_id') IS NOT NULL)"


def base_of(db: sqlite3.Connection, import_id: int, account_id: int, identifier: str) -> int | None:
    """Return the import to compare with.

    It is the latest successful one that was itself diffed or a remaster, else the first successful one.
    """
    for query in (
        f"SELECT id {_GOOD} AND {_DIFFED} ORDER BY id DESC LIMIT 1",
        f"SELECT id {_GOOD} ORDER BY id LIMIT 1",
    ):
        if found := db.execute(query, (identifier, account_id, import_id)).fetchone():
            return int(found[0])
    return None


def is_blocked(db: sqlite3.Connection, import_id: int, account_id: int, identifier: str) -> bool:
    """Return whether the last imports of a series were all over their change_threshold."""
    found = db.execute(
        "SELECT diffing_threshold_exceeded AND json_extract(options, '$.change_threshold') IS NOT NULL"
        f" {_SUCCESSFUL} ORDER BY id DESC LIMIT {MOST_EXCEEDED}",
        (identifier, account_id, import_id),
    ).fetchall()
    return len(found) == MOST_EXCEEDED and all(exceeded for (exceeded,) in found)


def record_threshold_exceeded(db: sqlite3.Connection, import_id: int) -> None:
    """Record that an import was not diffed because too much had changed."""
    db.execute("UPDATE sis_batches SET diffing_threshold_exceeded = 1 WHERE id = ?", (import_id,))


class DiffTables:
    """The rows of an old and a new file by key, in a database of their own, so that memory stays flat.

    Args:
        path: a file that does not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        for table in ("old", "new"):
            columns = "position INTEGER PRIMARY KEY, key TEXT UNIQUE, record TEXT"
            self._db.execute(sql("CREATE TABLE {} ({})", name(table), Sql(columns)))

    def load(self, table: str, rows: Iterable[tuple[str, str]]) -> None:
        """Store (key, record) of a file; of repeated keys, the last one counts.

        Args:
            table: "old" or "new".
            rows: in the order of the file.
        """
        statement = sql("INSERT OR REPLACE INTO {} (key, record) VALUES (?, ?)", name(table))
        self._db.executemany(statement, rows)

    def changed(self) -> Iterator[str]:
        """Yield the records that are new or differ from the old ones, in the order of the new file."""
        query = (
            "SELECT new.record FROM new LEFT JOIN old ON old.key = new.key"
            " WHERE old.record IS NOT new.record ORDER BY new.position"
        )
        return (found[0] for found in self._db.execute(query))

    def removed(self) -> Iterator[str]:
        """Yield the old records whose key is no longer in the new file."""
        query = "SELECT record FROM old WHERE key NOT IN (SELECT key FROM new) ORDER BY position"
        return (found[0] for found in self._db.execute(query))

    def close(self) -> None:
        """Close the database."""
        self._db.close()
