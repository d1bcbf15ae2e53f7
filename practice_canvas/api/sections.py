"""Sections: reading them, and creating, changing, cross-listing and deleting them manually."""

from collections.abc import Callable
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.call import Call, existing
from practice_canvas.api.courses import find_course
from practice_canvas.api.enrollments import enrollment_json
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import user_json
from practice_canvas.store import records
from practice_canvas.store.reads import enrollments, sections, users
from practice_canvas.store.records import Record
from practice_canvas.store.writes.sections import move_by_hand

FIELDS = {
    "name": ("name", values.needed),
    "start_at": ("start_at", values.time),
    "end_at": ("end_at", values.time),
    "restrict_enrollments_to_section_dates": ("restrict_enrollments_to_section_dates", values.flag),
    "sis_section_id": ("sis_source_id", values.text),
    "integration_id": ("integration_id", values.text),
}


def section_json(record: Record) -> dict[str, Any]:
    """Present a section (with its course's SIS id in the record)."""
    return {
        "id": record["id"],
        "name": record["name"],
        "course_id": record["course_id"],
        "nonxlist_course_id": record["nonxlist_course_id"],
        "start_at": record["start_at"],
        "end_at": record["end_at"],
        "restrict_enrollments_to_section_dates": bool(record["restrict_enrollments_to_section_dates"]),
        "created_at": record["created_at"],
        "sis_section_id": record["sis_source_id"],
        "sis_course_id": record["sis_course_id"],
        "integration_id": record["integration_id"],
        "sis_import_id": record["sis_batch_id"],
    }


def _students(call: Call, record: Record) -> list[dict[str, Any]]:
    return [user_json(row) for row in users.students(record["id"]).rows(call.db, 1000)]


def _enrollments(call: Call, record: Record) -> list[dict[str, Any]]:
    query = enrollments.listed("section", record["id"]).equal("enrollments.workflow_state", "active")
    return [enrollment_json(call, row) for row in query.rows(call.db, 1000)]


EXTRAS = {
    "total_students": lambda call, record: sections.total_students(call.db, record["id"]),
    "students": _students,
    "enrollments": _enrollments,
}


def _presenter(call: Call) -> Callable[[Record], dict[str, Any]]:
    return call.presenter(lambda call, record: section_json(record), EXTRAS)


def find_section(call: Call) -> Record:
    """Return the active section that the path names, for an admin."""
    section = existing(call.find("section"))
    call.require_admin()
    return section


def of_course(call: Call) -> Listing:
    """GET /api/v1/courses/:id/sections."""
    query = sections.of_course(find_course(call)["id"])
    return call.listed(query, _presenter(call))


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/sections/:id."""
    return _presenter(call)(sections.one(call.db, find_section(call)["id"]))


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/sections/:id: fields that are changed manually become sticky."""
    section = find_section(call)
    changes = values.converted(call.params.nested("course_section"), FIELDS)
    call.edit(records.SECTION, section, changes)
    return section_json(sections.one(call.db, section["id"]))


def show_in_course(call: Call) -> dict[str, Any]:
    """GET /api/v1/courses/:course/sections/:id: a section, if it is in this course."""
    course, section = find_course(call, "course"), find_section(call)
    if section["course_id"] != course["id"]:
        raise errors.not_found()
    return _presenter(call)(sections.one(call.db, section["id"]))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/courses/:id/sections: create a section that no import knows yet."""
    course = find_course(call)
    fields = call.params.nested("course_section")
    given = values.converted(values.filled(fields, FIELDS), FIELDS)
    section_id = call.create(records.SECTION, {"course_id": course["id"], **given}, {"name": course["name"]})
    return section_json(sections.one(call.db, section_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/sections/:id: refused while somebody is enrolled."""
    section = find_section(call)
    if enrollments.ids_below(call.db, records.SECTION, [section["id"]]):
        raise errors.refused("A section with enrollments cannot be deleted.")
    call.edit(records.SECTION, section, {"workflow_state": "deleted"})
    return section_json(sections.one(call.db, section["id"]))


def crosslist(call: Call) -> dict[str, Any]:
    """POST /api/v1/sections/:id/crosslist/:course."""
    section = find_section(call)
    target = find_course(call, "course")
    if target["id"] != section["course_id"]:
        first = section["nonxlist_course_id"] or section["course_id"]
        home = {"course_id": target["id"], "nonxlist_course_id": None if first == target["id"] else first}
        move_by_hand(call.db, section, home)
    return section_json(sections.one(call.db, section["id"]))


def uncrosslist(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/sections/:id/crosslist."""
    section = find_section(call)
    first = section["nonxlist_course_id"]
    if first is None:
        raise errors.bad_request("This section is not cross-listed.")
    move_by_hand(call.db, section, {"course_id": first, "nonxlist_course_id": None})
    return section_json(sections.one(call.db, section["id"]))


ROUTES = (
    Route("GET", "courses/:id/sections", of_course),
    Route("POST", "courses/:id/sections", create, writes=True),
    Route("GET", "courses/:course/sections/:id", show_in_course),
    Route("GET", "sections/:id", show),
    Route("PUT", "sections/:id", update, writes=True),
    Route("DELETE", "sections/:id", destroy, writes=True),
    Route("POST", "sections/:id/crosslist/:course", crosslist, writes=True),
    Route("DELETE", "sections/:id/crosslist", uncrosslist, writes=True),
)
