"""What importers ask of accounts, terms and courses."""

import sqlite3
from collections.abc import Iterable

from practice_canvas.store import records
from practice_canvas.store.records import COURSE, Entity

DEFAULT_TERM_NAME = "Default Term"


def default_term_id(db: sqlite3.Connection, now: str) -> int:
    """Return the term that is the default because of its name; it is made when there is none."""
    found = records.find(db, "enrollment_terms", name=DEFAULT_TERM_NAME, workflow_state="active")
    if found:
        return int(found["id"])
    return records.insert(db, "enrollment_terms", {"name": DEFAULT_TERM_NAME, "created_at": now})


def live_term(db: sqlite3.Connection, term_id: str | None) -> sqlite3.Row | None:
    """Return the term of that SIS id unless it is deleted."""
    return (
        records.find(db, "enrollment_terms", sis_source_id=term_id, workflow_state="active")
        if term_id
        else None
    )


def account(db: sqlite3.Connection, *account_ids: str | None) -> sqlite3.Row | None:
    """Return the first account that one of the SIS IDs names, deleted or not."""
    found = (
        records.find(db, "accounts", sis_source_id=account_id) for account_id in account_ids if account_id
    )
    return next((one for one in found if one), None)


def is_at_or_below(db: sqlite3.Connection, account_id: int, other_id: int) -> bool:
    """Return whether an account is another one or lies below it."""
    found = db.execute(
        "WITH RECURSIVE up (id) AS (SELECT ? UNION SELECT accounts.parent_account_id FROM accounts"
        " JOIN up ON accounts.id = up.id) SELECT 1 FROM up WHERE id = ?",
        (account_id, other_id),
    ).fetchone()
    return found is not None


def has_active_sub_accounts(db: sqlite3.Connection, account_id: int) -> bool:
    """Return whether an account directly below it is active."""
    query = "SELECT 1 FROM accounts WHERE parent_account_id = ? AND workflow_state <> 'deleted' LIMIT 1"
    return db.execute(query, (account_id,)).fetchone() is not None


def has_courses(db: sqlite3.Connection, column: str, owner_id: int) -> bool:
    """Return whether an account (column account_id) or a term (enrollment_term_id) has courses left."""
    query = f"SELECT 1 FROM courses WHERE {column} = ? AND workflow_state <> 'deleted' LIMIT 1"  # noqa: S608
    return db.execute(query, (owner_id,)).fetchone() is not None


_IN_COURSE = "FROM enrollments JOIN course_sections ON course_sections.id = course_section_id WHERE course_id"


def enrollment_ids_below(db: sqlite3.Connection, entity: Entity, ids: Iterable[int]) -> list[int]:
    """Return the ids of the enrollments in courses or sections that are not deleted.

    Args:
        db: the database.
        entity: COURSE or SECTION.
        ids: Canvas ids of such.
    """
    query = "SELECT id FROM enrollments WHERE course_section_id = ? AND workflow_state <> 'deleted'"
    if entity is COURSE:
        query = f"SELECT enrollments.id {_IN_COURSE} = ? AND enrollments.workflow_state <> 'deleted'"
    return [found[0] for one in ids for found in db.execute(query, (one,))]


def open_enrollments_of_course(db: sqlite3.Connection, course_id: int) -> list[sqlite3.Row]:
    """Return a course's active and invited enrollments."""
    query = f"SELECT enrollments.* {_IN_COURSE} = ? AND enrollments.workflow_state IN ('active', 'invited')"
    return db.execute(query, (course_id,)).fetchall()
