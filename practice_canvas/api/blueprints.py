"""Blueprint templates: which courses follow a blueprint course, as `blueprint_course_id` links them."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.courses import find_course
from practice_canvas.api.pagination import Listing, in_pages
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, courses, sis_ids, terms
from practice_canvas.store.records import Record


def template_json(record: Record, linked: int) -> dict[str, Any]:
    """Present the template of a blueprint course; there is one a course, so it has the course's ID."""
    return {
        "id": record["id"],
        "course_id": record["id"],
        "last_export_completed_at": None,
        "associated_course_count": linked,
        "latest_migration": None,
    }


def _find_blueprint(call: Call) -> Record:
    """Return the blueprint course of the path, which names its template by ID or as `default`."""
    course = find_course(call)
    if not course["blueprint"] or call.arguments["template"] not in ("default", str(course["id"])):
        raise errors.not_found()
    return course


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/courses/:id/blueprint_templates/:template."""
    course = _find_blueprint(call)
    return template_json(course, courses.linked_to(course["id"]).count(call.db))


def associated(call: Call) -> Listing:
    """GET /api/v1/courses/:id/blueprint_templates/:template/associated_courses."""

    def present(course: Record) -> dict[str, Any]:
        return {
            "id": course["id"],
            "name": course["name"],
            "course_code": course["course_code"],
            "term_name": terms.name(call.db, course["enrollment_term_id"]),
            "sis_course_id": course["sis_source_id"],
            "teachers": [dict(teacher) for teacher in courses.teachers(call.db, course["id"])],
        }

    return call.listed(courses.linked_to(_find_blueprint(call)["id"]), present)


def update_associations(call: Call) -> dict[str, bool]:
    """PUT /api/v1/courses/:id/blueprint_templates/:template/update_associations: link and unlink courses."""
    blueprint = _find_blueprint(call)
    for text in call.params.all("course_ids_to_add"):
        course = sis_ids.find(call.db, "course", text, call.person.id)
        if course is None or not _may_be_linked(call, course, blueprint):
            raise errors.refused(f"Course {text} cannot be linked to this blueprint course.")
        records.update(call.db, "courses", course["id"], {"blueprint_course_id": blueprint["id"]})
    for text in call.params.all("course_ids_to_remove"):
        course = sis_ids.find(call.db, "course", text, call.person.id)
        if course is not None and course["blueprint_course_id"] == blueprint["id"]:
            records.update(call.db, "courses", course["id"], {"blueprint_course_id": None})
    return {"success": True}


def _may_be_linked(call: Call, course: Record, blueprint: Record) -> bool:
    """Return whether a course can follow a blueprint course: the rules of courses.csv."""
    return (
        course["workflow_state"] != "deleted"
        and not course["blueprint"]
        and course["blueprint_course_id"] in (None, blueprint["id"])
        and accounts.is_at_or_below(call.db, course["account_id"], blueprint["account_id"])
    )


def migrations(call: Call) -> Listing:
    """GET /api/v1/courses/:id/blueprint_templates/:template/migrations: always empty, nothing has content."""
    _find_blueprint(call)
    return in_pages([], call.page())


def subscriptions(call: Call) -> list[dict[str, Any]]:
    """GET /api/v1/courses/:id/blueprint_subscriptions: the blueprint course that a course follows."""
    course = find_course(call)
    if course["blueprint_course_id"] is None:
        return []
    blueprint = records.one(call.db, "courses", course["blueprint_course_id"])
    fields = ("id", "name", "course_code")
    shown = {field: blueprint[field] for field in fields}
    shown |= {"term_name": terms.name(call.db, blueprint["enrollment_term_id"])}
    return [{"id": course["id"], "template_id": blueprint["id"], "blueprint_course": shown}]


TEMPLATE = "courses/:id/blueprint_templates/:template"
ROUTES = (
    Route("GET", TEMPLATE, show),
    Route("GET", f"{TEMPLATE}/associated_courses", associated),
    Route("PUT", f"{TEMPLATE}/update_associations", update_associations, writes=True),
    Route("GET", f"{TEMPLATE}/migrations", migrations),
    Route("GET", "courses/:id/blueprint_subscriptions", subscriptions),
)
