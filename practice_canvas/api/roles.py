"""Roles of accounts: built-in ones, and custom ones that enrollments.csv and admins.csv can then name."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.accounts import account_json, find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import roles
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh

ACCOUNT_ROLE = "AccountMembership"
BASE_TYPES = tuple(dict.fromkeys(base for _, _, base in fresh.BUILT_IN_ROLES))
STATES = ("active", "inactive")


def role_json(call: Call, record: Record) -> dict[str, Any]:
    """Present a role."""
    account = records.one(call.db, "accounts", record["account_id"] or fresh.ROOT_ACCOUNT_ID)
    return {
        "id": record["id"],
        "label": record["name"],
        "role": record["name"],
        "base_role_type": record["base_role_type"],
        "workflow_state": record["workflow_state"],
        "is_account_role": record["base_role_type"] == ACCOUNT_ROLE,
        "account": account_json(account),
        "permissions": {},
    }


def _find_role(call: Call, *, custom: bool = False) -> Record:
    """Return the role that the path names; a custom one of the account itself, if it is to be changed."""
    account = find_account(call)
    role = existing(records.find(call.db, "roles", id=call.number("id")))
    if custom and role["account_id"] is None:
        raise errors.refused(f"{role['name']} is a built-in role: it cannot be changed.")
    if role["account_id"] not in (None, account["id"]) and (
        custom or role["id"] not in {offered["id"] for offered in roles.offered(call.db, account["id"])}
    ):
        raise errors.not_found()
    return role


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/roles: with `state[]=inactive` those that are turned off."""
    account = find_account(call)
    states = call.params.chosen("state", STATES) or ["active"]
    query = roles.listed(account["id"], states, inherited=call.params.flag("show_inherited"))
    return call.listed(query, lambda record: role_json(call, record))


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/roles/:id."""
    return role_json(call, _find_role(call))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/roles: create a custom role for this account and those below it."""
    account = find_account(call)
    base = call.params.filled("base_role_type") or ACCOUNT_ROLE
    if base not in BASE_TYPES:
        raise errors.refused(f"{base} is not a base_role_type: use {', '.join(BASE_TYPES)}.")
    values = {"name": _label(call, account["id"]), "base_role_type": base, "account_id": account["id"]}
    return role_json(call, records.one(call.db, "roles", records.insert(call.db, "roles", values)))


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/roles/:id: rename a custom role."""
    role = _find_role(call, custom=True)
    if call.params.filled("label"):
        records.update(call.db, "roles", role["id"], {"name": _label(call, role["account_id"], role["id"])})
    return role_json(call, records.one(call.db, "roles", role["id"]))


def activate(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/roles/:id/activate: turn a custom role on again."""
    return _turn(call, "active")


def deactivate(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/roles/:id: turn a custom role off; who has it keeps it."""
    return _turn(call, "inactive")


def _turn(call: Call, state: str) -> dict[str, Any]:
    role = _find_role(call, custom=True)
    records.update(call.db, "roles", role["id"], {"workflow_state": state})
    return role_json(call, records.one(call.db, "roles", role["id"]))


def _label(call: Call, account_id: int, own_id: int | None = None) -> str:
    """Return the role's new name, which no other role offered in the account has."""
    label = call.params.filled("label") or call.params.filled("role")
    if label is None:
        raise errors.refused("The role needs a label.")
    if any(role["name"] == label and role["id"] != own_id for role in roles.offered(call.db, account_id)):
        raise errors.refused(f"A role named {label} already exists.")
    return label


ROUTES = (
    Route("GET", "accounts/:account/roles", index),
    Route("POST", "accounts/:account/roles", create, writes=True),
    Route("GET", "accounts/:account/roles/:id", show),
    Route("PUT", "accounts/:account/roles/:id", update, writes=True),
    Route("DELETE", "accounts/:account/roles/:id", deactivate, writes=True),
    Route("POST", "accounts/:account/roles/:id/activate", activate, writes=True),
)
