"""Authentication providers of the root account, which users.csv and logins.csv can name."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import logins
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh

TABLE = "authentication_providers"
NAMES = "apple canvas cas clever facebook github google ldap linkedin microsoft openid_connect saml twitter"
TYPES = NAMES.split()


def provider_json(record: Record) -> dict[str, Any]:
    """Present an authentication provider."""
    return {
        "id": record["id"],
        "auth_type": record["auth_type"],
        "position": record["id"],
        "workflow_state": record["workflow_state"],
        "jit_provisioning": False,
        "federated_attributes": {},
    }


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/authentication_providers."""
    _root(call)
    return call.listed(logins.providers(), provider_json)


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/authentication_providers/:id: by ID or by type."""
    return provider_json(_find(call))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/authentication_providers: with an `auth_type`."""
    _root(call)
    auth_type = values.needed("auth_type", call.params.get("auth_type") or "")
    if auth_type not in TYPES:
        raise errors.invalid("auth_type", f"{auth_type} is not an auth_type: use {', '.join(TYPES)}.")
    provider_id = records.insert(call.db, TABLE, {"auth_type": auth_type})
    return provider_json(records.one(call.db, TABLE, provider_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/authentication_providers/:id."""
    provider = _find(call)
    if provider["id"] == fresh.CANVAS_PROVIDER_ID:
        raise errors.not_allowed()
    records.update(call.db, TABLE, provider["id"], {"workflow_state": "deleted"})
    return provider_json(records.one(call.db, TABLE, provider["id"]))


def _find(call: Call) -> Record:
    _root(call)
    provider_id = logins.active_provider(call.db, call.arguments["id"])
    if provider_id is None:
        raise errors.not_found()
    return records.one(call.db, TABLE, provider_id)


def _root(call: Call) -> None:
    if find_account(call)["parent_account_id"] is not None:
        raise errors.not_found()


ROUTES = (
    Route("GET", "accounts/:account/authentication_providers", index),
    Route("POST", "accounts/:account/authentication_providers", create, writes=True),
    Route("GET", "accounts/:account/authentication_providers/:id", show),
    Route("DELETE", "accounts/:account/authentication_providers/:id", destroy, writes=True),
)
