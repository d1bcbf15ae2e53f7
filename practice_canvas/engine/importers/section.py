"""Import sections.csv. Source of the rules: Canvas's section importer."""

from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules import checks
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store.reads import enrollments
from practice_canvas.store.records import COURSE, SECTION, Record, Values


class SectionImporter(RowImporter):
    """One row creates, changes, moves, deletes or restores one section."""

    kind = "section"

    def load(self, rows: Sequence[Row]) -> None:
        """Load the sections and courses that the rows name."""
        self.load_named(rows, COURSE, course_id="sis_source_id")
        self.load_named(rows, SECTION, section_id="sis_source_id", integration_id="integration_id")

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        dates = checks.dates_of(self.run, row, f"Section {row['section_id']}")
        section_id, course_id, status = _check_values(row)
        if is_skipped(self.run, row):
            return False
        course = self.records.find(COURSE.table, "sis_source_id", course_id)
        if course is None:
            raise Rejected(f"The course {course_id} of section {section_id} does not exist.")
        section = self.records.find(SECTION.table, "sis_source_id", section_id)
        if section is None and not row["name"]:
            raise _no_name(section_id, course_id)
        active = status.startswith("active")
        values: Values = {
            "integration_id": row["integration_id"],
            "workflow_state": "active" if active else "deleted",
            **({"name": row["name"]} if row["name"] else {}),
            **self._place(section, course["id"], active),
            "start_at": dates[0],
            "end_at": dates[1],
        }
        self._save(row, section, values)
        return True

    def _place(self, section: Record | None, target: int, active: bool) -> Values:
        """Return the course, if it changes; a cross-listing stays unless the row has a third course."""
        if section is None:
            return {"course_id": target}
        if section["course_id"] == target or "course_id" not in self.run.writable(
            SECTION, section, {"course_id": target}
        ):
            return {}
        if section["nonxlist_course_id"] == target and not (active and self._is_in_deleted_course(section)):
            return {}
        return {"course_id": target, "nonxlist_course_id": None}

    def _is_in_deleted_course(self, section: Record) -> bool:
        """Return whether the course into which the section is cross-listed is deleted."""
        course = self.records.find(COURSE.table, "id", section["course_id"])
        return course is None or course["workflow_state"] == "deleted"

    def _dates_after(self, section: Record | None, values: Values) -> checks.Dates:
        if section is None:
            return values["start_at"], values["end_at"]
        written = self.run.writable(SECTION, section, values)
        return written.get("start_at", section["start_at"]), written.get("end_at", section["end_at"])

    def _save(self, row: Row, section: Record | None, values: Values) -> None:
        what = f"Section {row['section_id']} ({row['name']}) of course {row['course_id']}"
        start, end = self._dates_after(section, values)
        values["restrict_enrollments_to_section_dates"] = int(bool(start or end))
        checks.check_order(start, end, what)
        checks.check_integration_id(self.run, SECTION, section, row["integration_id"], what)
        checks.check_lengths(values, what)
        made = {"sis_source_id": row["section_id"], "created_at": self.run.now} if section is None else {}
        saved_id = self.run.save(SECTION, section, values | made)
        if values["workflow_state"] == "deleted" and section is not None:
            self.records.write()
            delete_enrollments(self.run, enrollments.ids_below(self.db, SECTION, [saved_id]))


def _check_values(row: Row) -> tuple[str, str, str]:
    """Check what does not depend on the school, and return section_id, course_id and status."""
    section_id, course_id = row["section_id"], row["course_id"]
    if not section_id:
        raise Rejected(f"A section of course {course_id} has no section_id.")
    if not course_id:
        raise Rejected(f"Section {section_id} has no course_id.")
    if not row["name"] and (row["status"] or "").lower().startswith("active"):
        raise _no_name(section_id, course_id)
    status = status_of(row, ("active", "deleted"), f"Section {section_id} of course {course_id}")
    return section_id, course_id, status


def _no_name(section_id: str, course_id: str) -> Rejected:
    return Rejected(f"Section {section_id} of course {course_id} has no name.")
