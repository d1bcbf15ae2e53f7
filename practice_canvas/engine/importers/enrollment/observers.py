"""Enroll linked observers together with their students, and keep those enrollments in step."""

from collections.abc import Iterable

from practice_canvas.engine.importer import Run
from practice_canvas.engine.importers.enrollment.batch import Enrollment
from practice_canvas.store import records
from practice_canvas.store.reads import observers, roles
from practice_canvas.store.records import ENROLLMENT, Values
from practice_canvas.store.store import Database
from practice_canvas.store.writes import enrollments


def follow(run: Run, student: Enrollment, observer_id: int) -> None:
    """Copy the student's state and dates to the observer's enrollment; create it if the student is active.

    It is stamped only if a file once named it: batch mode must not delete it as left out of a file.
    """
    record_id, before = copy_state(run.store.db, student, observer_id, run.now, run.import_id)
    if record_id:
        run.changed_state(ENROLLMENT, record_id, before, student.workflow_state)


def copy_state(
    db: Database, student: Enrollment, observer_id: int, now: str, import_id: int
) -> tuple[int, str | None]:
    """Return the id of the observer's enrollment (0: there is none) and the state that it had before."""
    section_id, student_id, _, _ = student.identity
    observing = observers.observing(db, section_id, observer_id, student_id)
    values: Values = {
        "workflow_state": student.workflow_state,
        "start_at": student.start_at,
        "end_at": student.end_at,
        "completed_at": student.completed_at,
        "updated_at": now,
    }
    if observing:
        stamp = {"sis_batch_id": import_id} if observing["sis_batch_id"] is not None and import_id else {}
        records.update(db, ENROLLMENT.table, observing["id"], values | stamp)
        return observing["id"], observing["workflow_state"]
    if student.workflow_state != "active":
        return 0, None
    identity = {
        "course_section_id": section_id,
        "user_id": observer_id,
        "associated_user_id": student_id,
        "role_id": roles.built_in_id(db, roles.OBSERVER),
    }
    return records.insert(db, ENROLLMENT.table, identity | values | {"created_at": now}), None


def stamp_observing(run: Run, student_enrollment_ids: Iterable[int]) -> None:
    """Stamp the observers' enrollments that go with unchanged ones of students, if files once named them.

    So a full batch that names only the student leaves them alone.
    """
    db = run.store.db
    linked = enrollments.linked_to(db, list(student_enrollment_ids))
    named = [one["id"] for one in linked if one["sis_batch_id"] is not None]
    enrollments.stamp(db, named, run.import_id)
