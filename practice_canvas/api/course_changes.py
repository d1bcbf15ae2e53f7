"""Courses manually: creating, deleting and concluding them, one or many at a time; and who is in which."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.courses import EXTRAS, FIELDS, apply_event, course_json, find_course, given_values
from practice_canvas.api.enrolling import enroll
from practice_canvas.api.pagination import Listing
from practice_canvas.api.progress import progress_json
from practice_canvas.api.routing import Route
from practice_canvas.api.users import find_user
from practice_canvas.store import records
from practice_canvas.store.reads import courses, sis_ids
from practice_canvas.store.records import COURSE, Record, new_uuid
from practice_canvas.store.school import fresh
from practice_canvas.store.store import now
from practice_canvas.store.writes import progresses

UNNAMED = "Unnamed Course"
MOST_COURSES = 500
ENDINGS = ("delete", "conclude")
BULK_EVENTS = ("offer", "conclude", "delete", "undelete")


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/courses: create a course that no import knows yet."""
    account = find_account(call)
    fields = values.filled(call.params.nested("course"), (*FIELDS, "term_id"))
    given = {"account_id": account["id"], **given_values(call, fields)}
    offered = {"workflow_state": "available"} if call.params.flag("offer") else {}
    course_id = _reactivated(call, given) or call.create(
        COURSE,
        {**given, **offered},
        {
            "name": UNNAMED,
            "course_code": given.get("name", UNNAMED),
            "enrollment_term_id": fresh.DEFAULT_TERM_ID,
            "workflow_state": "claimed",
            "uuid": new_uuid(),
        },
    )
    course = records.one(call.db, "courses", course_id)
    if call.params.flag("enroll_me"):
        enroll(
            call, course, None, call.person.id, {"type": "TeacherEnrollment", "enrollment_state": "active"}
        )
    return course_json(call, course)


def _reactivated(call: Call, given: records.Values) -> int | None:
    """Return the deleted course with the SIS ID, alive again, if `enable_sis_reactivation` asks for it."""
    sis_id = given.get("sis_source_id")
    if not sis_id or not call.params.flag("enable_sis_reactivation"):
        return None
    course = records.find(call.db, "courses", sis_source_id=sis_id, workflow_state="deleted")
    if course is None:
        return None
    call.edit(COURSE, course, {**given, "workflow_state": "claimed"})
    return int(course["id"])


def destroy(call: Call) -> dict[str, bool]:
    """DELETE /api/v1/courses/:id: with `event` delete or conclude."""
    event = call.params.get("event") or ""
    course = find_course(call)
    if event not in ENDINGS:
        raise errors.refused(f"The event {event or '(none)'} is not allowed: use {' or '.join(ENDINGS)}.")
    _carry_out(call, course, event)
    return {event: True}


def update_many(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/courses: the same event for many courses, as a Progress."""
    account = find_account(call)
    event, wanted = call.params.get("event") or "", call.params.all("course_ids")
    if event not in BULK_EVENTS:
        raise errors.refused(f"The event {event or '(none)'} is not allowed: use {', '.join(BULK_EVENTS)}.")
    if not 0 < len(wanted) <= MOST_COURSES:
        raise errors.refused(
            f"course_ids[] takes 1 to {MOST_COURSES} courses, and this request has {len(wanted)}."
        )
    done = 0
    for text in wanted:
        course = sis_ids.find(call.db, "course", text, call.person.id)
        if course is None or not courses.is_in(call.db, course["id"], account["id"]):
            continue
        if (course["workflow_state"] == "deleted") == (event == "undelete"):
            _carry_out(call, course, event)
            done += 1
    message = f"{done} of {len(wanted)} courses processed"
    progress = progresses.note_done(call.db, account["id"], progresses.COURSES, message, now())
    return progress_json(call.base_url, progress)


def _carry_out(call: Call, course: Record, event: str) -> None:
    call.edit(COURSE, course, {"workflow_state": apply_event(call, course["id"], event)})


def of_user(call: Call) -> Listing:
    """GET /api/v1/users/:id/courses: the courses in which the user has an active enrollment."""
    return _courses_of(call, find_user(call)["id"])


def mine(call: Call) -> Listing:
    """GET /api/v1/courses: the courses in which the caller has an active enrollment."""
    return _courses_of(call, call.person.id)


def _courses_of(call: Call, user_id: int) -> Listing:
    """List a user's courses, each with the user's own enrollments in it."""
    states = call.params.all("enrollment_state") or list(courses.CURRENT)
    query = courses.of_user(user_id, states, call.params.all("state"))
    present = call.presenter(course_json, EXTRAS)

    def with_own(course: Record) -> dict[str, Any]:
        own = courses.enrollments_of(call.db, course["id"], user_id, states)
        return {**present(course), "enrollments": [dict(one) for one in own]}

    return call.listed(query, with_own)


ROUTES = (
    Route("GET", "courses", mine),
    Route("GET", "users/:id/courses", of_user),
    Route("POST", "accounts/:account/courses", create, writes=True),
    Route("PUT", "accounts/:account/courses", update_many, writes=True),
    Route("DELETE", "courses/:id", destroy, writes=True),
)
