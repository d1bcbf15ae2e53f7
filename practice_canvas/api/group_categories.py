"""Group sets (Canvas: group categories)."""

from typing import Any

from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.courses import find_course
from practice_canvas.api.groups import group_json, owner_json
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.store.reads import groups
from practice_canvas.store.records import Record

# Sets that Canvas makes itself; nobody may change them.
PROTECTED_ROLES = {"student_organized", "communities", "imported"}


def category_json(record: Record) -> dict[str, Any]:
    """Present a group set."""
    return {
        "id": record["id"],
        "name": record["name"],
        "role": record["role"],
        "self_signup": record["self_signup"],
        "group_limit": None,
        "auto_leader": None,
        "created_at": record["created_at"],
        **owner_json(record),
        "protected": record["role"] in PROTECTED_ROLES,
        "allows_multiple_memberships": record["role"] in ("student_organized", "communities"),
        "is_member": False,
        "sis_group_category_id": record["sis_source_id"],
        "sis_import_id": record["sis_batch_id"],
    }


def find_category(call: Call) -> Record:
    """Return the group set that the path names, for an admin."""
    category = existing(call.find("group_category"))
    call.require_admin()
    return category


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/group_categories/:id."""
    return category_json(find_category(call))


def members(call: Call) -> Listing:
    """GET /api/v1/group_categories/:id/groups."""
    return call.listed(groups.listed("group_category_id", find_category(call)["id"]), group_json)


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/group_categories."""
    return call.listed(groups.categories("account_id", find_account(call)["id"]), category_json)


def of_course(call: Call) -> Listing:
    """GET /api/v1/courses/:id/group_categories."""
    return call.listed(groups.categories("course_id", find_course(call)["id"]), category_json)


ROUTES = (
    Route("GET", "group_categories/:id", show),
    Route("GET", "group_categories/:id/groups", members),
    Route("GET", "accounts/:account/group_categories", of_account),
    Route("GET", "courses/:id/group_categories", of_course),
)
