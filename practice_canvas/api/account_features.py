"""Settings and features of accounts, as far as they bear on SIS imports; both are read only here."""

from dataclasses import dataclass
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing, in_pages
from practice_canvas.api.routing import Route


@dataclass(frozen=True)
class Feature:
    """A feature that an account can turn on or off."""

    name: str
    title: str
    applies_to: str = "RootAccount"
    state: str = "off"


FEATURES = (
    Feature("account_level_blueprint_courses", "Blueprint Courses at the Account Level"),
    Feature("course_templates", "Course Templates", "Account"),
    Feature("differentiation_tags", "Differentiation Tags", "Account"),
    Feature("granular_permissions_manage_users", "Granular User Permissions", state="on"),
    Feature("institutional_tags", "Institutional Tags"),
    Feature("temporary_enrollments", "Temporary Enrollments"),
)
SETTINGS = {
    "microsoft_sync_enabled": False,
    "microsoft_sync_login_attribute_suffix": False,
    "restrict_student_past_view": {"value": False, "locked": False},
    "restrict_student_future_view": {"value": False, "locked": False},
    "restrict_student_future_listing": {"value": False, "locked": False},
    "lock_all_announcements": {"value": False, "locked": False},
    "sis_assignment_name_length_input": {"value": None},
    "usage_rights_required": {"value": False, "locked": False},
}


def settings(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/settings."""
    find_account(call)
    return {**SETTINGS, "can_add_pronouns": call.settings["can_add_pronouns"]}


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/features."""
    account = find_account(call)["id"]
    shown = [
        {
            "feature": feature.name,
            "display_name": feature.title,
            "applies_to": feature.applies_to,
            "beta": False,
            "root_opt_in": False,
            "feature_flag": _flag_json(feature, account),
        }
        for feature in FEATURES
    ]
    return in_pages(shown, call.page())


def enabled(call: Call) -> list[str]:
    """GET /api/v1/accounts/:account/features/enabled: the names of the features that are on."""
    find_account(call)
    return [feature.name for feature in FEATURES if feature.state == "on"]


def flag(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/features/flags/:feature."""
    account = find_account(call)
    found = next((feature for feature in FEATURES if feature.name == call.arguments["feature"]), None)
    if found is None:
        raise errors.not_found()
    return _flag_json(found, account["id"])


def _flag_json(feature: Feature, account_id: int) -> dict[str, Any]:
    return {
        "context_type": "Account",
        "context_id": account_id,
        "feature": feature.name,
        "state": feature.state,
        "locked": True,
        "locking_account_id": None,
        "transitions": {},
    }


ROUTES = (
    Route("GET", "accounts/:account/settings", settings),
    Route("GET", "accounts/:account/features", index),
    Route("GET", "accounts/:account/features/enabled", enabled),
    Route("GET", "accounts/:account/features/flags/:feature", flag),
)
