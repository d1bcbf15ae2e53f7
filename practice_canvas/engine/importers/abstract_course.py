"""Import abstract_courses.csv: templates for courses. Source: Canvas's abstract course importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.checks import check_lengths
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, terms
from practice_canvas.store.records import ABSTRACT_COURSE, Values
from practice_canvas.store.writes import terms as term_writes


class AbstractCourseImporter(RowImporter):
    """One row creates or changes one abstract course; an unknown term or account is not an error here."""

    kind = "abstract_course"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        abstract_id = row["abstract_course_id"]
        if not abstract_id:
            raise Rejected("The row has no abstract_course_id.")
        for column in ("short_name", "long_name"):
            if not row[column]:
                raise Rejected(f"Abstract course {abstract_id} has no {column}.")
        status = status_of(row, ("active", "deleted"), f"Abstract course {abstract_id}")
        if is_skipped(self.run, row):
            return False
        found = records.find(self.db, ABSTRACT_COURSE.table, sis_source_id=abstract_id)
        values: Values = {
            "name": row["long_name"],
            "short_name": row["short_name"],
            "enrollment_term_id": self._term_id(row),
            "workflow_state": "deleted" if status.startswith("deleted") else "active",
        }
        account_id = self._account_id(row)
        if found is None:
            values |= {"sis_source_id": abstract_id, "account_id": account_id or self.run.root_account_id}
        elif account_id:
            values["account_id"] = account_id
        check_lengths(values, f"Abstract course {abstract_id}")
        self.run.save(ABSTRACT_COURSE, found, values)
        return True

    def _term_id(self, row: Row) -> int:
        term = terms.with_sis_id(self.db, row["term_id"])
        return int(term["id"]) if term else term_writes.default_id(self.db, self.run.now)

    def _account_id(self, row: Row) -> int | None:
        account = accounts.with_sis_id(self.db, row["account_id"], row["fallback_account_id"])
        return int(account["id"]) if account else None
