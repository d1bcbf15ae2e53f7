"""Import xlists.csv: cross-list sections into other courses, and undo it.

Source of the rules: Canvas's cross-listing importer.
"""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.status import is_skipped
from practice_canvas.store import records
from practice_canvas.store.records import COURSE, SECTION, Record, Values, new_uuid

# What a target course that does not exist yet copies from the section's current course, and later follows.
COPIED = (
    "account_id",
    "name",
    "course_code",
    "enrollment_term_id",
    "start_at",
    "conclude_at",
    "restrict_enrollments_to_course_dates",
)


class XlistImporter(RowImporter):
    """One row moves one section, with its enrollments, into a course or back to its original course."""

    kind = "xlist"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row; a section that was cross-listed manually is left alone and not counted."""
        status = _check_values(row)
        if is_skipped(self.run, row):
            return False
        section = records.find(self.db, "course_sections", sis_source_id=row["section_id"])
        if section is None:
            raise Rejected(f"The section {row['section_id']} does not exist.")
        if "course_id" not in self.run.writable(SECTION, section, {"course_id": None}):
            return False
        target = records.find(self.db, "courses", sis_source_id=row["xlist_course_id"])
        if status == "active":
            moved = _into(section, self._target_id(row, section, target))
        else:
            moved = self._back(section, target)
        self.run.save(SECTION, section, moved)
        return True

    def _target_id(self, row: Row, section: Record, target: Record | None) -> int:
        """Return the target course: created as a copy if it is new, restored if it is deleted."""
        if target is not None:
            self._restore(target)
            return int(target["id"])
        present = records.find(self.db, "courses", id=section["course_id"])
        assert present is not None  # noqa: S101 (every section has a course)
        values: Values = {
            **{column: present[column] for column in COPIED},
            "sis_source_id": row["xlist_course_id"],
            "copied_from_course_id": present["id"],
            "workflow_state": "claimed",
            "uuid": new_uuid(),
            "created_at": self.run.now,
        }
        return self.run.save(COURSE, None, values)

    def _back(self, section: Record, target: Record | None) -> Values:
        """Undo the cross-listing, unless the target exists and the section is not in it."""
        first_id = section["nonxlist_course_id"]
        if first_id is None or (target is not None and target["id"] != section["course_id"]):
            return {}
        first = records.find(self.db, "courses", id=first_id)
        if first is not None and first["workflow_state"] == "deleted":
            self._restore(first)
        return {"course_id": first_id, "nonxlist_course_id": None}

    def _restore(self, course: Record) -> None:
        """Mark a course as touched by this import, and restore a deleted one, sticky or not."""
        self.run.save(COURSE, course, {})
        if course["workflow_state"] == "deleted":
            records.update(self.db, COURSE.table, course["id"], {"workflow_state": "claimed"})
            self.run.changed_state(COURSE, course["id"], "deleted", "claimed")


def _check_values(row: Row) -> str:
    for column in ("xlist_course_id", "section_id"):
        if not row[column]:
            raise Rejected(f"The row has no {column}.")
    status = (row["status"] or "").lower()
    if status not in ("active", "deleted"):
        raise Rejected(f"The status {row['status'] or '(empty)'} is not allowed: use active or deleted.")
    return status


def _into(section: Record, target_id: int) -> Values:
    if section["course_id"] == target_id:
        return {}
    first_id = section["nonxlist_course_id"] or section["course_id"]
    return {"course_id": target_id, "nonxlist_course_id": None if first_id == target_id else first_id}
