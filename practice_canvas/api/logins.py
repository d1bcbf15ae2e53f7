"""Logins of users: listing them, and adding, changing and removing them manually."""

from collections.abc import Mapping
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import find_user
from practice_canvas.engine.rules import logins as rules
from practice_canvas.engine.rules.deletion import remove_from_account
from practice_canvas.store import records
from practice_canvas.store.reads import logins, sis_ids, users
from practice_canvas.store.records import LOGIN, Record, Values

FIELDS = {
    "unique_id": ("unique_id", values.needed),
    "sis_user_id": ("sis_user_id", values.text),
    "integration_id": ("integration_id", values.text),
    "declared_user_type": ("declared_user_type", values.text),
    "workflow_state": ("workflow_state", values.needed),
}
# How the user who gets a login is named: parameter → kind of ID.
USERS = {
    "user[id]": "",
    "user[existing_user_id]": "",
    "user[existing_sis_user_id]": "sis_user_id:",
    "user[existing_integration_id]": "sis_integration_id:",
}
STATES = ("active", "suspended")
# What no two logins have in common, even deleted ones: column → how the other one is found.
UNIQUE = {"sis_user_id": logins.with_sis_id, "integration_id": logins.with_integration_id}
SHOWN_OF_DELETED = ("unique_id", "sis_user_id", "account_id", "id", "user_id")


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


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/logins: give a user one more login."""
    find_account(call)
    named = next(
        (f"{prefix}{call.params.get(name)}" for name, prefix in USERS.items() if name in call.params), ""
    )
    user = call.referred("user", named)
    login_id = add_login(call, user["id"], call.params.nested("login"))
    return login_json(users.login(call.db, login_id))


def add_login(call: Call, user_id: int, given: Mapping[str, str]) -> int:
    """Create a login by hand and return its ID.

    Raises:
        ApiError: a value is missing, invalid or in use (400).
    """
    account_id = find_account(call)["id"]
    changes = checked(call, given, None)
    return call.create(LOGIN, changes, {"user_id": user_id, "account_id": account_id})


def checked(call: Call, given: Mapping[str, str], login: Record | None) -> Values:
    """Return column → value for a login that is created (login=None) or changed.

    Raises:
        ApiError: a value is invalid or in use (400).
    """
    changes = values.converted(given, FIELDS, *([] if login else ["unique_id"]))
    if provider := given.get("authentication_provider_id"):
        changes["authentication_provider_id"] = logins.active_provider(call.db, provider)
        if changes["authentication_provider_id"] is None:
            raise errors.invalid(
                "authentication_provider_id", f"There is no authentication provider {provider}."
            )
    if "unique_id" in changes:
        changes["unique_id_key"] = logins.case_key(changes["unique_id"])
    _check_words(given, changes)
    after = {**(dict(login) if login else {}), **changes}
    others = {
        column: find(call.db, changes[column]) for column, find in UNIQUE.items() if changes.get(column)
    }
    provider_id = after.get("authentication_provider_id")
    others["unique_id"] = logins.live_with_name(call.db, after["unique_id"], provider_id, after.get("id"))
    for column, other in others.items():
        if other is not None and other["id"] != after.get("id"):
            raise errors.invalid(column, f"The {column} {after[column]} is already in use.", "taken")
    return changes


def _check_words(given: Mapping[str, str], changes: Values) -> None:
    for field, allowed in (("workflow_state", STATES), ("declared_user_type", rules.USER_TYPES)):
        if changes.get(field) and changes[field] not in allowed:
            raise errors.invalid(field, f"{changes[field]} is not a {field}: use {', '.join(allowed)}.")
    if 0 < len(given.get("password", "")) < rules.SHORTEST_PASSWORD:
        raise errors.invalid(
            "password", f"A password must have at least {rules.SHORTEST_PASSWORD} characters."
        )


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/logins/:id: fields that are changed manually become sticky."""
    find_account(call)
    login = _find_login(call)
    call.edit(LOGIN, login, checked(call, call.params.nested("login"), login))
    return login_json(users.login(call.db, login["id"]))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/users/:id/logins/:login: with the last login, enrollments and roles go, too."""
    user = find_user(call)
    call.require_admin()
    login = _find_login(call, "login")
    if login["user_id"] != user["id"]:
        raise errors.not_found()
    delete_logins(call, user["id"], [login])
    return {name: login[name] for name in SHOWN_OF_DELETED}


def delete_logins(call: Call, user_id: int, doomed: list[Any]) -> None:
    """Delete logins of a user by hand; without any login left, the user leaves the account.

    Raises:
        ApiError: callers cannot shut themselves out (403).
    """
    if user_id == call.person.id:
        raise errors.not_allowed()
    for login in doomed:
        call.edit(LOGIN, login, {"workflow_state": "deleted"})
    if not logins.live_of_user(call.db, user_id):
        remove_from_account(call.by_hand(), user_id)


def _find_login(call: Call, argument: str = "id") -> Record:
    return existing(records.find(call.db, "pseudonyms", id=call.number(argument)))


ROUTES = (
    Route("GET", "users/:id/logins", of_user),
    Route("DELETE", "users/:id/logins/:login", destroy, writes=True),
    Route("GET", "accounts/:account/logins", of_account),
    Route("POST", "accounts/:account/logins", create, writes=True),
    Route("PUT", "accounts/:account/logins/:id", update, writes=True),
)
