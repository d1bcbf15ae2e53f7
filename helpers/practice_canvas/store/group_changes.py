"""Find the group memberships and leaderships that end together with other things."""

import sqlite3
from collections.abc import Collection
from json import dumps


def memberships_without_enrollment(
    db: sqlite3.Connection, enrollment_ids: Collection[int]
) -> list[sqlite3.Row]:
    """Return the memberships in course groups whose users have no enrollment left in the course.

    Args:
        db: the database.
        enrollment_ids: enrollments just deleted; only their users and courses are looked at.
    """
    query = (
        "SELECT DISTINCT group_memberships.* FROM enrollments gone"
        " JOIN course_sections ON course_sections.id = gone.course_section_id"
        " JOIN group_memberships"
        "   ON group_memberships.user_id = gone.user_id AND group_memberships.workflow_state <> 'deleted'"
        " JOIN groups ON groups.id = group_memberships.group_id"
        "   AND groups.course_id = course_sections.course_id"
        " WHERE gone.id IN (SELECT value FROM json_each(?)) AND NOT EXISTS ("
        "  SELECT 1 FROM enrollments remaining JOIN course_sections other"
        "   ON other.id = remaining.course_section_id AND other.course_id = groups.course_id"
        "  WHERE remaining.user_id = gone.user_id AND remaining.workflow_state <> 'deleted')"
        " ORDER BY group_memberships.id"
    )
    return db.execute(query, (dumps(list(enrollment_ids)),)).fetchall()


def remove_leader(db: sqlite3.Connection, user_id: int) -> None:
    """End every group leadership of a user."""
    db.execute("UPDATE groups SET leader_id = NULL WHERE leader_id = ?", (user_id,))
