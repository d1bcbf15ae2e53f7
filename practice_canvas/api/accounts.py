"""Accounts: reading them, their sub-accounts and roles, renaming them manually."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, admins
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh

FIELDS = {"name": ("name", values.needed), "sis_account_id": ("sis_source_id", values.text)}


def account_json(record: Record) -> dict[str, Any]:
    """Present an account."""
    shown = {
        "id": record["id"],
        "name": record["name"],
        "workflow_state": record["workflow_state"],
        "parent_account_id": record["parent_account_id"],
        "root_account_id": None,
        "uuid": record["uuid"],
        "default_storage_quota_mb": 500,
        "default_user_storage_quota_mb": 50,
        "default_group_storage_quota_mb": 50,
        "default_time_zone": "Etc/UTC",
    }
    if record["parent_account_id"] is None:
        return shown
    return {
        **shown,
        "root_account_id": fresh.ROOT_ACCOUNT_ID,
        "sis_account_id": record["sis_source_id"],
        "sis_import_id": record["sis_batch_id"],
        "integration_id": record["integration_id"],
    }


def role_json(record: Record) -> dict[str, Any]:
    """Present a role."""
    return {
        "id": record["id"],
        "label": record["name"],
        "role": record["name"],
        "base_role_type": record["base_role_type"],
        "workflow_state": record["workflow_state"],
        "is_account_role": record["base_role_type"] == "AccountMembership",
    }


def find_account(call: Call, argument: str = "account") -> Record:
    """Return the living account that the path names, for an admin."""
    if call.arguments[argument] == "site_admin":
        raise errors.not_allowed()
    account = call.find("account", argument)
    if account["workflow_state"] == "deleted":
        raise errors.not_found()
    call.require_admin()
    return account


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account."""
    return account_json(find_account(call))


def index(call: Call) -> Listing:
    """GET /api/v1/accounts: list the accounts that the caller administers."""
    return call.listed(accounts.administered(call.person.id), account_json)


def sub_accounts(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/sub_accounts."""
    account = find_account(call)
    query = accounts.sub_accounts(account["id"], recursive=call.params.flag("recursive"))
    return call.listed(query, account_json)


def roles(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/roles."""
    return call.listed(admins.roles(find_account(call)["id"]), role_json)


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account: fields that are changed manually become sticky."""
    account = find_account(call)
    changes = values.converted(call.params.nested("account"), FIELDS)
    call.edit(records.ACCOUNT, account, changes)
    return account_json(find_account(call))


ROUTES = (
    Route("GET", "accounts", index),
    Route("GET", "accounts/:account", show),
    Route("PUT", "accounts/:account", update, writes=True),
    Route("GET", "accounts/:account/sub_accounts", sub_accounts),
    Route("GET", "accounts/:account/roles", roles),
)
