"""Users manually: creating them, removing them from the school, and their addresses."""

from collections.abc import Mapping
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.logins import add_login, checked, delete_logins
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import FIELDS, find_user, full_json, user_json
from practice_canvas.sis_csv.values import is_address
from practice_canvas.store import records
from practice_canvas.store.reads import logins, users
from practice_canvas.store.records import LOGIN, USER, Record, new_uuid
from practice_canvas.store.writes.names import sortable_name
from practice_canvas.store.writes.users import add_email

LIVE_CHANNELS = ("active", "unconfirmed")


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/users: create a user with a login that no import knows yet."""
    find_account(call)
    login = call.params.nested("pseudonym")
    try:
        if (gone := _reactivated(call, login)) is not None:
            return full_json(users.user(call.db, gone["user_id"]))
        user_id = _add_user(call, login)
        login_id = add_login(call, user_id, login)
    except errors.ApiError as refusal:
        raise _as_canvas_puts_it(refusal) from refusal
    unique_id = login["unique_id"].strip()
    address = call.params.filled("communication_channel[address]") or unique_id
    if is_address(address):
        add_email(call.db, user_id, login_id, address)
    return full_json(users.user(call.db, user_id))


def _add_user(call: Call, login: Mapping[str, str]) -> int:
    fields = call.params.nested("user")
    given = values.converted(values.filled(fields, FIELDS), FIELDS)
    name = given.setdefault("name", values.needed("unique_id", login.get("unique_id", "")))
    state = "registered" if values.flag("", fields.get("skip_registration", "")) else "pre_registered"
    rest = {"sortable_name": sortable_name(name), "uuid": new_uuid(), "workflow_state": state}
    return call.create(USER, given, rest)


def _reactivated(call: Call, given: Mapping[str, str]) -> Record | None:
    """Return the deleted login with the SIS ID, alive again, if `enable_sis_reactivation` asks for it."""
    login = logins.with_sis_id(call.db, given.get("sis_user_id", "").strip())
    if not call.params.flag("enable_sis_reactivation") or login is None:
        return None
    if login["workflow_state"] != "deleted":
        return None
    call.edit(LOGIN, login, {**checked(call, given, login), "workflow_state": "active"})
    return login


def _as_canvas_puts_it(refusal: errors.ApiError) -> errors.ApiError:
    """Return a refusal with its fields under `pseudonym`, where this one call of Canvas has them."""
    of_user: dict[str, Any] = {"user": {}, "pseudonym": refusal.body["errors"], "observee": {}}
    return errors.ApiError(refusal.status, {"errors": of_user})


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/users/:id: delete the user's logins, enrollments and roles."""
    find_account(call)
    user = find_user(call)
    doomed = logins.live_of_user(call.db, user["id"])
    if not doomed:
        raise errors.not_found()
    delete_logins(call, user["id"], doomed)
    return user_json(user)


def channels(call: Call) -> Listing:
    """GET /api/v1/users/:id/communication_channels."""
    return call.listed(users.channels(find_user(call)["id"]), channel_json)


def channel_json(record: Record) -> dict[str, Any]:
    """Present a communication channel."""
    return {
        "id": record["id"],
        "address": record["path"],
        "type": "email",
        "position": record["position"],
        "user_id": record["user_id"],
        "workflow_state": record["workflow_state"],
    }


def add_channel(call: Call) -> dict[str, Any]:
    """POST /api/v1/users/:id/communication_channels: give a user one more email address."""
    user = find_user(call)
    call.require_admin()
    address = values.needed("address", call.params.get("communication_channel[address]") or "")
    if not is_address(address):
        raise errors.invalid("path", f"{address} is not an email address.")
    known = logins.channel_with_path(call.db, user["id"], address)
    if known is not None and known["workflow_state"] in LIVE_CHANNELS:
        raise errors.invalid("path", f"The user already has the address {address}.", "taken")
    channel_id = known["id"] if known else add_email(call.db, user["id"], None, address)
    records.update(call.db, "communication_channels", channel_id, {"workflow_state": "active"})
    return channel_json(records.one(call.db, "communication_channels", channel_id))


def remove_channel(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/users/:id/communication_channels/:channel: take an email address from a user."""
    user = find_user(call)
    call.require_admin()
    channel = records.find(call.db, "communication_channels", id=call.number("channel"), user_id=user["id"])
    if channel is None or channel["workflow_state"] not in LIVE_CHANNELS:
        raise errors.not_found()
    records.update(call.db, "communication_channels", channel["id"], {"workflow_state": "retired"})
    return {**channel_json(channel), "workflow_state": "deleted"}


ROUTES = (
    Route("POST", "accounts/:account/users", create, writes=True),
    Route("DELETE", "accounts/:account/users/:id", destroy, writes=True),
    Route("GET", "users/:id/communication_channels", channels),
    Route("POST", "users/:id/communication_channels", add_channel, writes=True),
    Route("DELETE", "users/:id/communication_channels/:channel", remove_channel, writes=True),
)
