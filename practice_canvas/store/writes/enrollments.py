"""Find, make and change enrollments many at a time. The course of an enrollment is its section's course."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from json import dumps
from typing import Any

from practice_canvas.store.sql import assignments, joined, literal, marks, names, quoted, sql

# What an import reads and writes of an enrollment, in the order of the tuples below.
IDENTITY = "course_section_id, user_id, role_id, associated_user_id"
STATE = "workflow_state, start_at, end_at, completed_at, limit_privileges_to_course_section, stuck"
_COLUMNS = ", ".join(f"enrollments.{column}" for column in f"id, {IDENTITY}, {STATE}".split(", "))

# The keys of enrollments are section ids and user ids in one number, so that a query can take many.
_USER_BITS = 32
_USER_MASK = (1 << _USER_BITS) - 1


def key(section_id: int, user_id: int) -> int:
    """Return the number by which `in_sections` finds the enrollments of a user in a section."""
    return section_id << _USER_BITS | user_id


def filled(db: sqlite3.Connection, section_ids: Collection[int]) -> set[int]:
    """Return which of these sections have enrollments."""
    query = (
        "SELECT value FROM json_each(?)"
        " WHERE EXISTS (SELECT 1 FROM enrollments WHERE course_section_id = value)"
    )
    return {section_id for (section_id,) in db.execute(query, (dumps(list(section_ids)),))}


def in_sections(db: sqlite3.Connection, keys: Collection[int]) -> list[tuple[Any, ...]]:
    """Return (id, *IDENTITY, *STATE) of all enrollments of these users in these sections, oldest first."""
    cursor = db.cursor()
    cursor.row_factory = None
    return sorted(
        cursor.execute(
            f"SELECT {_COLUMNS} FROM json_each(?) wanted CROSS JOIN enrollments"
            f" ON course_section_id = wanted.value >> {_USER_BITS} AND user_id = wanted.value & {_USER_MASK}",
            (dumps(sorted(keys)),),
        )
    )


def add(
    db: sqlite3.Connection, new: Mapping[tuple[Any, ...], tuple[Any, ...]], import_id: int, now: str
) -> int:
    """Insert enrollments.

    Args:
        db: the database, inside a transaction.
        new: IDENTITY → STATE of each.
        import_id: the import that makes them.
        now: the time of creation.

    Returns:
        The id of the first one; the others follow without a gap.
    """
    # What all have in common is in the statement: binding few values is much quicker.
    columns, states = STATE.split(", "), set(new.values())
    varying = [at for at, _ in enumerate(columns) if len({state[at] for state in states}) > 1]
    alike = dict(zip(columns, next(iter(states), ()), strict=False))
    fixed: dict[str, str | int | None] = {"sis_batch_id": import_id, "created_at": now, "updated_at": now}
    fixed |= {column: value for at, (column, value) in enumerate(alike.items()) if at not in varying}
    bound = [*IDENTITY.split(", "), *(columns[at] for at in varying)]
    rows = ((*identity, *(state[at] for at in varying)) for identity, state in new.items())
    statement = sql(
        "INSERT INTO enrollments ({}, {}) VALUES ({}, {})",
        names(bound),
        names(fixed),
        marks(bound),
        joined(", ", map(literal, fixed.values())),
    )
    before = db.execute("SELECT max(id) FROM enrollments").fetchone()[0] or 0
    db.executemany(statement, rows if varying else new)
    return int(before) + 1


def change(db: sqlite3.Connection, changed: Iterable[tuple[Any, ...]], import_id: int, now: str) -> None:
    """Write (*STATE, id) of each and stamp it with the import."""
    statement = sql(
        "UPDATE enrollments SET {}, sis_batch_id = {}, updated_at = {} WHERE id = ?",
        assignments(STATE.split(", ")),
        import_id,
        quoted(now),
    )
    db.executemany(statement, changed)


def stamp(db: sqlite3.Connection, ids: Collection[int], import_id: int) -> None:
    """Note that an import has touched these enrollments, although nothing changed."""
    statement = "UPDATE enrollments SET sis_batch_id = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(statement, (import_id, dumps(list(ids))))


def has_another_in_course(
    db: sqlite3.Connection,
    course_id: int,
    user_id: int,
    role_id: int,
    associated_user_id: int | None,
    but: int,
) -> bool:
    """Return whether a user has another enrollment with this role in a course (not deleted, not `but`)."""
    query = (
        "SELECT 1 FROM enrollments JOIN course_sections ON course_sections.id = course_section_id"
        " WHERE user_id = ? AND course_id = ? AND role_id = ? AND associated_user_id IS ?"
        " AND enrollments.workflow_state <> 'deleted' AND enrollments.id <> ? LIMIT 1"
    )
    return db.execute(query, (user_id, course_id, role_id, associated_user_id, but)).fetchone() is not None


def is_observed_by(db: sqlite3.Connection, course_id: int, user_id: int, observer_id: int) -> bool:
    """Return whether a user is observed by another one in a course."""
    query = (
        "SELECT 1 FROM enrollments JOIN course_sections ON course_sections.id = course_section_id"
        " WHERE user_id = ? AND associated_user_id = ? AND course_id = ?"
        " AND enrollments.workflow_state <> 'deleted' LIMIT 1"
    )
    return db.execute(query, (observer_id, user_id, course_id)).fetchone() is not None


def not_deleted(db: sqlite3.Connection, ids: Collection[int]) -> list[sqlite3.Row]:
    """Return id and workflow_state of those of the enrollments that are not deleted yet."""
    query = (
        "SELECT id, workflow_state FROM enrollments"
        " WHERE id IN (SELECT value FROM json_each(?)) AND workflow_state <> 'deleted' ORDER BY id"
    )
    return db.execute(query, (dumps(list(ids)),)).fetchall()


def ids_of_user(db: sqlite3.Connection, user_id: int) -> list[int]:
    """Return the ids of a user's enrollments."""
    return [found[0] for found in db.execute("SELECT id FROM enrollments WHERE user_id = ?", (user_id,))]


def linked_to(db: sqlite3.Connection, ids: Collection[int]) -> list[sqlite3.Row]:
    """Return id, workflow_state and sis_batch_id of the linked observers' enrollments of students' ones.

    Args:
        db: the database.
        ids: enrollments; only those of students have linked ones.
    """
    # CROSS JOIN: in this order, or SQLite goes through all links.
    query = (
        "SELECT observing.id, observing.workflow_state, observing.sis_batch_id FROM json_each(?) wanted"
        " CROSS JOIN enrollments student ON student.id = wanted.value"
        " CROSS JOIN roles ON roles.id = student.role_id AND roles.base_role_type = 'StudentEnrollment'"
        " CROSS JOIN user_observation_links link"
        "   ON link.student_id = student.user_id AND link.workflow_state = 'active'"
        " CROSS JOIN enrollments observing ON observing.course_section_id = student.course_section_id"
        "   AND observing.user_id = link.observer_id AND observing.associated_user_id = student.user_id"
        "   AND observing.workflow_state <> 'deleted'"
        " ORDER BY observing.id"
    )
    return db.execute(query, (dumps(list(ids)),)).fetchall()


def mark_deleted(db: sqlite3.Connection, ids: Iterable[int], import_id: int, now: str) -> None:
    """Set enrollments to deleted and stamp them with the import (0: there is none)."""
    statement = (
        "UPDATE enrollments SET workflow_state = 'deleted', updated_at = ?,"
        " sis_batch_id = coalesce(nullif(?, 0), sis_batch_id) WHERE id = ?"
    )
    db.executemany(statement, ((now, import_id, enrollment_id) for enrollment_id in ids))


def active_of_student(db: sqlite3.Connection, user_id: int) -> list[tuple[Any, ...]]:
    """Return (id, *IDENTITY, *STATE) of a user's active enrollments as a student."""
    query = (
        f"SELECT {_COLUMNS} FROM enrollments JOIN roles ON roles.id = role_id"
        " WHERE user_id = ? AND enrollments.workflow_state = 'active'"
        " AND base_role_type = 'StudentEnrollment' ORDER BY enrollments.id"
    )
    return [tuple(found) for found in db.execute(query, (user_id,))]


def observed(db: sqlite3.Connection, first: int, last: int) -> list[tuple[Any, ...]]:
    """Return (observer id, id, *IDENTITY, *STATE) for each linked observer of students in a range of ids."""
    query = (
        f"SELECT link.observer_id, {_COLUMNS} FROM enrollments"
        " JOIN roles ON roles.id = role_id AND base_role_type = 'StudentEnrollment'"
        " JOIN user_observation_links link"
        "   ON link.student_id = enrollments.user_id AND link.workflow_state = 'active'"
        " WHERE enrollments.id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM pseudonyms"
        "   WHERE user_id = link.observer_id AND pseudonyms.workflow_state <> 'deleted')"
        " ORDER BY enrollments.id, link.id"
    )
    return [tuple(found) for found in db.execute(query, (first, last))]


def set_states_of_course(db: sqlite3.Connection, course_id: int, before: list[str], after: str) -> None:
    """Move the course's enrollments from some states to another one."""
    db.execute(
        sql(
            "UPDATE enrollments SET workflow_state = ? WHERE workflow_state IN ({})"
            " AND course_section_id IN (SELECT id FROM course_sections WHERE course_id = ?)",
            marks(before),
        ),
        (after, *before, course_id),
    )
