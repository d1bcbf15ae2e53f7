"""Find and delete enrollments many at a time. The course of an enrollment is its section's course."""

import sqlite3
from collections.abc import Collection, Iterable
from json import dumps


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
    """Return id and workflow_state of the linked observers' enrollments that go with students' ones.

    Args:
        db: the database.
        ids: enrollments; only those of students have linked ones.
    """
    query = (
        "SELECT observing.id, observing.workflow_state FROM enrollments student"
        " JOIN roles ON roles.id = student.role_id AND roles.base_role_type = 'StudentEnrollment'"
        " JOIN user_observation_links link"
        "   ON link.student_id = student.user_id AND link.workflow_state = 'active'"
        " JOIN enrollments observing ON observing.course_section_id = student.course_section_id"
        "   AND observing.user_id = link.observer_id AND observing.associated_user_id = student.user_id"
        "   AND observing.workflow_state <> 'deleted'"
        " WHERE student.id IN (SELECT value FROM json_each(?)) ORDER BY observing.id"
    )
    return db.execute(query, (dumps(list(ids)),)).fetchall()


def mark_deleted(db: sqlite3.Connection, ids: Iterable[int], import_id: int, now: str) -> None:
    """Set enrollments to deleted and stamp them with the import."""
    statement = (
        "UPDATE enrollments SET workflow_state = 'deleted', sis_batch_id = ?, updated_at = ? WHERE id = ?"
    )
    db.executemany(statement, ((import_id, now, enrollment_id) for enrollment_id in ids))
