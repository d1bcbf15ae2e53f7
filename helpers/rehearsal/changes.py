"""Compare two SIS exports: how many objects of each kind changed, and which.

DuckDB matches objects by their SIS IDs. Objects only in the earlier export are deleted, objects only in the
later one are created, and for the others the values are compared.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.display.frames import NUMBER, TEXT, WHOLE
from helpers.scratch_database import ScratchDatabase, name, read_csv, scratch_database, text
from practice_canvas.sis_csv.kinds import EXPORTED
from practice_canvas.sis_csv.model import Kind

MEMORY = "150MB"
"""DuckDB's share, because a scratch Canvas, which needs memory too, still runs; the rest goes to disk."""

LISTED = 10_000
"""The most changes of each sort that are listed by name. The counts are always complete."""

CREATED, UPDATED, CONCLUDED, DELETED = SORTS = ("created", "updated", "concluded", "deleted")
ENDED = "('completed', 'inactive', 'suspended')"
"""The SQL list of statuses that count as concluded."""


def _label(kind: Kind) -> str:
    """Return SQL of what people call an object: its name, or the name of the user in it."""
    column = kind.column(kind.name_column)
    if column is None or column.refers_to != "user":
        return name(kind.name_column)
    named = f"(SELECT any_value(full_name) FROM people WHERE people.user_id = changed.{name(column.name)})"  # noqa: S608
    return f"coalesce({named}, {name(column.name)})"


@dataclass(frozen=True)
class ObjectChange:
    """One object that an import changes: its SIS IDs, its name, and the values that change."""

    kind: str
    sort: str
    sis_id: str
    name: str
    details: str = ""


CHANGE_COLUMNS = dict.fromkeys(("kind", "sort", "sis_id", "name", "details"), TEXT)
KIND_COLUMNS = {
    "kind": TEXT,
    **dict.fromkeys(("before", "created", "updated", "concluded", "deleted", "unchanged", "after"), WHOLE),
    "percent": NUMBER,
    "percent_cleaned": NUMBER,
}


@dataclass(frozen=True)
class TermShare:
    """How many objects of one kind an import removes in one term.

    Args:
        term: the name of the term.
        removed: objects of the term that no longer exist or, where batch mode concludes, that are concluded.
        scope: objects that a batch can remove in the term.
    """

    term: str
    removed: int
    scope: int

    @property
    def percent(self) -> float:
        """The percentage of its scope that is removed."""
        return 100 * self.removed / self.scope if self.scope else 0.0


@dataclass(frozen=True)
class KindChanges:
    """How many objects of one kind change.

    Args:
        kind: the name of the kind's file in a SIS export.
        before: objects before the import.
        after: objects after it.
        created: new and restored objects.
        updated: objects with changed values.
        concluded: objects that become completed, inactive, or suspended.
        deleted: objects that no longer exist.
        cleaned: objects that batch mode's cleanup deleted or concluded; None without a cleanup.
        scope: objects that a batch can remove in its terms, 0 outside batch mode; change_threshold is a
            percentage of them.
        by_term: the share of each term, when batch mode cleans up several.
    """

    kind: str
    before: int
    after: int
    created: int = 0
    updated: int = 0
    concluded: int = 0
    deleted: int = 0
    cleaned: int | None = None
    scope: int = 0
    by_term: tuple[TermShare, ...] = ()

    @property
    def unchanged(self) -> int:
        """Objects that stay the same."""
        return self.before - self.updated - self.concluded - self.deleted

    @property
    def changed(self) -> bool:
        """Whether any object of this kind changes."""
        return self.unchanged != self.before or self.created > 0

    @property
    def percent(self) -> float:
        """The percentage of the objects before that are deleted or concluded."""
        return 100 * (self.deleted + self.concluded) / self.before if self.before else 0.0

    @property
    def removed(self) -> int:
        """Objects that a batch removes in its terms: by its cleanup, or else together with their course."""
        if not self.scope:
            return 0
        return self.deleted if self.cleaned is None else self.cleaned

    @property
    def percent_cleaned(self) -> float | None:
        """The percentage of its scope that batch mode's cleanup removes; None without a cleanup."""
        if self.cleaned is None:
            return None
        return 100 * self.cleaned / self.scope if self.scope else 0.0


def compare(before: Path, after: Path) -> tuple[list[KindChanges], list[ObjectChange]]:
    """Compare two folders of export files.

    Args:
        before: the earlier export.
        after: the later one, with the same files.

    Returns:
        The counts of each kind that exists before or after, and up to LISTED changes of each sort and kind.
    """
    kinds: list[KindChanges] = []
    changes: list[ObjectChange] = []
    with scratch_database(MEMORY) as database:
        people = " UNION ALL ".join(_people(folder / "users.csv") for folder in (before, after))
        database.run(f"CREATE TABLE people AS {people}")
        for kind in EXPORTED:
            join(database, kind, before / f"{kind}.csv", after / f"{kind}.csv")
            kinds.append(_numbers(database, kind))
            changes += _named(database, kind)
    return [each for each in kinds if each.before or each.after], changes


def _people(path: Path) -> str:
    return f"SELECT user_id, full_name FROM {reading(path)}"  # noqa: S608 (our own files)


def join(database: ScratchDatabase, kind: str, before: Path, after: Path) -> None:
    """Create `changed` with one row per changed object: the sort of change, the changed values, all columns.

    `old` and `new` then have one row per object before and after.
    """
    compared, columns = EXPORTED[kind], _header(after)
    values = [column for column in columns if column not in compared.compared_by]
    keys, order = (", ".join(map(name, some)) for some in (compared.compared_by, values))
    for table, path in (("old", before), ("new", after)):
        database.run(  # the same row of several whichever thread reads it first
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {reading(path)}"  # noqa: S608
            f" QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {order}) = 1"
        )
    on = " AND ".join(f"old.{name(key)} = new.{name(key)}" for key in compared.compared_by)
    either = ", ".join(
        f"coalesce(new.{name(column)}, old.{name(column)}) AS {name(column)}" for column in columns
    )
    database.run(
        f"CREATE OR REPLACE TABLE changed AS SELECT {_sort(compared.compared_by[0], values)} AS sort,"  # noqa: S608
        f" {_details(values)} AS details, {either} FROM old FULL JOIN new ON {on} WHERE sort <> ''"
    )


def _sort(key: str, values: Sequence[str]) -> str:
    differs = " OR ".join(f"old.{name(column)} <> new.{name(column)}" for column in values)
    return (
        f"CASE WHEN new.{name(key)} IS NULL THEN '{DELETED}' WHEN old.{name(key)} IS NULL THEN '{CREATED}'"
        f" WHEN new.status <> old.status AND new.status IN {ENDED} THEN '{CONCLUDED}'"
        f" WHEN {differs} THEN '{UPDATED}' ELSE '' END"
    )


def _details(values: Sequence[str]) -> str:
    changed = (
        f"CASE WHEN old.{name(column)} <> new.{name(column)}"
        f" THEN {text(column)} || ': ' || old.{name(column)} || ' → ' || new.{name(column)} END"
        for column in values
    )
    return f"concat_ws('; ', {', '.join(changed)})"


def _numbers(database: ScratchDatabase, kind: str) -> KindChanges:
    before, after = (database.one(f"SELECT count(*) FROM {table}") for table in ("old", "new"))  # noqa: S608
    return KindChanges(
        kind, before, after, **dict(database.rows("SELECT sort, count(*) FROM changed GROUP BY sort"))
    )


def _named(database: ScratchDatabase, kind: str) -> Iterator[ObjectChange]:
    compared = EXPORTED[kind]
    sis_id = ", ".join(f"nullif({name(key)}, '')" for key in compared.compared_by)
    query = (
        f"SELECT sort, concat_ws(' / ', {sis_id}) AS sis_id, {_label(compared)}, details FROM changed"  # noqa: S608
        f" QUALIFY row_number() OVER (PARTITION BY sort ORDER BY sis_id) <= {LISTED} ORDER BY sort, sis_id"
    )
    for sort, sis_id, label, details in database.rows(query):
        yield ObjectChange(kind, sort, sis_id, label or "", details if sort in (UPDATED, CONCLUDED) else "")


def reading(path: Path) -> str:
    """Return SQL that reads an export file, with empty values as empty strings."""
    columns = _header(path)
    kinds = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
    values = ", ".join(f"coalesce({name(column)}, '') AS {name(column)}" for column in columns)
    return f"(SELECT {values} FROM {read_csv(path, kinds, skip=1)})"  # noqa: S608


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))
