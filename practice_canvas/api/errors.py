"""Every error response of the practice Canvas, and its form."""

from collections.abc import Mapping
from typing import Any

from practice_canvas.service import SECRET_HEADER, STATE_FILE

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}


class ApiError(Exception):
    """An error response.

    Args:
        status: the HTTP status.
        body: what becomes the JSON body; a string is sent unchanged.
        headers: further headers.
    """

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def _messages(text: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"message": text, **more}]}


def no_credentials() -> ApiError:
    """Refuse a request that carries no token (401)."""
    text = "This call needs an access token, and the request does not have one."
    return ApiError(401, {"status": "unauthenticated", **_messages(text)}, CHALLENGE)


def bad_token() -> ApiError:
    """Refuse an unknown token (401)."""
    return ApiError(401, _messages("This access token is unknown."), CHALLENGE)


def expired_token(expired_at: str) -> ApiError:
    """Refuse an expired token (401)."""
    return ApiError(401, _messages("This access token has expired.", expired_at=expired_at), CHALLENGE)


def revoked_token() -> ApiError:
    """Refuse a revoked token (401)."""
    return ApiError(401, _messages("This access token has been revoked."), CHALLENGE)


def insufficient_scope() -> ApiError:
    """Refuse a token whose scopes leave this call out (401)."""
    return ApiError(401, _messages("This access token does not have the scope for this call."))


def cannot_act_as(user: str) -> ApiError:
    """Refuse to act as a user who does not exist, or for a caller who may not (401)."""
    return ApiError(401, _messages(f"You cannot act as the user {user!r} (as_user_id)."))


def no_user_agent() -> ApiError:
    """Refuse a request without a User-Agent (403)."""
    return ApiError(403, _messages("The request has no User-Agent header: send one that names your program."))


def not_allowed() -> ApiError:
    """Refuse a user who may not do this (403)."""
    return ApiError(403, {"status": "unauthorized", **_messages("You do not have permission to do this.")})


def not_found() -> ApiError:
    """Report that there is nothing at the address (404)."""
    return ApiError(404, _messages("There is nothing at this address."))


def bad_request(text: str) -> ApiError:
    """Refuse a request that cannot be understood (400)."""
    return ApiError(400, _messages(text))


def invalid(field: str, text: str, kind: str = "invalid") -> ApiError:
    """Refuse a value that a record cannot have (400)."""
    return ApiError(400, {"errors": {field: [{"attribute": field, "type": kind, "message": text}]}})


def refused(text: str) -> ApiError:
    """Refuse what the parameters ask, or what the school's present state does not allow (400)."""
    return ApiError(400, {"message": text})


def conflict(text: str) -> ApiError:
    """Refuse to delete what something else depends on (409)."""
    return ApiError(409, {"message": text})


def not_root_account() -> ApiError:
    """Refuse SIS imports on a sub-account (400)."""
    return ApiError(
        400, {"errors": ["SIS imports are only available in the root account, and this is a sub-account."]}
    )


def imports_not_enabled() -> ApiError:
    """Refuse SIS imports while the account has them turned off (403)."""
    return ApiError(403, {"errors": ["SIS imports are not enabled for this account."]})


def no_attachment() -> ApiError:
    """Refuse a multipart post without a part named attachment (400)."""
    return unusable_attachment("The form has no file part named attachment: there is nothing to import.")


def unusable_attachment(text: str) -> ApiError:
    """Refuse a post whose file is not sent or announced as it must be (400)."""
    return ApiError(400, {"error": True, "error_message": text})


def not_utf8() -> ApiError:
    """Refuse a raw post that announces another charset than UTF-8 (400)."""
    return ApiError(400, {"error": "The Content-Type has another charset, but SIS files must be UTF-8."})


def too_large(limit: int) -> ApiError:
    """Refuse a body beyond the size limit (413)."""
    return ApiError(413, _messages(f"The request is larger than the limit of {limit} bytes."))


def out_of_service(text: str) -> ApiError:
    """Report that this practice Canvas cannot be used, and why (503)."""
    return ApiError(503, _messages(text))


def no_seat(text: str) -> ApiError:
    """Refuse a seat of a room (422)."""
    return ApiError(422, _messages(text))


def disk_full() -> ApiError:
    """Report that the upload could not be stored (507)."""
    text = "The disk of the practice Canvas is full: the file was not stored and nothing was imported."
    return ApiError(507, _messages(text))


def internal(report: int) -> ApiError:
    """Report an unexpected error (500)."""
    body = _messages("The practice Canvas failed while answering.", error_code="internal_server_error")
    return ApiError(500, {**body, "error_report_id": report})


def wrong_host(host: str) -> ApiError:
    """Refuse a request meant for another host name (403)."""
    text = (
        f"The practice Canvas does not answer to the host name {host!r}."
        " Use the address that it shows when it starts, or start it with --allow-host and this name."
    )
    return ApiError(403, _messages(text))


def wrong_origin(origin: str) -> ApiError:
    """Refuse a request that a page of another site sends (403)."""
    text = (
        f"Pages of {origin!r} may not use the practice Canvas; only its own pages may."
        " Send the request from a program or a terminal, without the headers Origin and Sec-Fetch-Site."
    )
    return ApiError(403, _messages(text))


def wrong_secret(given: str) -> ApiError:
    """Refuse a control call without the secret, or with another one (403)."""
    why = (
        f"The secret in the header {SECRET_HEADER} does not match this practice Canvas,"
        " which creates a new one at each start."
        if given
        else "The control calls of this practice Canvas need its secret, since others may reach it."
    )
    text = (
        f"{why} Send the header {SECRET_HEADER} with the value of `secret` from {STATE_FILE}"
        " in its data folder, or from the line that it prints when started with --json; in a room, with the"
        " token of your seat."
    )
    return ApiError(403, _messages(text))


def rate_limited(status: int) -> ApiError:
    """Refuse a request beyond the rate limit (403 or 429), in plain text as Canvas does."""
    text = f"{status} (Rate Limit Exceeded: too many requests with this access token; wait and try again)\n"
    return ApiError(status, text, {"X-Rate-Limit-Remaining": "0.0"})


def maintenance() -> ApiError:
    """Answer with a page for people instead of JSON (503)."""
    page = (
        "<!DOCTYPE html><html lang=en><title>Maintenance</title>"
        "<h1>We will be back soon</h1><p>Scheduled maintenance is in progress. Try again later.</p></html>"
    )
    return ApiError(503, page, {"Content-Type": "text/html; charset=utf-8"})
