"""Authenticate a request by its access token."""

from datetime import UTC, datetime

from practice_canvas.api import errors
from practice_canvas.store.reads import sis_ids
from practice_canvas.store.school import access_tokens
from practice_canvas.store.school.access_tokens import Caller
from practice_canvas.store.store import Store, now


def given_token(authorization: str | None, access_token: str | None) -> str:
    """Return the token of a request: the header `Authorization: Bearer …`, else the parameter.

    Raises:
        ApiError: there is no token (401); a header with another scheme is ignored.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme == "Bearer" and token.strip():
        return token.strip()
    if access_token:
        return access_token
    raise errors.no_credentials()


def caller(store: Store, name: str | None, *, expired: bool = False) -> Caller:
    """Return the person a token belongs to.

    Args:
        store: a connection that reads.
        name: of the token, such as admin; None for an unknown one.
        expired: treat the token as expired.

    Raises:
        ApiError: the token is unknown, revoked or expired (401).
    """
    record = access_tokens.token(store.db, name) if name else None
    if record is None:
        raise errors.bad_token()
    if record["workflow_state"] != "active":
        raise errors.revoked_token()
    expires_at = now() if expired else record["expires_at"]
    if expires_at and datetime.fromisoformat(expires_at) <= datetime.now(UTC):
        raise errors.expired_token(expires_at)
    scopes = None if record["scopes"] is None else tuple(record["scopes"].split())
    return access_tokens.caller(store.db, record["user_id"], scopes)


def acting_as(store: Store, caller: Caller, text: str) -> Caller:
    """Return the user whom the caller wants to act as (`as_user_id`), with the scopes of the caller's token.

    Raises:
        ApiError: there is no such user, or the caller may not (401).
    """
    user = sis_ids.find(store.db, "user", text, caller.id)
    if (
        user is None
        or user["workflow_state"] == "deleted"
        or not (caller.is_admin or user["id"] == caller.id)
    ):
        raise errors.cannot_act_as(text)
    return access_tokens.caller(store.db, user["id"], caller.scopes)
