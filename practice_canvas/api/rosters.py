"""Users of courses and sections."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.courses import find_course
from practice_canvas.api.enrollments import enrollment_json
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.search import ordered, searched
from practice_canvas.api.sections import find_section
from practice_canvas.api.users import ENROLLMENT_TYPES, EXTRAS, full_json, user_json
from practice_canvas.store.reads import enrollments, roles, sis_ids, users
from practice_canvas.store.records import Record
from practice_canvas.store.sql import Query

SEARCHED = ("users.name", "users.sortable_name", "login.sis_user_id", "login.unique_id")
CURRENT = ("active", "invited")
MOST_ENROLLMENTS = 1000
# Parameter → the expression that it is compared with.
FILTERS = {
    "enrollment_type": "roles.base_role_type",
    "enrollment_role": "roles.name",
    "enrollment_role_id": "enrollments.role_id",
}


def of_course(call: Call) -> Listing:
    """GET /api/v1/courses/:id/users: with `include[]=enrollments` what each is enrolled as."""
    return _listed(call, "course", find_course(call)["id"])


def of_section(call: Call) -> Listing:
    """GET /api/v1/sections/:id/users."""
    return _listed(call, "section", find_section(call)["id"])


def students(call: Call) -> Listing:
    """GET /api/v1/courses/:id/students: the active students, in an older form of the call."""
    chosen = _enrolled("course", find_course(call)["id"], ["active"])
    chosen.equal("roles.base_role_type", roles.STUDENT)
    return call.listed(users.users().among("users.id", chosen), user_json)


def one(call: Call) -> dict[str, Any]:
    """GET /api/v1/courses/:id/users/:user: one user of the course."""
    course = find_course(call)
    user = call.find("user", "user")
    enrolled = _enrolled("course", course["id"], list(CURRENT)).equal("enrollments.user_id", user["id"])
    if not enrolled.count(call.db):
        raise errors.not_found()
    return full_json(users.user(call.db, user["id"]))


def _enrolled(owner: str, owner_id: int, states: list[str]) -> Query:
    """Return the enrollments of a course or section in some states, as the IDs of their users."""
    query = enrollments.listed(owner, owner_id).where_in(enrollments.STATE, states)
    query.columns = "enrollments.user_id"
    return query


def _listed(call: Call, owner: str, owner_id: int) -> Listing:
    states = call.params.all("enrollment_state") or list(CURRENT)
    chosen = _enrolled(owner, owner_id, states)
    for name, expression in FILTERS.items():
        if wanted := call.params.all(name):
            chosen.where_in(expression, [ENROLLMENT_TYPES.get(word, word) for word in wanted])
    named = call.params.all("user_ids") + call.params.all("user_id")
    if named:
        found = [sis_ids.find(call.db, "user", text, call.person.id) for text in named]
        chosen.where_in("enrollments.user_id", [user["id"] for user in found if user] or [0])
    query = users.users().among("users.id", chosen)
    searched(call, query, *SEARCHED)
    ordered(call, query, users.SORTS)
    extras = {
        **EXTRAS,
        "avatar_url": lambda call, user: None,
        "bio": lambda call, user: None,
        "enrollments": lambda call, user: [enrollment_json(call, row) for row in own_of(user)],
    }

    def own_of(user: Record) -> list[Record]:
        own = enrollments.listed(owner, owner_id).equal("enrollments.user_id", user["id"])
        return list(own.where_in(enrollments.STATE, states).rows(call.db, MOST_ENROLLMENTS))

    return call.listed(query, call.presenter(lambda call, user: user_json(user), extras))


ROUTES = (
    Route("GET", "courses/:id/users", of_course),
    Route("GET", "courses/:id/search_users", of_course),
    Route("GET", "courses/:id/students", students),
    Route("GET", "courses/:id/users/:user", one),
    Route("GET", "sections/:id/users", of_section),
)
