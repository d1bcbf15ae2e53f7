"""Courses as the REST reads show them."""

import sqlite3

from practice_canvas.store.reads.accounts import TREE
from practice_canvas.store.sql import LONGEST_IN, Query, marks, sql

# What the API calls a state → what the table holds.
STATES = {
    "created": ["created"],
    "claimed": ["claimed"],
    "available": ["available"],
    "completed": ["completed"],
    "deleted": ["deleted"],
}
CURRENT = ("active", "invited")
UNDELETED = ["created", "claimed", "available", "completed"]
# People in the course; takes a further condition on the role.
_ENROLLED = (
    "EXISTS (SELECT 1 FROM enrollments JOIN course_sections"
    " ON course_sections.id = enrollments.course_section_id JOIN roles ON roles.id = enrollments.role_id"
    " WHERE course_sections.course_id = courses.id"
    " AND enrollments.workflow_state NOT IN ('deleted', 'rejected'){})"
)
_TEACHERS = (
    "(SELECT group_concat(users.name) FROM enrollments"
    " JOIN course_sections ON course_sections.id = enrollments.course_section_id"
    " JOIN roles ON roles.id = enrollments.role_id JOIN users ON users.id = enrollments.user_id"
    " WHERE course_sections.course_id = courses.id AND roles.base_role_type = 'TeacherEnrollment'"
    " AND enrollments.workflow_state = 'active')"
)
_OF_TERM = "(SELECT {} FROM enrollment_terms WHERE enrollment_terms.id = courses.enrollment_term_id)"
_PAST = "strftime('%Y-%m-%dT%H:%M:%SZ')"
# What the filters of an account's list ask. Flags keep what fits, or what does not.
FLAGS = {
    "with_enrollments": _ENROLLED.format(""),
    "published": "workflow_state = 'available'",
    "completed": f"workflow_state = 'completed' OR coalesce(conclude_at < {_PAST}, 0)"
    f" OR coalesce({_OF_TERM.format('end_at')} < {_PAST}, 0)",
    "blueprint": "blueprint",
    "blueprint_associated": "blueprint_course_id IS NOT NULL",
    "homeroom": "homeroom_course",
    "public": "0",
}
DATES = {
    "starts_before": f"start_at <= ? OR {_OF_TERM.format('start_at')} <= ?"
    f" OR coalesce(start_at, {_OF_TERM.format('start_at')}) IS NULL",
    "ends_after": f"conclude_at >= ? OR {_OF_TERM.format('end_at')} >= ?"
    f" OR coalesce(conclude_at, {_OF_TERM.format('end_at')}) IS NULL",
}
# Parameter → the kind that it names, and the condition on its ID; several are alternatives.
REFERENCES = {
    "enrollment_term_id": ("term", "enrollment_term_id = ?"),
    "by_subaccounts": ("account", f"account_id IN ({TREE})"),
    "by_teachers": (
        "user",
        _ENROLLED.format(" AND roles.base_role_type = 'TeacherEnrollment' AND enrollments.user_id = ?"),
    ),
}
SEARCHED = {"course": ("name", "course_code", "sis_source_id"), "teacher": (_TEACHERS,)}
SORTS = {
    "course_name": "name COLLATE NOCASE",
    "course_status": "workflow_state",
    "sis_course_id": "sis_source_id",
    "teacher": f"{_TEACHERS} COLLATE NOCASE",
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


def is_in(db: sqlite3.Connection, course_id: int, account_id: int) -> bool:
    """Return whether a course belongs to an account or to one below it."""
    query = Query("id", "courses").where("id = ?", course_id)
    return query.where(f"account_id IN ({TREE})", account_id).count(db) > 0


def of_user(user_id: int, enrollment_states: list[str], states: list[str]) -> Query:
    """List the courses in which a user has an enrollment in one of some states."""
    own = Query(
        "course_sections.course_id",
        "enrollments JOIN course_sections ON course_sections.id = enrollments.course_section_id",
    )
    own.where("enrollments.user_id = ? AND course_sections.workflow_state = 'active'", user_id)
    own.where_in("enrollments.workflow_state", enrollment_states)
    query = Query("*", "courses").among("id", own)
    return query.where_in("workflow_state", _stored(states) or UNDELETED)


def linked_to(blueprint_id: int) -> Query:
    """List the courses that are linked to a blueprint course."""
    return Query("*", "courses").where(
        "blueprint_course_id = ? AND workflow_state <> 'deleted'", blueprint_id
    )


def enrollments_of(
    db: sqlite3.Connection, course_id: int, user_id: int, states: list[str]
) -> list[sqlite3.Row]:
    """Return a user's enrollments in a course as lists of courses show them."""
    query = Query(
        "lower(replace(base_role_type, 'Enrollment', '')) AS type, roles.name AS role, role_id, user_id,"
        " enrollments.workflow_state AS enrollment_state",
        "enrollments JOIN course_sections ON course_sections.id = enrollments.course_section_id"
        " JOIN roles ON roles.id = enrollments.role_id",
        order="enrollments.id",
    )
    query.where("user_id = ? AND course_id = ?", user_id, course_id)
    return query.where_in("enrollments.workflow_state", states).rows(db, LONGEST_IN)


def with_enrollments_as(query: Query, types: list[str]) -> None:
    """Keep the courses with somebody in a role of one of the base types."""
    in_a_role = sql(" AND roles.base_role_type IN ({})", marks(types))
    query.where(_ENROLLED.format(in_a_role), *types)


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
