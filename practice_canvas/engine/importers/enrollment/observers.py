"""Enroll linked observers together with their students, and keep those enrollments in step."""

from practice_canvas.engine.importer import Run
from practice_canvas.engine.importers.enrollment.batch import Enrollment
from practice_canvas.engine.importers.enrollment.places import OBSERVER
from practice_canvas.store import records
from practice_canvas.store.reads import observers, roles
from practice_canvas.store.records import ENROLLMENT, Values


def follow(run: Run, student: Enrollment, observer_id: int) -> None:
    """Copy the student's state and dates to the observer's enrollment; create it if the student is active.

    It is not stamped with the import: batch mode must not delete it as left out of a file.
    """
    db = run.store.db
    section_id, student_id, _, _ = student.identity
    observing = observers.observing(db, section_id, observer_id, student_id)
    values: Values = {
        "workflow_state": student.workflow_state,
        "start_at": student.start_at,
        "end_at": student.end_at,
        "completed_at": student.completed_at,
        "updated_at": run.now,
    }
    if observing:
        records.update(db, ENROLLMENT.table, observing["id"], values)
        run.changed_state(ENROLLMENT, observing["id"], observing["workflow_state"], student.workflow_state)
    elif student.workflow_state == "active":
        identity = {
            "course_section_id": section_id,
            "user_id": observer_id,
            "associated_user_id": student_id,
            "role_id": roles.built_in_id(db, OBSERVER),
        }
        made_id = records.insert(db, ENROLLMENT.table, identity | values | {"created_at": run.now})
        run.changed_state(ENROLLMENT, made_id, None, "active")
