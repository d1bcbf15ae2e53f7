"""Groups and group sets manually: creating and deleting them, and who is in a group."""

from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.courses import find_course
from practice_canvas.api.group_categories import category_json, find_category
from practice_canvas.api.groups import FIELDS, find_group, group_json, membership_json
from practice_canvas.api.routing import Route
from practice_canvas.engine.rules.deletion import delete_membership, delete_memberships
from practice_canvas.store import records
from practice_canvas.store.reads import groups
from practice_canvas.store.records import GROUP, GROUP_CATEGORY, MEMBERSHIP, Record
from practice_canvas.store.writes import groups as memberships

CATEGORY_FIELDS = {
    "name": ("name", values.needed),
    "sis_group_category_id": ("sis_source_id", values.text),
    "self_signup": ("self_signup", values.text),
}


def create_category_in_account(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/group_categories: create a group set of the account."""
    return _create_category(call, {"account_id": find_account(call)["id"]})


def create_category_in_course(call: Call) -> dict[str, Any]:
    """POST /api/v1/courses/:id/group_categories: create a group set of the course."""
    return _create_category(call, {"course_id": find_course(call)["id"]})


def _create_category(call: Call, owner: dict[str, int]) -> dict[str, Any]:
    given = values.converted(_given(call, CATEGORY_FIELDS), CATEGORY_FIELDS, "name")
    category_id = call.create(GROUP_CATEGORY, given, owner)
    return category_json(records.one(call.db, "group_categories", category_id))


def update_category(call: Call) -> dict[str, Any]:
    """PUT /api/v1/group_categories/:id."""
    category = find_category(call)
    call.edit(GROUP_CATEGORY, category, values.converted(_given(call, CATEGORY_FIELDS), CATEGORY_FIELDS))
    return category_json(records.one(call.db, "group_categories", category["id"]))


def delete_category(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/group_categories/:id: with its groups."""
    category = find_category(call)
    for group in records.find_all(call.db, "groups", group_category_id=category["id"]):
        if group["workflow_state"] != "deleted":
            _delete(call, group)
    call.edit(GROUP_CATEGORY, category, {"workflow_state": "deleted"})
    return category_json(records.one(call.db, "group_categories", category["id"]))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/group_categories/:id/groups: create a group in a group set."""
    category = find_category(call)
    owner = {name: category[name] for name in ("account_id", "course_id")}
    given = values.converted(_given(call, FIELDS), FIELDS, "name")
    group_id = call.create(GROUP, given, {"group_category_id": category["id"], **owner})
    return group_json(groups.one(call.db, group_id))


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/groups/:id: with its memberships."""
    group = find_group(call)
    _delete(call, group)
    return group_json(groups.one(call.db, group["id"]))


def _delete(call: Call, group: Record) -> None:
    delete_memberships(call.by_hand(), group_id=group["id"])
    call.edit(GROUP, group, {"workflow_state": "deleted"})


def add_member(call: Call) -> dict[str, Any]:
    """POST /api/v1/groups/:id/memberships: put a user into the group, and out of others of its set."""
    group = find_group(call)
    user = call.referred("user", call.params.filled("user_id") or "")
    if group["course_id"] and not memberships.is_enrolled(call.db, group["course_id"], user["id"]):
        raise errors.invalid("user_id", "The user is not enrolled in the group's course.")
    for other in memberships.memberships_elsewhere_in_set(call.db, group, user["id"]):
        delete_membership(call.by_hand(), other)
    known = memberships.membership(call.db, group["id"], user["id"])
    if known is None:
        identity = {"group_id": group["id"], "user_id": user["id"]}
        member_id = call.create(MEMBERSHIP, {}, identity)
    else:
        member_id = known["id"]
        call.edit(MEMBERSHIP, known, {"workflow_state": "accepted"})
    return membership_json(call, records.one(call.db, "group_memberships", member_id))


def remove_membership(call: Call) -> dict[str, bool]:
    """DELETE /api/v1/groups/:id/memberships/:membership: take a user out of the group."""
    return _remove(call, {"id": call.number("membership")})


def remove_user(call: Call) -> dict[str, bool]:
    """DELETE /api/v1/groups/:id/users/:user: take a user out of the group."""
    return _remove(call, {"user_id": call.find("user", "user")["id"]})


def _remove(call: Call, where: dict[str, int]) -> dict[str, bool]:
    group = find_group(call)
    member = records.find(
        call.db, "group_memberships", group_id=group["id"], workflow_state="accepted", **where
    )
    if member is None:
        raise errors.not_found()
    delete_membership(call.by_hand(), member)
    return {"ok": True}


def _given(call: Call, fields: Any) -> dict[str, str]:
    return {name: call.params.get(name) or "" for name in fields if name in call.params}


ROUTES = (
    Route("POST", "accounts/:account/group_categories", create_category_in_account, writes=True),
    Route("POST", "courses/:id/group_categories", create_category_in_course, writes=True),
    Route("PUT", "group_categories/:id", update_category, writes=True),
    Route("DELETE", "group_categories/:id", delete_category, writes=True),
    Route("POST", "group_categories/:id/groups", create, writes=True),
    Route("DELETE", "groups/:id", destroy, writes=True),
    Route("POST", "groups/:id/memberships", add_member, writes=True),
    Route("DELETE", "groups/:id/memberships/:membership", remove_membership, writes=True),
    Route("DELETE", "groups/:id/users/:user", remove_user, writes=True),
)
