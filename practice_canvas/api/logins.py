"""Logins of users."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import find_user
from practice_canvas.store.reads import sis_ids, users
from practice_canvas.store.records import Record


def login_json(record: Record) -> dict[str, Any]:
    """Present a login (with its provider's kind in the record)."""
    return {
        "id": record["id"],
        "user_id": record["user_id"],
        "account_id": record["account_id"],
        "unique_id": record["unique_id"],
        "workflow_state": record["workflow_state"],
        "sis_user_id": record["sis_user_id"],
        "integration_id": record["integration_id"],
        "authentication_provider_id": record["authentication_provider_id"],
        "authentication_provider_type": record["auth_type"],
        "created_at": record["created_at"],
        "declared_user_type": record["declared_user_type"],
    }


def of_user(call: Call) -> Listing:
    """GET /api/v1/users/:id/logins."""
    return call.listed(users.logins(find_user(call)["id"]), login_json)


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/logins?user[id]=…."""
    find_account(call)
    asked = call.params.filled("user[id]") or call.params.filled("user_id") or ""
    user = sis_ids.find(call.db, "user", asked, call.person.id)
    if user is None:
        raise errors.not_found()
    return call.listed(users.logins(user["id"]), login_json)


ROUTES = (
    Route("GET", "users/:id/logins", of_user),
    Route("GET", "accounts/:account/logins", of_account),
)
