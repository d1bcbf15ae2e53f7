"""Admins of accounts: listing them, giving and removing admin roles manually."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.params import to_integer
from practice_canvas.api.routing import Route
from practice_canvas.api.users import user_json
from practice_canvas.store import records
from practice_canvas.store.reads import admins, roles
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh


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


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/admins: give a user an admin role."""
    account = find_account(call)
    user = call.referred("user", call.params.filled("user_id") or "")
    where = {"account_id": account["id"], "user_id": user["id"], "role_id": _role_id(call, account)}
    admin = records.find(call.db, "account_users", **where)
    if admin is None:
        admin_id = records.insert(call.db, "account_users", where)
    else:
        admin_id = admin["id"]
        records.update(call.db, "account_users", admin_id, {"workflow_state": "active"})
    return admin_json(admins.one(call.db, admin_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/admins/:user: remove an admin role, AccountAdmin if none is named."""
    account = find_account(call)
    user = call.find("user", "user")
    role_id = _role_id(call, account)
    where = {"account_id": account["id"], "user_id": user["id"], "role_id": role_id}
    admin = records.find(call.db, "account_users", **where, workflow_state="active")
    if admin is None:
        raise errors.not_found()
    if user["id"] == call.person.id and account["id"] == fresh.ROOT_ACCOUNT_ID:
        raise errors.not_allowed()
    records.update(call.db, "account_users", admin["id"], {"workflow_state": "deleted"})
    return admin_json(admins.one(call.db, admin["id"]))


def _role_id(call: Call, account: Record) -> int:
    """Return the admin role that the parameters name, which must be offered in the account."""
    role_id, name = call.params.filled("role_id"), call.params.filled("role")
    role = roles.named(call.db, account["id"], role_id, name or (None if role_id else "AccountAdmin"))
    if role is None or role["base_role_type"] != "AccountMembership":
        raise errors.refused(f"This account does not offer the admin role {role_id or name}.")
    return int(role["id"])


ROUTES = (
    Route("GET", "accounts/:account/admins", index),
    Route("POST", "accounts/:account/admins", create, writes=True),
    Route("DELETE", "accounts/:account/admins/:user", destroy, writes=True),
)
