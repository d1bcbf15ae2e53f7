"""The changes of workflow_state that an import made: what statistics count and restore_states undoes."""

import sqlite3
from collections.abc import Iterable

# (context type, first id, last id, state before, state after, 1 if the batch mode cleanup did it else 0).
# One change tells of all records from the first id to the last: a million new enrollments need few rows.
StateChange = tuple[str, int, int, str, str, int]

# The state before, of a record that the import made.
NON_EXISTENT = "non-existent"


def add(db: sqlite3.Connection, import_id: int, changes: Iterable[StateChange]) -> None:
    """Store the state changes of an import, in their order; the caller commits."""
    columns = (
        "context_type, context_id, last_context_id,"
        " previous_workflow_state, updated_workflow_state, batch_mode_delete"
    )
    statement = (
        f"INSERT INTO sis_batch_roll_back_data (sis_batch_id, {columns})"  # noqa: S608 (nothing from outside)
        f" VALUES ({import_id:d}, ?, ?, ?, ?, ?, ?)"
    )
    db.executemany(statement, changes)


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
