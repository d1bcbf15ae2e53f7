"""Sections as the REST reads show them."""

import sqlite3

from practice_canvas.store.sql import Query

COLUMNS = "course_sections.*, courses.sis_source_id AS sis_course_id"
SOURCE = "course_sections JOIN courses ON courses.id = course_sections.course_id"


def of_course(course_id: int) -> Query:
    """List a course's active sections."""
    query = Query(COLUMNS, SOURCE, order="course_sections.id")
    return query.where(
        "course_sections.course_id = ? AND course_sections.workflow_state = 'active'", course_id
    )


def one(db: sqlite3.Connection, section_id: int) -> sqlite3.Row:
    """Return one section with its course's SIS id."""
    query = Query(COLUMNS, SOURCE, order="course_sections.id").where("course_sections.id = ?", section_id)
    return query.rows(db, 1)[0]


def total_students(db: sqlite3.Connection, section_id: int) -> int:
    """Return how many people are active or invited students of the section."""
    found = db.execute(
        "SELECT count(DISTINCT enrollments.user_id) FROM enrollments"
        " JOIN roles ON roles.id = enrollments.role_id"
        " WHERE course_section_id = ? AND roles.base_role_type = 'StudentEnrollment'"
        " AND enrollments.workflow_state IN ('active', 'invited')",
        (section_id,),
    ).fetchone()
    return int(found[0])
