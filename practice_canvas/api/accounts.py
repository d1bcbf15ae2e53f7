"""Accounts: reading them and their sub-accounts, changing, creating and deleting them manually."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.call import Call, existing
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import accounts, courses
from practice_canvas.store.records import Record, new_uuid
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


def find_account(call: Call, argument: str = "account") -> Record:
    """Return the living account that the path names, for an admin."""
    if call.arguments[argument] == "site_admin":
        raise errors.not_allowed()
    account = existing(call.find("account", argument))
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


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account: fields that are changed manually become sticky."""
    account = find_account(call)
    changes = values.converted(call.params.nested("account"), FIELDS)
    call.edit(records.ACCOUNT, account, changes)
    return account_json(find_account(call))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/sub_accounts: create an account below this one."""
    parent = find_account(call)
    given = values.converted(call.params.nested("account"), FIELDS, "name")
    account_id = call.create(
        records.ACCOUNT, {"parent_account_id": parent["id"], **given}, {"uuid": new_uuid()}
    )
    return account_json(records.one(call.db, "accounts", account_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/sub_accounts/:id: refused while it has courses or sub-accounts."""
    find_account(call)
    account = find_account(call, "id")
    if account["parent_account_id"] is None:
        raise errors.not_allowed()
    for what, has_some in (
        ("courses", courses.any_of(call.db, "account_id", account["id"])),
        ("sub-accounts", accounts.has_active_below(call.db, account["id"])),
    ):
        if has_some:
            raise errors.conflict(f"This account still has {what}: move or delete them first.")
    call.edit(records.ACCOUNT, account, {"workflow_state": "deleted"})
    return account_json(records.one(call.db, "accounts", account["id"]))


ROUTES = (
    Route("GET", "accounts", index),
    Route("GET", "accounts/:account", show),
    Route("PUT", "accounts/:account", update, writes=True),
    Route("GET", "accounts/:account/sub_accounts", sub_accounts),
    Route("POST", "accounts/:account/sub_accounts", create, writes=True),
    Route("DELETE", "accounts/:account/sub_accounts/:id", destroy, writes=True),
)
