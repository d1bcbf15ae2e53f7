"""A course's default section: where enrollments go that name only the course."""

import sqlite3

from practice_canvas.store import records


def default_section(db: sqlite3.Connection, course: records.Record, now: str) -> records.Record:
    """Return the section for enrollments that name only the course.

    It is the course's default section; else the oldest of its sections that is cross-listed away; else a
    default section is made, named after the course, even if the course has other sections.
    """
    own = records.find(
        db,
        "course_sections",
        course_id=course["id"],
        nonxlist_course_id=None,
        default_section=1,
        workflow_state="active",
    )
    found = own or records.find(
        db, "course_sections", nonxlist_course_id=course["id"], workflow_state="active"
    )
    if found:
        return found
    made = {"course_id": course["id"], "name": course["name"], "default_section": 1, "created_at": now}
    section = records.find(db, "course_sections", id=records.insert(db, "course_sections", made))
    assert section is not None, "it was made just now"  # noqa: S101
    return section


def move_by_hand(db: sqlite3.Connection, section: records.Record, values: records.Values) -> None:
    """Cross-list or de-cross-list by hand: the section's course sticks even if it stays the same."""
    stuck = records.join_stuck({*section["stuck"].split(), "course_id"})
    records.update(db, "course_sections", section["id"], {**values, "stuck": stuck})
