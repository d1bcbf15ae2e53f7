"""Groups and group sets as the REST reads show them."""

import sqlite3

from practice_canvas.store import records
from practice_canvas.store.sql import Query

COLUMNS = (
    "groups.*, group_categories.role, (SELECT count(*) FROM group_memberships"
    " WHERE group_id = groups.id AND workflow_state = 'accepted') AS members_count,"
    " EXISTS (SELECT 1 FROM courses WHERE courses.id = groups.course_id AND workflow_state = 'completed')"
    " AS concluded"
)
SOURCE = "groups LEFT JOIN group_categories ON group_categories.id = groups.group_category_id"


def listed(column: str, owner_id: int) -> Query:
    """List the groups whose account_id, course_id or group_category_id is the given one."""
    query = Query(COLUMNS, SOURCE, order="groups.id").where("groups.workflow_state <> 'deleted'")
    return query.equal(f"groups.{column}", owner_id)


def one(db: sqlite3.Connection, group_id: int) -> sqlite3.Row:
    """Return one group with its role and the number of its members."""
    return Query(COLUMNS, SOURCE, order="groups.id").where("groups.id = ?", group_id).rows(db, 1)[0]


def memberships(group_id: int) -> Query:
    """List the memberships of a group that are not deleted."""
    query = Query("*", "group_memberships").where("workflow_state <> 'deleted'")
    return query.where("group_id = ?", group_id)


def is_moderator(db: sqlite3.Connection, membership: records.Record) -> bool:
    """Return whether a member leads the group."""
    group = records.find(db, "groups", id=membership["group_id"])
    return group is not None and group["leader_id"] == membership["user_id"]


def categories(column: str, owner_id: int) -> Query:
    """List the group sets of an account (column account_id) or a course (course_id)."""
    query = Query("*", "group_categories").where("workflow_state <> 'deleted'")
    return query.equal(column, owner_id)
