"""Enrollment terms: reading them, and creating, changing and deleting them manually."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import courses, terms
from practice_canvas.store.records import Record
from practice_canvas.store.store import now
from practice_canvas.store.writes.terms import default_id, set_override

DATES = {"start_at": ("start_at", values.time), "end_at": ("end_at", values.time)}
FIELDS = {"name": ("name", values.needed), "sis_term_id": ("sis_source_id", values.text), **DATES}


def term_json(record: Record) -> dict[str, Any]:
    """Present a term."""
    return {
        "id": record["id"],
        "name": record["name"],
        "start_at": record["start_at"],
        "end_at": record["end_at"],
        "created_at": record["created_at"],
        "workflow_state": record["workflow_state"],
        "grading_period_group_id": None,
        "sis_term_id": record["sis_source_id"],
        "sis_import_id": record["sis_batch_id"],
    }


def _overrides(call: Call, record: Record) -> dict[str, Any]:
    return {
        override["enrollment_type"]: {"start_at": override["start_at"], "end_at": override["end_at"]}
        for override in terms.overrides(call.db, record["id"])
    }


EXTRAS = {
    "overrides": _overrides,
    "course_count": lambda call, record: terms.course_count(call.db, record["id"]),
}


def _presenter(call: Call) -> Callable[[Record], dict[str, Any]]:
    return call.presenter(lambda call, record: term_json(record), EXTRAS)


def _find_term(call: Call) -> Record:
    _root(call)
    return existing(call.find("term"))


def _root(call: Call) -> None:
    """Refuse a sub-account (400): terms belong to the root account."""
    if find_account(call)["parent_account_id"] is not None:
        raise errors.bad_request("Terms belong to the root account; this is a sub-account.")


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/terms."""
    _root(call)
    query = terms.listed(set(call.params.all("workflow_state")))
    return call.listed(query, _presenter(call), "enrollment_terms")


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/terms/:id."""
    return _presenter(call)(_find_term(call))


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/terms/:id: fields that are changed manually become sticky."""
    term = _find_term(call)
    given = call.params.nested("enrollment_term")
    call.edit(records.TERM, term, values.converted(given, FIELDS))
    _set_overrides(call, term["id"], given)
    return term_json(_find_term(call))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/terms: create a term that no import knows yet."""
    _root(call)
    given = call.params.nested("enrollment_term")
    term_id = call.create(records.TERM, values.converted(given, FIELDS, "name"), {})
    _set_overrides(call, term_id, given)
    return term_json(records.one(call.db, "enrollment_terms", term_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/terms/:id: refused for the default term and one with courses."""
    term = _find_term(call)
    if term["id"] == default_id(call.db, now()):
        raise errors.invalid("workflow_state", "The default term cannot be deleted.")
    if courses.any_of(call.db, "enrollment_term_id", term["id"]):
        raise errors.invalid("workflow_state", "A term with courses cannot be deleted.")
    call.edit(records.TERM, term, {"workflow_state": "deleted"})
    return term_json(records.one(call.db, "enrollment_terms", term["id"]))


def _set_overrides(call: Call, term_id: int, given: Mapping[str, str]) -> None:
    for enrollment_type, dates in _given_overrides(given).items():
        set_override(call.db, term_id, enrollment_type, values.converted(dates, DATES))


def _given_overrides(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return enrollment type → dates from `overrides][StudentEnrollment][start_at` and the like."""
    found: dict[str, dict[str, str]] = {}
    for key in given:
        parts = re.fullmatch(r"overrides\]\[(\w+)\]\[(\w+)", key)
        if parts and parts[2] in DATES:
            if parts[1] not in terms.ENROLLMENT_TYPES:
                raise errors.invalid("overrides", f"{parts[1]} is not an enrollment type with term dates")
            found.setdefault(parts[1], {})[parts[2]] = given[key]
    return found


ROUTES = (
    Route("GET", "accounts/:account/terms", index),
    Route("GET", "accounts/:account/terms/:id", show),
    Route("POST", "accounts/:account/terms", create, writes=True),
    Route("PUT", "accounts/:account/terms/:id", update, writes=True),
    Route("DELETE", "accounts/:account/terms/:id", destroy, writes=True),
)
