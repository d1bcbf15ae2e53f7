"""Enrollments manually: reading one, enrolling users, ending and reactivating enrollments."""

from collections.abc import Mapping
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.courses import find_course
from practice_canvas.api.enrollments import enrollment_json
from practice_canvas.api.routing import Route
from practice_canvas.api.sections import find_section
from practice_canvas.engine.importers.enrollment.batch import Enrollment
from practice_canvas.engine.importers.enrollment.observers import follow
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.store import records
from practice_canvas.store.reads import courses, enrollments, observers, roles, users
from practice_canvas.store.reads.roles import ENROLLMENT_TYPES, OBSERVER, STUDENT
from practice_canvas.store.records import ENROLLMENT, Record, Values
from practice_canvas.store.store import now
from practice_canvas.store.writes.sections import default_section

FIELDS = {
    "start_at": ("start_at", values.time),
    "end_at": ("end_at", values.time),
    "limit_privileges_to_course_section": ("limit_privileges_to_course_section", values.flag),
}
STATES = ("active", "invited", "inactive", "completed")
# task → what becomes of the enrollment
TASKS = {"conclude": "completed", "delete": "deleted", "inactivate": "inactive", "deactivate": "inactive"}


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/enrollments/:id: one enrollment, whatever its state."""
    account = find_account(call)
    shown = enrollments.one(call.db, call.number("id"))
    if shown is None or not courses.is_in(call.db, shown["course_id"], account["id"]):
        raise errors.not_found()
    return enrollment_json(call, shown)


def create_in_course(call: Call) -> dict[str, Any]:
    """POST /api/v1/courses/:id/enrollments: enroll a user in a course, or in one of its sections."""
    return _create(call, find_course(call), None)


def create_in_section(call: Call) -> dict[str, Any]:
    """POST /api/v1/sections/:id/enrollments: enroll a user in a section."""
    section = find_section(call)
    return _create(call, records.one(call.db, "courses", section["course_id"]), section)


def _create(call: Call, course: Record, section: Record | None) -> dict[str, Any]:
    given = call.params.nested("enrollment")
    named = given.get("user_id", "").strip()
    if not named and given.get("sis_user_id", "").strip():
        named = f"sis_user_id:{given['sis_user_id'].strip()}"
    if not named:
        raise errors.refused("enrollment[user_id] is missing: name the user to enroll.")
    user = call.referred("user", named)
    if not users.has_live_login(call.db, user["id"]):
        raise errors.not_found()
    return _shown(call, enroll(call, course, section, user["id"], given))


def enroll(call: Call, course: Record, section: Record | None, user_id: int, given: Mapping[str, str]) -> int:
    """Create an enrollment by hand, or revive the one that is there, and return its ID.

    Args:
        call: the request.
        course: where; a concluded one takes nobody.
        section: the section; None for the one that `given` names, or else the default section.
        user_id: who.
        given: type, role, role_id, enrollment_state and the other fields.

    Raises:
        ApiError: the course, section or role does not allow it (400), or is not there (404).
    """
    if course["workflow_state"] in ("completed", "deleted"):
        raise errors.refused("Nobody can be enrolled in a concluded course.")
    section = section or _section(call, course, given.get("course_section_id", "").strip())
    role = _role(call, course, given)
    if course["blueprint"] and role["base_role_type"] in (STUDENT, OBSERVER):
        raise errors.refused(f"Nobody can be enrolled as {role['base_role_type']} in a blueprint course.")
    state = given.get("enrollment_state") or "invited"
    if state not in STATES:
        raise errors.refused(f"{state} is not an enrollment_state: use {', '.join(STATES)}.")
    identity: Values = {
        "course_section_id": section["id"],
        "user_id": user_id,
        "role_id": role["id"],
        "associated_user_id": _observed(call, role, user_id, given.get("associated_user_id", "").strip()),
    }
    changes = {**values.converted(given, FIELDS), **_in_state(state)}
    known = records.find(call.db, "enrollments", **identity)
    if known is None:
        enrollment_id = call.create(ENROLLMENT, {**identity, **changes}, {})
    else:
        enrollment_id = known["id"]
        call.edit(ENROLLMENT, known, changes)
    _follow(call, enrollment_id)
    return enrollment_id


def _in_state(state: str) -> Values:
    """Return what an enrollment stores when it changes to a state."""
    return {
        "workflow_state": state,
        "updated_at": now(),
        "completed_at": now() if state == "completed" else None,
    }


def _section(call: Call, course: Record, named: str) -> Record:
    if not named:
        return default_section(call.db, course, now())
    section = call.referred("section", named)
    if section["course_id"] != course["id"]:
        raise errors.not_found()
    return section


def _role(call: Call, course: Record, given: Mapping[str, str]) -> Record:
    """Return the role that `role_id`, `role` or `type` names; the course's account has to offer it."""
    role_id, name = given.get("role_id") or None, given.get("role") or None
    base = given.get("type") or None
    wanted = name or (None if role_id else base or STUDENT)
    role = roles.named(call.db, course["account_id"], role_id, wanted)
    if role is None or role["base_role_type"] not in ENROLLMENT_TYPES:
        raise errors.refused(f"There is no role {wanted or role_id} in this course.")
    if base not in (None, role["base_role_type"]):
        raise errors.refused(f"The role {role['name']} has the type {role['base_role_type']}, not {base}.")
    return role


def _observed(call: Call, role: Record, user_id: int, named: str) -> int | None:
    if not named or role["base_role_type"] != OBSERVER:
        return None
    observed = call.referred("user", named)
    if observed["id"] == user_id:
        raise errors.refused("Users cannot observe themselves.")
    return int(observed["id"])


def end(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/courses/:course/enrollments/:id: with `task` conclude, delete or deactivate."""
    enrollment = _find(call)
    task = call.params.get("task") or "conclude"
    if task not in TASKS:
        raise errors.refused(f"{task} is not a task: use {', '.join(TASKS)}.")
    if TASKS[task] == "deleted":
        delete_enrollments(call.by_hand(), [enrollment["id"]])
    else:
        _change(call, enrollment, TASKS[task])
    return _shown(call, enrollment["id"])


def reactivate(call: Call) -> dict[str, Any]:
    """PUT /api/v1/courses/:course/enrollments/:id/reactivate: make an inactive enrollment active."""
    enrollment = _find(call)
    if enrollment["workflow_state"] != "inactive":
        raise errors.refused(
            f"Only an inactive enrollment can be reactivated; this one is {enrollment['workflow_state']}."
        )
    _change(call, enrollment, "active")
    return _shown(call, enrollment["id"])


def _find(call: Call) -> Record:
    """Return the enrollment of the path, which must belong to its course and not be deleted."""
    course = find_course(call, "course")
    enrollment = existing(enrollments.one(call.db, call.number("id")))
    if enrollment["course_id"] != course["id"]:
        raise errors.not_found()
    return enrollment


def _change(call: Call, enrollment: Record, state: str) -> None:
    records.update(call.db, "enrollments", enrollment["id"], _in_state(state))
    _follow(call, enrollment["id"])


def _follow(call: Call, enrollment_id: int) -> None:
    """Keep the enrollments of the student's linked observers in step, as after an import."""
    shown = enrollments.one(call.db, enrollment_id)
    if shown is None or shown["type"] != STUDENT:
        return
    identity = (shown["course_section_id"], shown["user_id"], shown["role_id"], None)
    dates = (shown["start_at"], shown["end_at"], shown["completed_at"])
    student = Enrollment(enrollment_id, identity, shown["workflow_state"], *dates)
    for observer_id in observers.observers_of(call.db, [shown["user_id"]]).get(shown["user_id"], []):
        follow(call.by_hand(), student, observer_id)


def _shown(call: Call, enrollment_id: int) -> dict[str, Any]:
    found = enrollments.one(call.db, enrollment_id)
    assert found is not None, "it was there just now"  # noqa: S101
    return enrollment_json(call, found)


ROUTES = (
    Route("GET", "accounts/:account/enrollments/:id", show),
    Route("POST", "courses/:id/enrollments", create_in_course, writes=True),
    Route("POST", "sections/:id/enrollments", create_in_section, writes=True),
    Route("DELETE", "courses/:course/enrollments/:id", end, writes=True),
    Route("PUT", "courses/:course/enrollments/:id/reactivate", reactivate, writes=True),
)
