"""Find the links between observers and the students they observe."""

import sqlite3
from collections.abc import Collection
from json import dumps

from practice_canvas.store import records


def any_links(db: sqlite3.Connection) -> bool:
    """Return whether anybody observes anybody."""
    query = "SELECT 1 FROM user_observation_links WHERE workflow_state = 'active' LIMIT 1"
    return db.execute(query).fetchone() is not None


def observers_of(db: sqlite3.Connection, student_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the observers of each of these students who has some: student id → observer ids.

    An observer without a login that is not deleted cannot be enrolled and is left out.
    """
    query = (
        "SELECT student_id, observer_id FROM user_observation_links link"
        " WHERE student_id IN (SELECT value FROM json_each(?)) AND workflow_state = 'active'"
        " AND EXISTS (SELECT 1 FROM pseudonyms"
        "  WHERE user_id = link.observer_id AND pseudonyms.workflow_state <> 'deleted') ORDER BY id"
    )
    found: dict[int, list[int]] = {}
    for student_id, observer_id in db.execute(query, (dumps(list(student_ids)),)):
        found.setdefault(student_id, []).append(observer_id)
    return found


def observing(
    db: sqlite3.Connection, section_id: int, observer_id: int, student_id: int
) -> records.Record | None:
    """Return the enrollment with which somebody observes a student in a section."""
    return records.find(
        db,
        "enrollments",
        course_section_id=section_id,
        user_id=observer_id,
        associated_user_id=student_id,
    )
