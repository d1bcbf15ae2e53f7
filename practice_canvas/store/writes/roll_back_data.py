"""The changes of workflow_state that an import made: what statistics count and restore_states undoes."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

from practice_canvas.store.sql import Sql, joined, sql

# The state before, of a record that the import made.
NON_EXISTENT = "non-existent"


@dataclass(slots=True)
class StateChange:
    """The same change of all records from one id to another: a million new enrollments need few of them.

    Args:
        context_type: the kind of the records in statistics.
        first: the first id.
        last: the last id.
        before: the state before.
        after: the state after.
        by_cleanup: whether the clean-up of batch mode did it.
    """

    context_type: str
    first: int
    last: int
    before: str
    after: str
    by_cleanup: bool


def add(db: sqlite3.Connection, import_id: int, changes: Iterable[StateChange]) -> None:
    """Store the state changes of an import, in their order; the caller commits."""
    statement = (
        "INSERT INTO sis_batch_roll_back_data (sis_batch_id, context_type, context_id, last_context_id,"
        " previous_workflow_state, updated_workflow_state, batch_mode_delete)"
        f" VALUES ({import_id:d}, ?, ?, ?, ?, ?, ?)"
    )
    columns = attrgetter(*(field.name for field in fields(StateChange)))
    db.executemany(statement, map(columns, changes))


def tally(db: sqlite3.Connection, import_id: int) -> list[tuple[str, str, str, int]]:
    """Return (context type, state before, state after, how many) of an import's changes."""
    return [
        tuple(found)
        for found in db.execute(
            "SELECT context_type, previous_workflow_state, updated_workflow_state,"
            " sum(last_context_id - context_id + 1)"
            " FROM sis_batch_roll_back_data WHERE sis_batch_id = ? GROUP BY 1, 2, 3",
            (import_id,),
        )
    ]


@dataclass(frozen=True)
class RestoreScope:
    """Which changes of an import restore_states undoes: all of them, or only some.

    Args:
        import_id: the import.
        batch_mode: only what the batch mode cleanup deleted.
        undelete_only: only deletions.
        unconclude_only: only conclusions.
    """

    import_id: int
    batch_mode: bool = False
    undelete_only: bool = False
    unconclude_only: bool = False

    @property
    def where(self) -> Sql:
        """The condition on the table, with `?` for the context type."""
        tests = [sql("sis_batch_id = {} AND context_type = ? AND restored = 0", self.import_id)]
        if self.batch_mode:
            tests.append(Sql("batch_mode_delete = 1"))
        if self.undelete_only:
            tests.append(Sql("updated_workflow_state IN ('deleted', 'retired')"))
        if self.unconclude_only:
            tests.append(Sql("updated_workflow_state = 'completed'"))
        return joined(" AND ", tests)


@dataclass(frozen=True)
class Undoable:
    """A change that is not undone yet: the records from the first id to the last, and their state before."""

    id: int
    first: int
    last: int
    before: str

    @property
    def size(self) -> int:
        """How many records it tells of."""
        return self.last - self.first + 1


def count_objects(db: sqlite3.Connection, scope: RestoreScope, context_type: str) -> int:
    """Return how many objects of a type are to be restored; one that changed twice counts once."""
    query = sql(
        "SELECT context_id, last_context_id FROM sis_batch_roll_back_data WHERE {} ORDER BY context_id",
        scope.where,
    )
    count, counted_to = 0, 0
    for first, last in db.execute(query, (context_type,)):
        count += max(last - max(first - 1, counted_to), 0)
        counted_to = max(counted_to, last)
    return count


def latest(db: sqlite3.Connection, scope: RestoreScope, context_type: str, limit: int) -> list[Undoable]:
    """Return the latest changes that are not undone, latest first."""
    query = sql(
        "SELECT id, context_id, last_context_id, previous_workflow_state FROM sis_batch_roll_back_data"
        " WHERE {} ORDER BY id DESC LIMIT ?",
        scope.where,
    )
    return [Undoable(*found) for found in db.execute(query, (context_type, limit))]


def mark_restored(db: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Note that these changes are undone."""
    statement = "UPDATE sis_batch_roll_back_data SET restored = 1 WHERE id = ?"
    db.executemany(statement, ((one,) for one in ids))
