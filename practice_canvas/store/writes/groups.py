"""What importers ask of groups, group sets (Canvas: group categories) and memberships."""

import sqlite3
from collections.abc import Collection
from json import dumps

from practice_canvas.store import records
from practice_canvas.store.records import Record

# The sets in which a user may be in several groups.
OPEN_ROLES = ("student_organized", "communities")


def has_groups(db: sqlite3.Connection, category_id: int) -> bool:
    """Return whether a set has groups that are not deleted."""
    query = "SELECT 1 FROM groups WHERE group_category_id = ? AND workflow_state <> 'deleted' LIMIT 1"
    return db.execute(query, (category_id,)).fetchone() is not None


def has_members(db: sqlite3.Connection, group_id: int) -> bool:
    """Return whether a group has memberships that are not deleted."""
    query = "SELECT 1 FROM group_memberships WHERE group_id = ? AND workflow_state <> 'deleted' LIMIT 1"
    return db.execute(query, (group_id,)).fetchone() is not None


def student_groups(db: sqlite3.Connection, course_id: int, now: str) -> int:
    """Return the id of the course's own set for groups that name none; it is made when it is missing."""
    role = {"course_id": course_id, "role": "student_organized", "workflow_state": "active"}
    found = records.find(db, "group_categories", **role)
    if found:
        return int(found["id"])
    return records.insert(db, "group_categories", {**role, "name": "Student Groups", "created_at": now})


def membership(db: sqlite3.Connection, group_id: int, user_id: int) -> Record | None:
    """Return a user's membership in a group; of several the one that is not deleted."""
    found = records.find_all(db, "group_memberships", group_id=group_id, user_id=user_id)
    return min(found, key=lambda one: one["workflow_state"] == "deleted", default=None)


def memberships_elsewhere_in_set(db: sqlite3.Connection, group: Record, user_id: int) -> list[sqlite3.Row]:
    """Return the memberships that end when a user is accepted in a group: those in others of its set."""
    query = (
        "SELECT group_memberships.* FROM group_memberships"
        " JOIN groups ON groups.id = group_memberships.group_id AND groups.id <> ?"
        " JOIN group_categories ON group_categories.id = groups.group_category_id"
        " WHERE groups.group_category_id = ? AND group_memberships.user_id = ?"
        "  AND group_memberships.workflow_state <> 'deleted' AND coalesce(role, '') NOT IN (?, ?)"
    )
    return db.execute(query, (group["id"], group["group_category_id"], user_id, *OPEN_ROLES)).fetchall()


def is_enrolled(db: sqlite3.Connection, course_id: int, user_id: int) -> bool:
    """Return whether a user has an enrollment in a course that is not deleted."""
    query = (
        "SELECT 1 FROM enrollments JOIN course_sections ON course_sections.id = course_section_id"
        " WHERE user_id = ? AND course_id = ? AND enrollments.workflow_state <> 'deleted' LIMIT 1"
    )
    return db.execute(query, (user_id, course_id)).fetchone() is not None


def share_a_section(db: sqlite3.Connection, group_id: int, user_id: int) -> bool:
    """Return whether there is a section in which a user and all members of a group are enrolled."""
    query = (
        "SELECT 1 FROM enrollments own WHERE own.user_id = ?1 AND own.workflow_state <> 'deleted'"
        " AND NOT EXISTS (SELECT 1 FROM group_memberships"
        "  WHERE group_id = ?2 AND group_memberships.workflow_state <> 'deleted' AND NOT EXISTS ("
        "   SELECT 1 FROM enrollments other WHERE other.user_id = group_memberships.user_id"
        "    AND other.course_section_id = own.course_section_id AND other.workflow_state <> 'deleted'))"
        " LIMIT 1"
    )
    return db.execute(query, (user_id, group_id)).fetchone() is not None


def memberships_without_enrollment(
    db: sqlite3.Connection, enrollment_ids: Collection[int]
) -> list[sqlite3.Row]:
    """Return the memberships in course groups whose users have no enrollment left in the course.

    Args:
        db: the database.
        enrollment_ids: enrollments just deleted; only their users and courses are looked at.
    """
    query = (
        "SELECT DISTINCT group_memberships.* FROM json_each(?) wanted"
        " CROSS JOIN enrollments gone ON gone.id = wanted.value"
        " CROSS JOIN course_sections ON course_sections.id = gone.course_section_id"
        " CROSS JOIN group_memberships"
        "   ON group_memberships.user_id = gone.user_id AND group_memberships.workflow_state <> 'deleted'"
        " CROSS JOIN groups ON groups.id = group_memberships.group_id"
        "   AND groups.course_id = course_sections.course_id"
        " WHERE NOT EXISTS ("
        "  SELECT 1 FROM enrollments remaining JOIN course_sections other"
        "   ON other.id = remaining.course_section_id AND other.course_id = groups.course_id"
        "  WHERE remaining.user_id = gone.user_id AND remaining.workflow_state <> 'deleted')"
        " ORDER BY group_memberships.id"
    )
    return db.execute(query, (dumps(list(enrollment_ids)),)).fetchall()


def remove_leader(db: sqlite3.Connection, user_id: int) -> None:
    """End every group leadership of a user."""
    db.execute("UPDATE groups SET leader_id = NULL WHERE leader_id = ?", (user_id,))
