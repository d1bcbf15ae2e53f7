"""Courses: reading them, and changing them manually."""

from collections.abc import Callable, Mapping
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.pagination import Listing
from practice_canvas.api.params import is_true
from practice_canvas.api.routing import Route
from practice_canvas.api.search import ordered, searched
from practice_canvas.api.terms import term_json
from practice_canvas.api.users import ENROLLMENT_TYPES
from practice_canvas.store import records
from practice_canvas.store.reads import courses, sis_ids
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh
from practice_canvas.store.writes import enrollments

FIELDS = {
    "name": ("name", values.needed),
    "course_code": ("course_code", values.needed),
    "start_at": ("start_at", values.time),
    "end_at": ("conclude_at", values.time),
    "restrict_enrollments_to_course_dates": ("restrict_enrollments_to_course_dates", values.flag),
    "blueprint": ("blueprint", values.flag),
    "course_format": ("course_format", values.text),
    "grade_passback_setting": ("grade_passback_setting", values.text),
    "homeroom_course": ("homeroom_course", values.flag),
    "friendly_name": ("friendly_name", values.text),
    "sis_course_id": ("sis_source_id", values.text),
    "integration_id": ("integration_id", values.text),
}
# Fields that name another record: (field, its kind, the column)
REFERENCES = (("term_id", "term", "enrollment_term_id"), ("account_id", "account", "account_id"))
# What the practice Canvas does not keep; clients stop when one of these is missing.
THE_SAME_FOR_ALL = {
    "default_view": "modules",
    "time_zone": "Etc/UTC",
    "is_public": False,
    "is_public_to_auth_users": False,
    "public_syllabus": False,
    "public_syllabus_to_auth": False,
    "license": None,
    "storage_quota_mb": 500,
    "apply_assignment_group_weights": False,
    "grading_standard_id": None,
    "hide_final_grades": False,
    "template": False,
}
# What the API shows for the states that the table holds.
SHOWN_STATES = {"created": "unpublished", "claimed": "unpublished"}
# course[event] → (the new state, enrollment states that change with it, what they become)
EVENTS: dict[str, tuple[str, list[str], str]] = {
    "offer": ("available", [], ""),
    "claim": ("claimed", [], ""),
    "conclude": ("completed", ["active", "invited"], "completed"),
    "delete": ("deleted", ["active", "invited", "creation_pending", "inactive", "completed"], "deleted"),
    "undelete": ("claimed", [], ""),
}


def course_json(call: Call, record: Record) -> dict[str, Any]:
    """Present a course."""
    shown = {
        "id": record["id"],
        "name": record["name"],
        "course_code": record["course_code"],
        "account_id": record["account_id"],
        "root_account_id": fresh.ROOT_ACCOUNT_ID,
        "enrollment_term_id": record["enrollment_term_id"],
        "start_at": record["start_at"],
        "end_at": record["conclude_at"],
        "uuid": record["uuid"],
        "created_at": record["created_at"],
        "workflow_state": SHOWN_STATES.get(record["workflow_state"], record["workflow_state"]),
        "sis_course_id": record["sis_source_id"],
        "sis_import_id": record["sis_batch_id"],
        "integration_id": record["integration_id"],
        "restrict_enrollments_to_course_dates": bool(record["restrict_enrollments_to_course_dates"]),
        "calendar": {"ics": f"{call.base_url}/feeds/calendars/course_{record['uuid']}.ics"},
        "blueprint": bool(record["blueprint"]),
        "homeroom_course": bool(record["homeroom_course"]),
        "friendly_name": record["friendly_name"],
        "grade_passback_setting": record["grade_passback_setting"],
        **THE_SAME_FOR_ALL,
    }
    if record["course_format"]:
        shown["course_format"] = record["course_format"]
    return shown


def _term(call: Call, record: Record) -> dict[str, Any] | None:
    term = records.find(call.db, "enrollment_terms", id=record["enrollment_term_id"])
    return term_json(term) if term else None


def _account_name(call: Call, record: Record) -> str | None:
    account = records.find(call.db, "accounts", id=record["account_id"])
    return account["name"] if account else None


# include[] → what it adds.
EXTRAS: dict[str, Callable[[Call, Record], Any]] = {
    "term": _term,
    "account_name": _account_name,
    "teachers": lambda call, record: [dict(one) for one in courses.teachers(call.db, record["id"])],
    "total_students": lambda call, record: courses.total_students(call.db, record["id"]),
    "concluded": lambda call, record: record["workflow_state"] == "completed",
}


def find_course(call: Call, argument: str = "id", *, deleted: bool = False) -> Record:
    """Return the course that the path names, for an admin; a deleted one only if `deleted` is set."""
    course = call.find("course", argument)
    if not deleted:
        existing(course)
    call.require_admin()
    return course


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/courses/:id."""
    present = call.presenter(course_json, EXTRAS)
    return present(find_course(call, deleted=call.includes("all_courses")))


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/courses."""
    account = find_account(call)
    query = courses.of_account(account["id"], call.params.chosen("state", (*courses.STATES, "all")))
    searched(
        call, query, *courses.SEARCHED[(call.params.chosen("search_by", courses.SEARCHED) or ["course"])[0]]
    )
    for name, condition in courses.FLAGS.items():
        if asked := call.params.filled(name):
            (query.where if is_true(asked) else query.where_not)(condition)
    if "hide_enrollmentless_courses" in call.params:
        query.where(courses.FLAGS["with_enrollments"])
    if types := call.params.chosen("enrollment_type", ENROLLMENT_TYPES):
        courses.with_enrollments_as(query, [ENROLLMENT_TYPES[each] for each in types])
    for name, condition in courses.DATES.items():
        if moment := values.time(name, call.params.get(name) or ""):
            query.where(condition, moment, moment)
    for name, (kind, condition) in courses.REFERENCES.items():
        if asked_ids := [text for text in call.params.all(name) if text.strip()]:
            found = [sis_ids.find(call.db, kind, text.strip(), call.person.id) for text in asked_ids]
            ids = [record["id"] for record in found if record]
            query.where_any(condition, ids)
    ordered(call, query, courses.SORTS)
    return call.listed(query, call.presenter(course_json, EXTRAS))


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/courses/:id: fields that are changed manually become sticky."""
    course = find_course(call, deleted=call.params.nested("course").get("event") == "undelete")
    given = call.params.nested("course")
    changes = given_values(call, given)
    if event := given.get("event") or ("offer" if call.params.flag("offer") else ""):
        changes["workflow_state"] = apply_event(call, course["id"], event)
    call.edit(records.COURSE, course, changes)
    return course_json(call, records.find(call.db, "courses", id=course["id"]) or course)


def given_values(call: Call, given: Mapping[str, str]) -> records.Values:
    """Return column → value of the fields of a course that a call gives."""
    changes = values.converted(given, FIELDS)
    for field, kind, column in REFERENCES:
        if given.get(field):
            changes[column] = call.referred(kind, given[field])["id"]
    return changes


def apply_event(call: Call, course_id: int, event: str) -> str:
    """Apply course[event] to the enrollments and return the course's new state."""
    if event not in EVENTS:
        raise errors.invalid("event", f"{event} is not a course event: use {', '.join(EVENTS)}")
    state, before, after = EVENTS[event]
    if before:
        enrollments.set_states_of_course(call.db, course_id, before, after)
    return state


ROUTES = (
    Route("GET", "courses/:id", show),
    Route("PUT", "courses/:id", update, writes=True),
    Route("GET", "accounts/:account/courses", of_account),
)
