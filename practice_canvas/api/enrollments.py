"""Enrollments of courses, sections and users."""

from collections.abc import Callable
from typing import Any

from practice_canvas.api.call import Call, existing
from practice_canvas.api.courses import find_course
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import find_user, user_json
from practice_canvas.store.reads import enrollments, sis_ids, users
from practice_canvas.store.reads.roles import STUDENT
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import Query

# Parameter (single or `[]`) → the expression it is compared with.
FILTERS = {
    "type": "roles.base_role_type",
    "role": "roles.name",
    "role_id": "enrollments.role_id",
    "sis_user_id": "login.sis_user_id",
    "sis_course_id": "courses.sis_source_id",
    "sis_section_id": "course_sections.sis_source_id",
    "sis_account_id": "accounts.sis_source_id",
}

# Words of `state[]` that stand for several states.
SEVERAL = {
    "current_and_invited": ["active", "invited"],
    "current_and_future": ["active", "invited", "creation_pending"],
    "current_future_and_restricted": ["active", "invited", "creation_pending"],
    "current_and_concluded": ["active", "completed"],
}


def enrollment_json(call: Call, record: Record) -> dict[str, Any]:
    """Present an enrollment (a record of store/enrollments.py)."""
    course, user = record["course_id"], record["user_id"]
    shown = {
        "id": record["id"],
        "user_id": user,
        "course_id": course,
        "course_section_id": record["course_section_id"],
        "type": record["type"],
        "role": record["role"],
        "role_id": record["role_id"],
        "enrollment_state": record["enrollment_state"],
        "associated_user_id": record["associated_user_id"],
        "limit_privileges_to_course_section": bool(record["limit_privileges_to_course_section"]),
        "start_at": record["start_at"],
        "end_at": record["end_at"],
        "completed_at": record["completed_at"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "last_activity_at": None,
        "last_attended_at": None,
        "total_activity_time": 0,
        "root_account_id": fresh.ROOT_ACCOUNT_ID,
        "sis_account_id": record["sis_account_id"],
        "sis_course_id": record["sis_course_id"],
        "course_integration_id": record["course_integration_id"],
        "sis_section_id": record["sis_section_id"],
        "section_integration_id": record["section_integration_id"],
        "sis_user_id": record["sis_user_id"],
        "sis_import_id": record["sis_batch_id"],
        "html_url": f"{call.base_url}/courses/{course}/users/{user}",
        "user": _user(record),
    }
    return shown | {"grades": _grades(call, record)} if record["type"] == STUDENT else shown


def _user(record: Record) -> dict[str, Any]:
    return {
        "id": record["user_id"],
        "name": record["name"],
        "created_at": record["user_created_at"],
        "sortable_name": record["sortable_name"],
        "short_name": record["short_name"] or record["name"],
        "sis_user_id": record["sis_user_id"],
        "integration_id": record["integration_id"],
        "sis_import_id": record["login_sis_batch_id"],
        "login_id": record["login_id"],
    }


def _grades(call: Call, record: Record) -> dict[str, Any]:
    """Nobody grades here, so there are no scores."""
    return {
        "html_url": f"{call.base_url}/courses/{record['course_id']}/grades/{record['user_id']}",
        "current_grade": None,
        "current_score": None,
        "final_grade": None,
        "final_score": None,
    }


def of_course(call: Call) -> Listing:
    """GET /api/v1/courses/:id/enrollments."""
    return _listed(call, enrollments.listed("course", find_course(call)["id"]))


def of_section(call: Call) -> Listing:
    """GET /api/v1/sections/:id/enrollments."""
    section = call.find("section")
    call.require_admin()
    return _listed(call, enrollments.listed("section", existing(section)["id"]))


def of_user(call: Call) -> Listing:
    """GET /api/v1/users/:id/enrollments."""
    return _listed(call, enrollments.listed("user", find_user(call)["id"]))


def _listed(call: Call, query: Query) -> Listing:
    """Apply the filters that all three lists share."""
    if states := call.params.all("state"):
        query.where_in(enrollments.STATE, [each for state in states for each in SEVERAL.get(state, [state])])
    else:
        query.where(enrollments.NOT_ENDED)
    for name, expression in FILTERS.items():
        if wanted := call.params.all(name):
            query.where_in(expression, wanted)
    for name, kind, expression in (
        ("user_id", "user", "enrollments.user_id"),
        ("enrollment_term_id", "term", "courses.enrollment_term_id"),
    ):
        if asked := call.params.filled(name):
            record = sis_ids.find(call.db, kind, asked, call.person.id)
            query.equal(expression, record["id"] if record else 0)
    return call.listed(query, _presenter(call))


def _presenter(call: Call) -> Callable[[Record], dict[str, Any]]:
    """Return what presents an enrollment, with the observed user where `include[]` asks for it."""
    if not call.includes("observed_users"):
        return lambda record: enrollment_json(call, record)

    def present(record: Record) -> dict[str, Any]:
        observed = record["associated_user_id"]
        shown = {"observed_user": user_json(users.user(call.db, observed))} if observed else {}
        return enrollment_json(call, record) | shown

    return present


ROUTES = (
    Route("GET", "courses/:id/enrollments", of_course),
    Route("GET", "sections/:id/enrollments", of_section),
    Route("GET", "users/:id/enrollments", of_user),
)
