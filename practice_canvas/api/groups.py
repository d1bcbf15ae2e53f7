"""Groups and their members."""

from typing import Any

from practice_canvas.api import values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.courses import find_course
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.users import user_json
from practice_canvas.store import records
from practice_canvas.store.reads import groups, users
from practice_canvas.store.records import Record

FIELDS = {"name": ("name", values.needed), "sis_group_id": ("sis_source_id", values.text)}


def owner_json(record: Record) -> dict[str, Any]:
    """Present whom a group or a group set belongs to."""
    if record["course_id"] is not None:
        return {"context_type": "Course", "course_id": record["course_id"]}
    return {"context_type": "Account", "account_id": record["account_id"]}


def group_json(record: Record) -> dict[str, Any]:
    """Present a group (a record of store/groups.py)."""
    return {
        "id": record["id"],
        "name": record["name"],
        "description": None,
        "is_public": False,
        "followed_by_user": False,
        "join_level": "invitation_only",
        "group_category_id": record["group_category_id"],
        "max_membership": None,
        "created_at": record["created_at"],
        "members_count": record["members_count"],
        "storage_quota_mb": 50,
        "avatar_url": None,
        "has_submission": False,
        "concluded": bool(record["concluded"]),
        "role": record["role"],
        "leader": None,
        **owner_json(record),
        "sis_group_id": record["sis_source_id"],
        "sis_import_id": record["sis_batch_id"],
    }


def find_group(call: Call) -> Record:
    """Return the group that the path names, for an admin."""
    group = existing(call.find("group"))
    call.require_admin()
    return group


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/groups/:id."""
    return group_json(groups.one(call.db, find_group(call)["id"]))


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/groups/:id: fields that are changed manually become sticky."""
    group = find_group(call)
    given = {name: call.params.get(name) or "" for name in FIELDS if name in call.params}
    call.edit(records.GROUP, group, values.converted(given, FIELDS))
    return group_json(groups.one(call.db, group["id"]))


def members(call: Call) -> Listing:
    """GET /api/v1/groups/:id/users."""
    return call.listed(users.of_group(find_group(call)["id"]), user_json)


def membership_json(call: Call, record: Record) -> dict[str, Any]:
    """Present who is in a group."""
    return {
        "id": record["id"],
        "group_id": record["group_id"],
        "user_id": record["user_id"],
        "workflow_state": record["workflow_state"],
        "moderator": groups.is_moderator(call.db, record),
        "created_at": record["created_at"],
        "sis_import_id": record["sis_batch_id"],
    }


def memberships(call: Call) -> Listing:
    """GET /api/v1/groups/:id/memberships."""
    return call.listed(
        groups.memberships(find_group(call)["id"]), lambda record: membership_json(call, record)
    )


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/groups."""
    return call.listed(groups.listed("account_id", find_account(call)["id"]), group_json)


def of_course(call: Call) -> Listing:
    """GET /api/v1/courses/:id/groups."""
    return call.listed(groups.listed("course_id", find_course(call)["id"]), group_json)


ROUTES = (
    Route("GET", "groups/:id", show),
    Route("PUT", "groups/:id", update, writes=True),
    Route("GET", "groups/:id/users", members),
    Route("GET", "groups/:id/memberships", memberships),
    Route("GET", "accounts/:account/groups", of_account),
    Route("GET", "courses/:id/groups", of_course),
)
