"""List and change the practice tokens: /practice/tokens."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.store.records import Record
from practice_canvas.store.school import access_tokens

STATES = ("active", "deleted")


def _state(field: str, given: str) -> str:
    if given not in STATES:
        raise errors.invalid(field, f"{given!r} is not allowed: use {' or '.join(STATES)}")
    return given


FIELDS = {
    "expires_at": ("expires_at", values.time),
    "workflow_state": ("workflow_state", _state),
    "scopes": ("scopes", values.text),
}


def token_json(record: Record) -> dict[str, Any]:
    """Present a practice token by its name; the token itself may be one that not everyone knows."""
    names = ("name", "user_id", "expires_at", "scopes", "workflow_state")
    return {name: record[name] for name in names}


def index(call: Call) -> list[dict[str, Any]]:
    """GET /practice/tokens."""
    return [token_json(record) for record in access_tokens.tokens(call.db)]


def update(call: Call) -> list[dict[str, Any]]:
    """PUT /practice/tokens/:name : change expires_at, workflow_state or scopes (a reset undoes it)."""
    name = call.arguments["name"]
    if name not in {record["name"] for record in access_tokens.tokens(call.db)}:
        raise errors.not_found()
    given = {field: call.params.get(field) or "" for field in FIELDS if field in call.params}
    access_tokens.change_token(call.db, name, values.converted(given, FIELDS))
    return index(call)


def shared(call: Call) -> dict[str, str]:
    """GET /practice/tokens/shared: the tokens by name, to a learner who was given one of them; else 404."""
    if not call.shared_tokens:
        raise errors.not_found()
    return call.shared_tokens


ROUTES = (
    Route("GET", "tokens", index),
    Route("GET", "tokens/shared", shared),
    Route("PUT", "tokens/:name", update, writes=True),
)
