"""Login rules that users.csv and logins.csv share: how a login is checked and stored."""

import unicodedata
from collections.abc import Sequence

from practice_canvas.engine.importer import Rejected, Row, Run
from practice_canvas.engine.rules import emails
from practice_canvas.sis_csv.values import is_address
from practice_canvas.store.reads import logins
from practice_canvas.store.records import CHANNEL, LOGIN, Record, Values

REMOVE = "<delete>"
LONGEST_LOGIN_ID = 100
LONGEST_TEXT = 255
SHORTEST_PASSWORD = 8
USER_TYPES = ("administrative", "observer", "staff", "student", "student_other", "teacher")


def check_present(row: Row) -> tuple[str, str]:
    """Return user_id and login_id of a row.

    Raises:
        Rejected: one of them is empty, or the row contains a NUL character.
    """
    if "\0" in "".join(filter(None, row.values())):
        raise Rejected("The row contains a NUL character: remove it.")
    if not row["user_id"]:
        raise Rejected("The row has no user_id.")
    if not row["login_id"]:
        raise Rejected(f"The row of user {row['user_id']} has no login_id.")
    return row["user_id"], row["login_id"]


def provider_of(run: Run, row: Row) -> int | None:
    """Return the ID of the row's authentication provider; None if the column is empty.

    Raises:
        Rejected: there is no such active provider.
    """
    name = row["authentication_provider_id"]
    if not name:
        return None
    provider_id = logins.active_provider(run.store.db, name)
    if provider_id is None:
        raise Rejected(f"The authentication provider {name} of user {row['user_id']} does not exist.")
    return provider_id


def owner(login: Record) -> str:
    """Return how a message names a login's owner: by SIS ID, or else by Canvas ID."""
    if login["sis_user_id"]:
        return f"the user with SIS ID {login['sis_user_id']}"
    return f"the user with Canvas ID {login['user_id']}"


def live_with_name(
    run: Run, login_id: str, provider_id: int | None, preferred_id: int | None = None
) -> Record | None:
    """Return the login that is not deleted and has this name in any letter case (see `reads.logins`)."""
    namesakes = run.records.find_all(LOGIN.table, "unique_id_key", logins.case_key(login_id))
    return logins.live_one(namesakes, provider_id, preferred_id)


def live_of_user(run: Run, user_id: int) -> list[Record]:
    """Return the user's logins that are not deleted, oldest first."""
    found = run.records.find_all(LOGIN.table, "user_id", user_id)
    return [login for login in found if login["workflow_state"] != "deleted"]


def load(run: Run, rows: Sequence[Row], sis_ids: Sequence[str], integration_ids: Sequence[str]) -> set[int]:
    """Load the logins that rows name or collide with, and the email channels of their users.

    Args:
        run: the import.
        rows: a chunk of rows.
        sis_ids: the columns that hold SIS IDs of users.
        integration_ids: the columns that hold integration IDs.

    Returns:
        The Canvas ids of the users.
    """
    named = {logins.case_key(name) for row in rows if (name := row["login_id"])}
    run.records.load(LOGIN.table, "unique_id_key", named)
    for column, ids in (("sis_user_id", sis_ids), ("integration_id", integration_ids)):
        run.records.load(LOGIN.table, column, (row[name] for row in rows for name in ids))
    user_ids = {login["user_id"] for login in run.records.held(LOGIN.table)}
    run.records.load(CHANNEL.table, "user_id", user_ids)
    return user_ids


def check_integration_id(run: Run, row: Row, own: Record | None) -> None:
    """Check that no other login has the integration ID.

    Raises:
        Rejected: another login has it; the text names its owner.
    """
    if not row["integration_id"]:
        return
    other = run.records.find(LOGIN.table, "integration_id", row["integration_id"])
    if other and (own is None or other["id"] != own["id"]):
        raise Rejected(
            f"The integration_id {row['integration_id']} of user {row['user_id']} belongs to {owner(other)}."
        )


def check_values(row: Row) -> None:
    """Check that the login and user records can store the row's values.

    Raises:
        Rejected: a value is too long or not allowed.
    """
    user_id, login_id = row["user_id"], row["login_id"] or ""
    if not login_id.isprintable() and any(unicodedata.category(character) == "Cc" for character in login_id):
        raise Rejected(f"The login_id {login_id} of user {user_id} contains control characters.")
    if len(login_id) > LONGEST_LOGIN_ID:
        raise Rejected(f"The login_id of user {user_id} is longer than {LONGEST_LOGIN_ID} characters.")
    texts = (
        "user_id",
        "integration_id",
        "full_name",
        "first_name",
        "last_name",
        "sortable_name",
        "short_name",
    )
    for column in texts:
        if len(row[column] or "") > LONGEST_TEXT:
            raise Rejected(f"The {column} of user {user_id} is longer than {LONGEST_TEXT} characters.")
    if row["declared_user_type"] and row["declared_user_type"] not in (REMOVE, *USER_TYPES):
        raise Rejected(f"The declared_user_type {row['declared_user_type']} of user {user_id} is invalid.")
    if row["password"] and not SHORTEST_PASSWORD <= len(row["password"]) <= LONGEST_TEXT:
        raise Rejected(
            f"The password of user {user_id} must have {SHORTEST_PASSWORD} to {LONGEST_TEXT} characters."
        )


def login_values(row: Row, provider_id: int | None, workflow_state: str) -> Values:
    """Return the login values of a row, without the empty columns that leave the stored value alone."""
    login_id = row["login_id"] or ""
    values: Values = {
        "sis_user_id": row["user_id"],
        "unique_id": login_id,
        "unique_id_key": logins.case_key(login_id),
        "workflow_state": workflow_state,
        "authentication_provider_id": provider_id,
    }
    if row["integration_id"]:
        values["integration_id"] = row["integration_id"]
    if row["declared_user_type"]:
        user_type = row["declared_user_type"]
        values["declared_user_type"] = None if user_type == REMOVE else user_type
    return values


def save_login(run: Run, login: Record | None, user_id: int, values: Values) -> Record:
    """Create or update a login of this user and return it."""
    if login is None:
        values = {"user_id": user_id, "account_id": run.root_account_id, "created_at": run.now, **values}
    login_id = run.save(LOGIN, login, values)
    saved = run.records.find(LOGIN.table, "id", login_id)
    assert saved is not None, "it was saved just now"  # noqa: S101
    return saved


def save_email(run: Run, row: Row, login: Record, *, is_new: bool) -> None:
    """Store the row's email address, if it has one, for a login that was just saved.

    Raises:
        Rejected: the address is invalid; the user and the login stay saved.
    """
    address = row["email"]
    if not address:
        return
    if not is_address(address):
        raise Rejected(
            f"The email {address} of user {row['user_id']} is not a valid address and was not stored."
        )
    if login["workflow_state"] == "deleted":
        emails.retire_address(run, login, address, is_new=is_new)
    else:
        emails.save_address(run, login, address)
