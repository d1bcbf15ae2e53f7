"""The pages of courses: the list, and one course with its sections, people and groups."""

from practice_canvas.pages.view import Content, View
from practice_canvas.store import records
from practice_canvas.store.reads import browse
from practice_canvas.store.reads.courses import STATES
from practice_canvas.store.sql import Query

# What the field "State" offers → the states it keeps.
STATE_CHOICES = {
    "": ["created", "claimed", "available", "completed"],
    "unpublished": ["created", "claimed"],
    "available": ["available"],
    "completed": ["completed"],
    "deleted": ["deleted"],
    "all": list(STATES),
}


def courses(view: View) -> Content:
    """Show the courses, by account, term and state."""
    query = view.searched(browse.courses(), "courses.name", "courses.course_code", "courses.sis_source_id")
    query.where_in("courses.workflow_state", STATE_CHOICES.get(view.text("state"), STATE_CHOICES[""]))
    if account_id := view.number("account"):
        browse.in_account(query, account_id)
    if term_id := view.number("term"):
        query.equal("courses.enrollment_term_id", term_id)
    return "courses.html", {
        "courses": view.part(query),
        "account": records.find(view.db, "accounts", id=account_id),
        "term_options": [(term["id"], term["name"]) for term in browse.terms().rows(view.db)],
        "state_options": [(state, state) for state in STATE_CHOICES if state],
    }


def course(view: View) -> Content:
    """Show one course."""
    found = view.find("course")
    sections = view.without_deleted(browse.sections(found["id"]), "course_sections.workflow_state")
    groups = view.without_deleted(browse.groups("course_id", found["id"]), "groups.workflow_state")
    return "course.html", {
        "course": browse.courses().equal("courses.id", found["id"]).rows(view.db, 1)[0],
        "abstract_course": records.find(view.db, "abstract_courses", id=found["abstract_course_id"]),
        "sections": view.part(sections, "sections_page"),
        "section_options": _section_options(view, found["id"]),
        "people": view.part(_people(view, found["id"])),
        "groups": view.part(groups, "groups_page"),
    }


def sections(view: View) -> Content:
    """Show the sections of all courses."""
    query = view.searched(
        browse.all_sections(),
        *("course_sections.name", "course_sections.sis_source_id", "courses.name", "courses.sis_source_id"),
    )
    return "sections.html", {
        "sections": view.part(view.without_deleted(query, "course_sections.workflow_state"))
    }


def _section_options(view: View, course_id: int) -> list[tuple[int, str]]:
    sections = browse.sections(course_id).equal("course_sections.course_id", course_id)
    return [(section["id"], section["name"]) for section in sections.rows(view.db)]


def _people(view: View, course_id: int) -> Query:
    query = browse.people_of_course(course_id)
    view.searched(query, "users.name", "users.sortable_name", "login.unique_id", "login.sis_user_id")
    if section_id := view.number("section"):
        query.equal("enrollments.course_section_id", section_id)
    if not view.text("deleted"):
        browse.not_deleted_enrollments(query)
    return query
