"""Observers manually: linking an observer to a student, and taking the link away."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.api.users import user_json
from practice_canvas.engine.importers.user_observer import link, unlink
from practice_canvas.store import records
from practice_canvas.store.reads import users
from practice_canvas.store.records import OBSERVER_LINK, Record


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/users/:id/observees/:student: a student, if the user observes them."""
    _, student, known = _pair(call)
    if known is None or known["workflow_state"] != "active":
        raise errors.not_found()
    return user_json(users.user(call.db, student["id"]))


def add(call: Call) -> dict[str, Any]:
    """PUT /api/v1/users/:id/observees/:student: the observer is enrolled where the student is."""
    observer, student, known = _pair(call)
    if observer["id"] == student["id"]:
        raise errors.refused("Users cannot observe themselves.")
    link(call.by_hand(), known, observer["id"], student["id"])
    return user_json(users.user(call.db, student["id"]))


def remove(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/users/:id/observees/:student: the observer's enrollments end, too."""
    _, student, known = _pair(call)
    if known is None or known["workflow_state"] != "active":
        raise errors.not_found()
    unlink(call.by_hand(), known)
    return user_json(users.user(call.db, student["id"]))


def _pair(call: Call) -> tuple[Record, Record, Record | None]:
    """Return observer, student and the link between them."""
    call.require_admin()
    observer, student = call.find("user"), call.find("user", "student")
    return (
        observer,
        student,
        records.find(call.db, OBSERVER_LINK.table, observer_id=observer["id"], student_id=student["id"]),
    )


ROUTES = (
    Route("GET", "users/:id/observees/:student", show),
    Route("PUT", "users/:id/observees/:student", add, writes=True),
    Route("DELETE", "users/:id/observees/:student", remove, writes=True),
)
