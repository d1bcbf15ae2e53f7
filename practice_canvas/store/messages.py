"""The messages of SIS imports: every query of Canvas's table `sis_batch_errors`."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from practice_canvas.store.sql import Query

# sis_batch_id, failure, file, message, row, row_info, created_at
MessageRow = tuple[int, int, str | None, str, int | None, str | None, str]

# The numbers of errors and warnings, as columns of a list of imports.
COUNTS = (
    "(SELECT count(*) FROM sis_batch_errors WHERE sis_batch_id = sis_batches.id AND failure) AS errors_count,"
    " (SELECT count(*) FROM sis_batch_errors WHERE sis_batch_id = sis_batches.id AND NOT failure)"
    " AS warnings_count"
)


def add(db: sqlite3.Connection, messages: Iterable[MessageRow]) -> None:
    """Store messages in their order."""
    db.executemany(
        "INSERT INTO sis_batch_errors (sis_batch_id, failure, file, message, row, row_info, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        messages,
    )


def add_error(db: sqlite3.Connection, import_id: int, message: str, now: str) -> None:
    """Store an error about the whole import."""
    add(db, [(import_id, 1, None, message, None, None, now)])


def of_import(db: sqlite3.Connection, import_id: int) -> Iterator[tuple[str | None, str, int | None]]:
    """Yield (file, message, row) of every message of an import, oldest first."""
    found = db.execute(
        "SELECT file, message, row FROM sis_batch_errors WHERE sis_batch_id = ? ORDER BY id", (import_id,)
    )
    return (tuple(one) for one in found)


def first(db: sqlite3.Connection, import_id: int, *, failure: bool, limit: int) -> list[list[str | None]]:
    """Return the first pairs [file, message] of an import's errors or warnings."""
    found = db.execute(
        "SELECT file, message FROM sis_batch_errors WHERE sis_batch_id = ? AND failure = ?"
        " ORDER BY id LIMIT ?",
        (import_id, int(failure), limit),
    )
    return [list(pair) for pair in found]


def counts(db: sqlite3.Connection, import_id: int) -> dict[str, int]:
    """Return {"error_count": …, "warning_count": …} of an import."""
    errors, warnings = db.execute(
        "SELECT count(*) FILTER (WHERE failure), count(*) FILTER (WHERE NOT failure)"
        " FROM sis_batch_errors WHERE sis_batch_id = ?",
        (import_id,),
    ).fetchone()
    return {"error_count": errors, "warning_count": warnings}


def listed(account_id: int, import_id: int | None, *, errors_only: bool) -> Query:
    """List the messages of one import or of all of an account, newest first."""
    query = Query("*", "sis_batch_errors", order="id DESC")
    if import_id is None:
        query.where("sis_batch_id IN (SELECT id FROM sis_batches WHERE account_id = ?)", account_id)
    else:
        query.where("sis_batch_id = ?", import_id)
    return query.where("failure") if errors_only else query


def by_severity(import_id: int, *, failure: bool | None = None) -> Query:
    """List an import's messages, oldest first, errors before warnings; `failure` keeps one of the two."""
    query = Query("*", "sis_batch_errors", order="failure DESC, id").where("sis_batch_id = ?", import_id)
    return query if failure is None else query.where("failure = ?", failure)


def with_ids(ids: Sequence[int]) -> Query:
    """List messages by their ids, oldest first."""
    return Query("*", "sis_batch_errors").where_in("id", ids)
