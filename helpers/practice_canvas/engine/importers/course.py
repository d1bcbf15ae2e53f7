"""Courses (courses.csv): Canvas's rules for rows of kind course.

Source: Canvas's course importer, as told in its SIS CSV format page.
"""

from uuid import uuid4

from helpers.practice_canvas.engine.base import Rejected, Row, RowImporter
from helpers.practice_canvas.store import fresh, records


class CourseImporter(RowImporter):
    """Creates, updates, concludes and deletes courses."""

    count_key = "courses"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        course_id = row["course_id"]
        if not course_id:
            raise Rejected("A row has no course_id.")
        for column in ("short_name", "long_name"):
            if not row[column]:
                raise Rejected(f"Course {course_id} has no {column}.")
        found = records.find(self.db, "courses", sis_source_id=course_id)
        values: records.Values = {"name": row["long_name"], "course_code": row["short_name"]}
        if found is None:
            values |= {
                "sis_source_id": course_id,
                "account_id": self.run.root_account_id,
                "enrollment_term_id": fresh.DEFAULT_TERM_ID,
                "workflow_state": "claimed",
                "uuid": uuid4().hex,
                "created_at": self.run.now,
            }
        self.run.save(records.COURSE, found, values)
        return None
