"""Import user_observers.csv: observers of students. Source of the rules: Canvas's observer importer."""

from practice_canvas.engine.importer import Rejected, Row, RowImporter, Run
from practice_canvas.engine.importers.enrollment.batch import Enrollment
from practice_canvas.engine.importers.enrollment.observers import follow
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.engine.rules.status import is_skipped, word_of
from practice_canvas.store import records
from practice_canvas.store.reads import logins
from practice_canvas.store.records import OBSERVER_LINK, Record
from practice_canvas.store.writes import enrollments


class UserObserverImporter(RowImporter):
    """One row links an observer to a student or removes the link, with the observer's enrollments."""

    kind = "user_observer"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        observer_sis_id, student_sis_id = row["observer_id"], row["student_id"]
        if not observer_sis_id:
            raise Rejected("The row has no observer_id.")
        if not student_sis_id:
            raise Rejected(
                f"The row of observer {observer_sis_id} has no student_id (the user_id of a student)."
            )
        if observer_sis_id == student_sis_id:
            raise Rejected(f"The user {student_sis_id} cannot observe themselves.")
        what = f"The link of {observer_sis_id} to {student_sis_id}"
        status = word_of(row, "status", ("active", "deleted"), what)
        if is_skipped(self.run, row):
            return False
        observer_id = self._user_id(observer_sis_id, "observer")
        student_id = self._user_id(student_sis_id, "student")
        if observer_id == student_id:
            raise Rejected(f"{observer_sis_id} and {student_sis_id} are logins of the same user.")
        known = records.find(self.db, OBSERVER_LINK.table, observer_id=observer_id, student_id=student_id)
        if status == "active":
            link(self.run, known, observer_id, student_id)
        elif known and known["workflow_state"] == "active":
            unlink(self.run, known)
        else:
            raise Rejected(f"{what} cannot be deleted: {observer_sis_id} does not observe the student.")
        return True

    def _user_id(self, sis_user_id: str, part: str) -> int:
        login = logins.live_with_sis_id(self.db, sis_user_id)
        if login is None:
            raise Rejected(f"The {part} {sis_user_id} does not exist.")
        return int(login["user_id"])


def link(run: Run, known: Record | None, observer_id: int, student_id: int) -> None:
    """Create or restore a link, and enroll the observer in the student's courses."""
    identity = {} if known else {"observer_id": observer_id, "student_id": student_id}
    run.save(OBSERVER_LINK, known, identity | {"workflow_state": "active"})
    if known is None or known["workflow_state"] != "active":
        for found in enrollments.active_of_student(run.store.db, student_id):
            follow(run, Enrollment.from_stored(found), observer_id)


def unlink(run: Run, known: Record) -> None:
    """Remove a link, and delete the observer's enrollments that go with it."""
    run.save(OBSERVER_LINK, known, {"workflow_state": "deleted"})
    observing = records.find_all(
        run.store.db, "enrollments", user_id=known["observer_id"], associated_user_id=known["student_id"]
    )
    delete_enrollments(run, [enrollment["id"] for enrollment in observing])
