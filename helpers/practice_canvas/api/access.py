"""Who makes a request: the access token in it, and whether it is good."""

from datetime import UTC, datetime

from helpers.practice_canvas.api import errors
from helpers.practice_canvas.store import people
from helpers.practice_canvas.store.people import Person
from helpers.practice_canvas.store.store import Store


def given_token(authorization: str | None, access_token: str | None) -> str:
    """Return the token of a request: the header `Authorization: Bearer …`, else the parameter.

    Raises:
        ApiError: there is none (401); a header of another scheme counts as none.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme == "Bearer" and token.strip():
        return token.strip()
    if access_token:
        return access_token
    raise errors.no_credentials()


def caller(store: Store, token: str) -> Person:
    """Return whose token it is.

    Raises:
        ApiError: it is unknown, revoked or expired (401).
    """
    record = people.token(store.db, token)
    if record is None:
        raise errors.bad_token()
    if record["workflow_state"] != "active":
        raise errors.revoked_token()
    if record["expires_at"] and datetime.fromisoformat(record["expires_at"]) <= datetime.now(UTC):
        raise errors.expired_token(record["expires_at"])
    return Person(record["user_id"], bool(record["is_admin"]))
