"""Enrollments: as the REST reads show them, and those of a course or section that an import ends."""

import sqlite3
from collections.abc import Iterable

from practice_canvas.store.reads import users
from practice_canvas.store.records import COURSE, Entity
from practice_canvas.store.sql import Query

# An enrollment reads as deleted as soon as its course or section is.
STATE = (
    "CASE WHEN courses.workflow_state = 'deleted' OR course_sections.workflow_state = 'deleted'"
    " THEN 'deleted' ELSE enrollments.workflow_state END"
)
NOT_ENDED = f"{STATE} NOT IN ('rejected', 'completed', 'deleted', 'inactive')"
COLUMNS = (
    "enrollments.*, users.name, users.sortable_name, users.short_name, users.created_at AS user_created_at,"
    " login.unique_id AS login_id, login.sis_user_id, login.integration_id,"
    " login.sis_batch_id AS login_sis_batch_id,"
    " course_sections.course_id, course_sections.sis_source_id AS sis_section_id,"
    " course_sections.integration_id AS section_integration_id,"
    " courses.sis_source_id AS sis_course_id, courses.integration_id AS course_integration_id,"
    " accounts.sis_source_id AS sis_account_id, roles.name AS role, roles.base_role_type AS type,"
    f" {STATE} AS enrollment_state"
)
SOURCE = (
    "enrollments JOIN course_sections ON course_sections.id = enrollments.course_section_id"
    " JOIN courses ON courses.id = course_sections.course_id"
    " JOIN accounts ON accounts.id = courses.account_id"
    " JOIN roles ON roles.id = enrollments.role_id"
    f" JOIN users ON users.id = enrollments.user_id {users.ANY_LOGIN}"
)


def listed(owner: str, owner_id: int) -> Query:
    """List enrollments.

    Args:
        owner: what they belong to: course, section or user.
        owner_id: its id.
    """
    column = {
        "course": "course_sections.course_id",
        "section": "enrollments.course_section_id",
        "user": "enrollments.user_id",
    }[owner]
    return Query(COLUMNS, SOURCE, order="enrollments.id").equal(column, owner_id)


def one(db: sqlite3.Connection, enrollment_id: int) -> sqlite3.Row | None:
    """Return one enrollment, or None."""
    query = Query(COLUMNS, SOURCE, order="enrollments.id").equal("enrollments.id", enrollment_id)
    return query.first(db)


_IN_COURSE = "FROM enrollments JOIN course_sections ON course_sections.id = course_section_id WHERE course_id"


def ids_below(db: sqlite3.Connection, entity: Entity, ids: Iterable[int]) -> list[int]:
    """Return the ids of the enrollments in courses or sections that are not deleted.

    Args:
        db: the database.
        entity: COURSE or SECTION.
        ids: Canvas ids of such.
    """
    query = "SELECT id FROM enrollments WHERE course_section_id = ? AND workflow_state <> 'deleted'"
    if entity is COURSE:
        query = f"SELECT enrollments.id {_IN_COURSE} = ? AND enrollments.workflow_state <> 'deleted'"
    return [found[0] for owner_id in ids for found in db.execute(query, (owner_id,))]


def open_of_course(db: sqlite3.Connection, course_id: int) -> list[sqlite3.Row]:
    """Return a course's active and invited enrollments."""
    query = f"SELECT enrollments.* {_IN_COURSE} = ? AND enrollments.workflow_state IN ('active', 'invited')"
    return db.execute(query, (course_id,)).fetchall()
