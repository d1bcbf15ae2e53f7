"""Import terms.csv: enrollment terms and their date overrides by enrollment type.

Source of the rules: Canvas's term importer.
"""

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.engine.rules.checks import Dates, check_integration_id, check_lengths, dates_of
from practice_canvas.engine.rules.status import is_skipped, status_of
from practice_canvas.store import records
from practice_canvas.store.reads import courses
from practice_canvas.store.reads.terms import ENROLLMENT_TYPES
from practice_canvas.store.records import TERM, TERM_OVERRIDE, Record, Values
from practice_canvas.store.writes import terms


class TermImporter(RowImporter):
    """A row is one term; a row with an enrollment type overrides the term's dates for that type."""

    kind = "term"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        term_id = row["term_id"]
        dates = dates_of(self.run, row, f"Term {term_id}")
        if not term_id:
            raise Rejected("The row has no term_id.")
        status = status_of(row, ("active", "deleted"), f"Term {term_id}")
        if is_skipped(self.run, row):
            return False
        deleted = status.startswith("deleted")
        term = records.find(self.db, "enrollment_terms", sis_source_id=term_id)
        if row["date_override_enrollment_type"]:
            self._import_override(row, term, dates, deleted)
        else:
            self._import_term(row, term_id, term, dates, deleted)
        return True

    def _import_term(self, row: Row, term_id: str, term: Record | None, dates: Dates, deleted: bool) -> None:
        if not row["name"]:
            raise Rejected(f"Term {term_id} has no name.")
        what = f"Term {term_id} ({row['name']})"
        values: Values = {
            "name": row["name"],
            "start_at": dates[0],
            "end_at": dates[1],
            "integration_id": row["integration_id"],
            "workflow_state": "deleted" if deleted else "active",
        }
        if term is None:
            values |= {"sis_source_id": term_id, "created_at": self.run.now}
        elif deleted:
            self._check_deletable(term, what)
        check_integration_id(self.run, TERM, term, row["integration_id"], what)
        check_lengths(values, what)
        self.run.save(TERM, term, values)

    def _check_deletable(self, term: Record, what: str) -> None:
        if courses.any_of(self.db, "enrollment_term_id", term["id"]):
            raise Rejected(f"{what} cannot be deleted: it has courses.")
        if term["id"] == terms.default_id(self.db, self.run.now):
            raise Rejected(f"{what} cannot be deleted: it is the default term.")

    def _import_override(self, row: Row, term: Record | None, dates: Dates, deleted: bool) -> None:
        enrollment_type = row["date_override_enrollment_type"]
        if term is None:
            raise Rejected("The row overrides the dates of an enrollment type in a term that does not exist.")
        if enrollment_type not in ENROLLMENT_TYPES:
            raise Rejected(f"{enrollment_type} is not an enrollment type: use {', '.join(ENROLLMENT_TYPES)}.")
        key = {"enrollment_term_id": term["id"], "enrollment_type": enrollment_type}
        override = records.find(self.db, TERM_OVERRIDE.table, **key)
        values: Values = {**key, "start_at": dates[0], "end_at": dates[1]}
        if not deleted:
            self.run.save(TERM_OVERRIDE, override, values)
        elif override and "start_at" in self.run.writable(TERM_OVERRIDE, override, values):
            records.delete(self.db, TERM_OVERRIDE.table, override["id"])
