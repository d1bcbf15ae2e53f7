"""The records that a chunk of rows refers to: read by few queries, changed in memory, written together.

A table is held here from its first `load` to `release`; a table that is not held is read and written at once.
What was made and changed in a held table is not in the database yet. An importer that reads it with SQL of
its own calls `self.records.write()` before; one that changes it with SQL of its own must not have loaded
these records. A record that is changed by its ID is held from then on, if its table is.
"""

import sqlite3
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any

from practice_canvas.store import records
from practice_canvas.store.records import Record, Values
from practice_canvas.store.sql import LONGEST_IN, Sql, assignments, joined, marks, name, names, sql

# Columns with a unique index: their changes are written in the order in which they are made.
UNIQUE = frozenset({"sis_source_id", "sis_user_id"})

# What an import writes to a record that a row does not change.
STAMP = ("sis_batch_id",)


class _Table:
    """The records of one table by id, and the ids by the columns for which `load` was called."""

    def __init__(self, db: sqlite3.Connection, table: str, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.next_id = 1 + (db.execute(sql("SELECT max(id) FROM {}", name(table))).fetchone()[0] or 0)
        self.records: dict[int, dict[str, Any]] = {}
        self.indexes: dict[str, dict[Any, list[int]]] = {}
        self.new: dict[int, Values] = {}
        self.changed: dict[int, Values] = {}


class WorkingSet:
    """Finds, makes and changes records like `store.records`, of held tables in memory.

    Args:
        db: the database, inside a transaction that lets nobody else write while tables are held.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._held: dict[str, _Table] = {}
        self._defaults: dict[str, dict[str, Any]] = {}  # by table

    def load(self, table: str, column: str, values: Iterable[Any]) -> None:
        """Read the records that have one of these values in a column; None is no value to look for."""
        held = self._held.get(table) or self._hold(table)
        index = held.indexes.setdefault(column, {})
        known = held.records.keys() if column == "id" else index.keys()
        wanted = list(set(values) - known - {None})
        if not wanted:
            return
        self.write()
        for value in wanted:
            index[value] = []
        cursor = self._db.cursor()
        cursor.row_factory = None
        for start in range(0, len(wanted), LONGEST_IN):
            some = wanted[start : start + LONGEST_IN]
            query = sql("SELECT * FROM {} WHERE {} IN ({})", name(table), name(column), marks(some))
            for row in cursor.execute(query, some):
                record = dict(zip(held.defaults, row, strict=True))
                held.records.setdefault(record["id"], record)
                insort(index[record[column]], record["id"])

    def _hold(self, table: str) -> _Table:
        if table not in self._defaults:
            self._defaults[table] = _read_defaults(self._db, table)
        held = self._held[table] = _Table(self._db, table, self._defaults[table])
        return held

    def held(self, table: str) -> Iterable[Record]:
        """Return the records of a table that are held now."""
        return self._held[table].records.values()

    def note_absent(self, table: str, column: str, value: Any) -> None:
        """Note that no record of a held table has this value in a column, so that nobody looks for it."""
        if table in self._held:
            self._held[table].indexes.setdefault(column, {}).setdefault(value, [])

    def find_all(self, table: str, column: str, value: Any) -> list[Record]:
        """Return all records with this value in a column, oldest first."""
        if value is None:
            return []
        held = self._held.get(table)
        if held is None:
            return list(records.find_all(self._db, table, **{column: value}))
        found = held.records
        if column == "id" and value in found:
            return [found[value]]
        try:
            ids = held.indexes[column][value]
        except KeyError:
            self.load(table, column, [value])
            ids = held.indexes[column][value]
        return [found[record_id] for record_id in ids]

    def find(self, table: str, column: str, value: Any) -> Record | None:
        """Return the oldest record with this value in a column, else None."""
        if value is None:  # so it is for most columns of most rows: spare them a call
            return None
        found = self.find_all(table, column, value)
        return found[0] if found else None

    def insert(self, table: str, values: Values) -> int:
        """Make a record and return its id."""
        held = self._held.get(table)
        if held is None:
            return records.insert(self._db, table, values)
        record_id = held.next_id
        held.next_id += 1
        held.records[record_id] = {**held.defaults, "id": record_id, **values}
        held.new[record_id] = values
        for column, index in held.indexes.items():
            if (value := values.get(column)) in index:
                index[value].append(record_id)
        return record_id

    def update(self, table: str, record_id: int, values: Mapping[str, Any]) -> None:
        """Change the given columns of a record; whoever has found it before keeps it as it was."""
        held = self._held.get(table)
        if held is None:
            records.update(self._db, table, record_id, dict(values))
            return
        if record_id not in held.records:
            self.load(table, "id", [record_id])
        before = held.records[record_id]
        changed = {column: value for column, value in values.items() if before[column] != value}
        if not changed:
            return
        in_order = record_id not in held.new and not UNIQUE.isdisjoint(changed)
        if in_order:
            self.write()
        held.records[record_id] = before | changed
        for column in changed.keys() & held.indexes.keys():
            _move(held.indexes[column], record_id, before[column], changed[column])
        kept = held.new if record_id in held.new else held.changed
        kept[record_id] = kept.get(record_id, {}) | changed
        if in_order:
            self.write()

    def write(self) -> None:
        """Store what was made and changed; the tables stay held."""
        for table, held in self._held.items():
            for columns, rows in _alike(held.changed):
                if columns == STAMP:
                    self._stamp(table, rows)
                    continue
                statement = sql("UPDATE {} SET {} WHERE id = ?", name(table), assignments(columns))
                self._db.executemany(statement, ((*values.values(), number) for number, values in rows))
            for columns, rows in _alike(held.new):
                statement = sql(
                    "INSERT INTO {} ({}, id) VALUES ({}, ?)", name(table), names(columns), marks(columns)
                )
                self._db.executemany(statement, ((*values.values(), number) for number, values in rows))
            held.changed, held.new = {}, {}

    def _stamp(self, table: str, rows: list[tuple[int, Values]]) -> None:
        """Write the columns of STAMP, which mostly have the same value in all records."""
        alike = defaultdict(list)
        for record_id, values in rows:
            alike[tuple(values.values())].append(record_id)
        statement = sql(
            "UPDATE {} SET {} WHERE id IN (SELECT value FROM json_each(?))", name(table), assignments(STAMP)
        )
        for stamp, ids in alike.items():
            self._db.execute(statement, (*stamp, dumps(ids)))

    def release(self) -> None:
        """Store what was made and changed, and hold no table any more."""
        self.write()
        self._held.clear()


def _read_defaults(db: sqlite3.Connection, table: str) -> dict[str, Any]:
    """Return what a new record has in the columns that it is not given."""
    info = db.execute(sql("SELECT name, dflt_value FROM pragma_table_info('{}')", name(table))).fetchall()
    defaults = sql("SELECT {}", joined(", ", (Sql(each[1] or "NULL") for each in info)))
    return dict(zip((each[0] for each in info), db.execute(defaults).fetchone(), strict=True))


def _alike(pending: Mapping[int, Values]) -> Iterable[tuple[tuple[str, ...], list[tuple[int, Values]]]]:
    """Group records by the columns to write, for one statement each."""
    groups: dict[tuple[str, ...], list[tuple[int, Values]]] = defaultdict(list)
    for record_id, values in pending.items():
        groups[tuple(values)].append((record_id, values))
    return groups.items()


def _move(index: dict[Any, list[int]], record_id: int, before: Any, after: Any) -> None:
    if before in index:
        index[before].remove(record_id)
    if after in index:
        insort(index[after], record_id)
