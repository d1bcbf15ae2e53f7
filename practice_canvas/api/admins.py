"""Admins of accounts."""

from typing import Any

from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.params import to_integer
from practice_canvas.api.routing import Route
from practice_canvas.api.users import user_json
from practice_canvas.store.reads import admins
from practice_canvas.store.records import Record


def admin_json(record: Record) -> dict[str, Any]:
    """Present an admin (a record of store/admins.py)."""
    return {
        "id": record["admin_id"],
        "role": record["role"],
        "role_id": record["role_id"],
        "workflow_state": record["admin_state"],
        "user": user_json(record),
    }


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/admins."""
    query = admins.of_account(find_account(call)["id"])
    if wanted := call.params.all("user_id"):
        query.where_in("account_users.user_id", [to_integer(text) for text in wanted])
    return call.listed(query, admin_json)


ROUTES = (Route("GET", "accounts/:account/admins", index),)
