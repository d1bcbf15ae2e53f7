"""Courses as the REST reads show them."""

import sqlite3

from practice_canvas.store.reads.accounts import TREE
from practice_canvas.store.sql import Query

# What the API calls a state → what the table holds.
STATES = {
    "created": ["created"],
    "claimed": ["claimed"],
    "available": ["available"],
    "completed": ["completed"],
    "deleted": ["deleted"],
}
UNDELETED = ["created", "claimed", "available", "completed"]
SORTS = {
    "course_name": "name COLLATE NOCASE",
    "sis_course_id": "sis_source_id",
    "account_name": "(SELECT name FROM accounts WHERE accounts.id = courses.account_id)",
}


def of_account(account_id: int, states: list[str]) -> Query:
    """List the courses of an account and below, and those its cross-listed sections have gone to."""
    query = Query("*", "courses").where(
        f"account_id IN ({TREE}) OR id IN (SELECT course_sections.course_id FROM course_sections"
        " JOIN courses AS first ON first.id = course_sections.nonxlist_course_id"
        f" WHERE course_sections.workflow_state = 'active' AND first.account_id IN ({TREE}))",
        account_id,
        account_id,
    )
    return query if "all" in states else query.where_in("workflow_state", _stored(states) or UNDELETED)


def _stored(states: list[str]) -> list[str]:
    return [stored for state in states for stored in STATES.get(state, [])]


def teachers(db: sqlite3.Connection, course_id: int) -> list[sqlite3.Row]:
    """Return id and display name of the course's active teachers."""
    return db.execute(
        "SELECT DISTINCT users.id, coalesce(users.short_name, users.name) AS display_name FROM enrollments"
        " JOIN course_sections ON course_sections.id = enrollments.course_section_id"
        " JOIN roles ON roles.id = enrollments.role_id JOIN users ON users.id = enrollments.user_id"
        " WHERE course_sections.course_id = ? AND roles.base_role_type = 'TeacherEnrollment'"
        " AND enrollments.workflow_state = 'active' ORDER BY users.id",
        (course_id,),
    ).fetchall()


def total_students(db: sqlite3.Connection, course_id: int) -> int:
    """Return how many people are active or invited students of the course."""
    found = db.execute(
        "SELECT count(DISTINCT enrollments.user_id) FROM enrollments"
        " JOIN course_sections ON course_sections.id = enrollments.course_section_id"
        " JOIN roles ON roles.id = enrollments.role_id WHERE course_sections.course_id = ?"
        " AND roles.base_role_type = 'StudentEnrollment'"
        " AND enrollments.workflow_state IN ('active', 'invited')",
        (course_id,),
    ).fetchone()
    return int(found[0])


def any_of(db: sqlite3.Connection, column: str, owner_id: int) -> bool:
    """Return whether an account (column account_id) or a term (enrollment_term_id) has courses left."""
    query = Query("id", "courses").where("workflow_state <> 'deleted'").equal(column, owner_id)
    return bool(query.rows(db, 1))
