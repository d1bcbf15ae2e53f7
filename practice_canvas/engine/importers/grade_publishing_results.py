"""Import grade_publishing_results.csv: whether final grades sent to the SIS were published."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.status import word_of
from practice_canvas.store import records
from practice_canvas.store.records import ENROLLMENT

LARGEST_ID = 2**63 - 1


class GradePublishingResultsImporter(RowImporter):
    """One row reports whether the grade of one enrollment, given by its Canvas ID, was published."""

    kind = "grade_publishing_results"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        enrollment_id = row["enrollment_id"]
        if not enrollment_id:
            raise Rejected("The row has no enrollment_id.")
        what = f"The grade of enrollment {enrollment_id}"
        status = word_of(row, "grade_publishing_status", ("published", "error"), what)
        enrollment = self._enrollment(enrollment_id)
        if enrollment is None:
            raise Rejected(f"The enrollment {enrollment_id} does not exist.")
        values = {"grade_publishing_status": status, "grade_publishing_message": row["message"] or ""}
        records.update(self.db, ENROLLMENT.table, enrollment["id"], values)
        return True

    def _enrollment(self, text: str) -> records.Record | None:
        if not text.isascii() or not text.isdigit() or int(text) > LARGEST_ID:
            return None
        return records.find(self.db, ENROLLMENT.table, id=int(text))
