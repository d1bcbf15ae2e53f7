"""Users: reading them and their profile, changing their names manually."""

from collections.abc import Callable
from typing import Any

from practice_canvas.api import errors, values
from practice_canvas.api.accounts import find_account
from practice_canvas.api.answer import Answer
from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.search import ordered, searched
from practice_canvas.sis_csv.values import is_address
from practice_canvas.store import records
from practice_canvas.store.reads import users
from practice_canvas.store.records import Record
from practice_canvas.store.writes.names import sortable_name
from practice_canvas.store.writes.users import set_email

FIELDS = {
    "name": ("name", values.needed),
    "short_name": ("short_name", values.text),
    "sortable_name": ("sortable_name", values.text),
}
PRONOUNS = {"pronouns": ("pronouns", values.text)}  # where the account allows them
ENROLLMENT_TYPES = {
    "student": "StudentEnrollment",
    "teacher": "TeacherEnrollment",
    "ta": "TaEnrollment",
    "observer": "ObserverEnrollment",
    "designer": "DesignerEnrollment",
}
# include[] of the account's list → what it adds.
EXTRAS: dict[str, Callable[[Call, Record], Any]] = {
    "email": lambda call, user: user["email"],
    "last_login": lambda call, user: None,
    "time_zone": lambda call, user: "Etc/UTC",
    "uuid": lambda call, user: user["uuid"],
}
AVATAR: dict[str, Callable[[Call, Record], Any]] = {"avatar_url": lambda call, user: None}


def user_json(record: Record) -> dict[str, Any]:
    """Present a user (a record of store/reads/users.py) as lists show one."""
    return {
        "id": record["id"],
        "name": record["name"],
        "created_at": record["created_at"],
        "sortable_name": record["sortable_name"],
        "short_name": record["short_name"] or record["name"],
        "sis_user_id": record["sis_user_id"],
        "integration_id": record["integration_id"],
        "sis_import_id": record["sis_batch_id"],
        "login_id": record["login_id"],
    }


def full_json(record: Record) -> dict[str, Any]:
    """Present a user as GET /users/:id does."""
    last, comma, first = record["sortable_name"].partition(",")
    shown = {
        **user_json(record),
        "first_name": first.strip() if comma else record["sortable_name"],
        "last_name": last.strip() if comma else "",
        "email": record["email"],
        "avatar_url": None,
        "locale": None,
        "effective_locale": "en",
        "permissions": {
            "can_update_name": True,
            "can_update_avatar": False,
            "limit_parent_app_web_access": False,
        },
    }
    return shown | {"pronouns": record["pronouns"]} if record["pronouns"] else shown


def _profile_json(record: Record) -> dict[str, Any]:
    """Present a user as GET /users/:id/profile does."""
    return {
        "id": record["id"],
        "name": record["name"],
        "short_name": record["short_name"] or record["name"],
        "sortable_name": record["sortable_name"],
        "title": None,
        "bio": None,
        "pronunciation": None,
        "primary_email": record["email"],
        "login_id": record["login_id"],
        "sis_user_id": record["sis_user_id"],
        "integration_id": record["integration_id"],
        "avatar_url": None,
        "time_zone": "Etc/UTC",
        "locale": None,
        "effective_locale": "en",
        "calendar": None,
        "k5_user": False,
    }


def find_user(call: Call) -> Record:
    """Return the user that the path names, to an admin or to themselves; with login and e-mail address."""
    user = call.find("user")
    if user["id"] != call.person.id:
        call.require_admin()
    return users.user(call.db, user["id"])


def show(call: Call) -> Any:
    """GET /api/v1/users/:id: a deleted user is returned with status 404."""
    user = find_user(call)
    return full_json(user) if users.has_live_login(call.db, user["id"]) else Answer(full_json(user), 404)


def profile(call: Call) -> dict[str, Any]:
    """GET /api/v1/users/:id/profile."""
    user = find_user(call)
    if not users.has_live_login(call.db, user["id"]):
        raise errors.not_found()
    return _profile_json(user)


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/users."""
    query = users.of_account(find_account(call)["id"])
    searched(call, query, "users.name", "login.sis_user_id", "login.unique_id")
    wanted = [ENROLLMENT_TYPES.get(word, word) for word in call.params.all("enrollment_type")]
    if wanted:
        users.enrolled_as(query, wanted)
    ordered(call, query, users.SORTS)
    return call.listed(query, call.presenter(lambda call, row: user_json(row), EXTRAS))


def observees(call: Call) -> Listing:
    """GET /api/v1/users/:id/observees."""
    return _listed(call, users.observed_by)


def observers(call: Call) -> Listing:
    """GET /api/v1/users/:id/observers."""
    return _listed(call, users.observers_of)


def _listed(call: Call, query: Any) -> Listing:
    """List people who have to do with the user of the path."""
    present = call.presenter(lambda call, row: user_json(row), AVATAR)
    return call.listed(query(find_user(call)["id"]), present)


def update(call: Call) -> dict[str, Any]:
    """PUT /api/v1/users/:id: fields that are changed manually become sticky."""
    user = find_user(call)
    given = call.params.nested("user")
    changes = values.converted(given, FIELDS)
    if call.settings["can_add_pronouns"]:
        changes |= values.converted(given, PRONOUNS)
    if address := given.get("email", "").strip():
        if not is_address(address):
            raise errors.invalid("email", f"{address} is not an email address")
        set_email(call.db, user["id"], address)
    name = changes.get("name", user["name"])
    follows = user["sortable_name"] == sortable_name(user["name"])
    if not changes.get("sortable_name") and (follows or "sortable_name" in changes):
        changes["sortable_name"] = sortable_name(name)
    call.edit(records.USER, user, changes)
    return full_json(users.user(call.db, user["id"]))


ROUTES = (
    Route("GET", "users/:id", show),
    Route("PUT", "users/:id", update, writes=True),
    Route("GET", "users/:id/profile", profile),
    Route("GET", "users/:id/observees", observees),
    Route("GET", "users/:id/observers", observers),
    Route("GET", "accounts/:account/users", of_account),
)
