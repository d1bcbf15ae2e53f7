"""From an HTTP answer to JSON, or to the error that names its cause."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from helpers.client.strict_json import parse, parse_or_none
from helpers.errors import (
    AnswerNotJson,
    CanvasError,
    NoSuchThing,
    NotAllowed,
    RateLimited,
    Refused,
    RequestRefused,
    ServerFault,
    TokenNotAccepted,
    WrongDomain,
    clip,
)

TURNED_DOWN = frozenset({400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 417, 422, 429, 431})
"""The HTTP statuses which prove that nothing was done.

The others do not: 408, 409 and 425 also come when the same request arrived before, a 5xx or a redirect also
comes from what stands before Canvas, and of an odd 200 only the answer went wrong.
"""

_CHECK_DOMAIN = "Check the domain: it is the one your browser shows when you are logged in to Canvas."
# No part may hold a "<": else, a header of nothing else takes time by the square of its length.
_NEXT_LINK = re.compile(r'<([^<>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)

_SECONDS = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, the headers (names in lower case), the body, and who was asked what.

    `domain` and `request` (such as `GET /api/v1/users/self`) are there for the messages.
    """

    status: int
    headers: Mapping[str, str]
    body: str
    domain: str
    request: str

    @property
    def looks_like_html(self) -> bool:
        """Whether this is a web page instead of JSON."""
        kind = self.headers.get("content-type", "")
        return "html" in kind or self.body.lstrip()[:1] == "<"

    @property
    def is_read(self) -> bool:
        """Whether nothing was to be changed."""
        return self.request.startswith("GET ")

    @property
    def is_rate_limited(self) -> bool:
        """Whether the rate limit is exceeded: hosted Canvas answers 429, older Canvas 403 with a text."""
        return self.status == 429 or (self.status == 403 and "rate limit" in self.body.lower())

    @property
    def retry_after(self) -> float | None:
        """The seconds after which Canvas wants to be asked again, None where it does not say."""
        asked = self.headers.get("retry-after", "").strip()
        if _SECONDS.fullmatch(asked):
            return float(asked)
        try:
            then = parsedate_to_datetime(asked)
            return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
        except (ValueError, OverflowError, TypeError, IndexError):
            return None

    @property
    def next_link(self) -> str | None:
        """The address of the next page, None on the last."""
        found = _NEXT_LINK.search(self.headers.get("link", ""))
        return found and found[1]


def json_of(answer: Answer) -> Any:
    """Return the JSON of an answer.

    Raises:
        Refused: the status is 400 or above.
        WrongDomain: it is a web page or a redirect.
        AnswerNotJson: it is something else.
    """
    fault = fault_of(answer)
    if fault:
        raise fault
    try:
        return parse(answer.body)
    except ValueError:
        raise _not_json(answer) from None


def fault_of(answer: Answer) -> CanvasError | None:
    """Return the error that an answer stands for, None for an answer that may be read."""
    if answer.is_rate_limited:
        return _refused(
            RateLimited,
            answer,
            "Canvas asks you to slow down (rate limit)",
            f"Wait {_pause(answer) or 'a minute'}, then retry.",
        )
    if answer.status == 401 and not _lacks_permission(answer):
        return _token_not_accepted(answer)
    if answer.status >= 500:
        return _server_fault(answer)
    if 300 <= answer.status < 400:
        return _redirect(answer)
    if answer.looks_like_html:
        return WrongDomain(
            f"{answer.domain} answered with a web page instead of JSON: this looks like a login page, "
            "or a site that is not Canvas.",
            _CHECK_DOMAIN,
            status=answer.status,
        )
    return _refusal(answer) if answer.status >= 400 else None


def _refusal(answer: Answer) -> Refused:
    if answer.status == 403 and "user-agent" in answer.body.lower():
        return _refused(
            NotAllowed,
            answer,
            "The request arrived without its User-Agent header",
            "The helpers always send this header, so something on the way removed it, probably a proxy. "
            "Ask your network team to let it pass.",
        )
    if answer.status in (401, 403):
        return _refused(
            NotAllowed,
            answer,
            "The token is valid, but its owner does not have permission to do this",
            "SIS imports need an administrator of the root account with the SIS permissions, "
            "and SIS imports enabled for the account. Ask your Canvas administrator.",
        )
    if answer.status == 404:
        return _refused(
            NoSuchThing,
            answer,
            "Canvas did not find this object",
            "Check the id, and that it belongs to this Canvas.",
        )
    return _refused(
        RequestRefused,
        answer,
        "Canvas rejected the request"
        if answer.is_read or answer.status in TURNED_DOWN
        else "Canvas gave no clear answer",
        "Change what the message names, then send it again.",
    )


def _token_not_accepted(answer: Answer) -> Refused:
    expired_at = _find(parse_or_none(answer.body), "expired_at")
    if expired_at:
        return _refused(
            TokenNotAccepted,
            answer,
            f"The token expired at {clip(expired_at, 80)}",
            "Create a new one in Canvas and use it.",
        )
    if "scope" in str(parse_or_none(answer.body)).lower():
        return _refused(
            TokenNotAccepted,
            answer,
            "The token is valid, but was made for other requests",
            "Use a token without scopes, or one whose scopes include this request.",
        )
    return _refused(
        TokenNotAccepted,
        answer,
        f"{answer.domain} does not accept the token",
        "Copy the whole token again, from this Canvas: test, beta, and production each have their own.",
    )


def _server_fault(answer: Answer) -> Refused:
    return _refused(
        ServerFault,
        answer,
        f"{answer.domain} failed while answering",
        f"Wait {_pause(answer) or 'a little'}, then check whether the request took effect before you send it"
        " again.",
    )


def _pause(answer: Answer) -> str:
    return "" if answer.retry_after is None else f"{answer.retry_after:,.0f} seconds"


def _redirect(answer: Answer) -> WrongDomain:
    target = clip(answer.headers.get("location", "").partition("?")[0]) or "an unnamed address"
    return WrongDomain(
        f"{answer.domain} redirects to {target}; the helpers do not follow it, so that "
        "your token goes nowhere else.",
        "If that is the address of your Canvas, give its domain instead. If it is a login page: "
        + _CHECK_DOMAIN,
        status=answer.status,
    )


def _refused(kind: type[Refused], answer: Answer, what: str, fix: str) -> Refused:
    text = canvas_text(answer)
    said = f" It said: {text}" if text else ""
    error = kind(
        f"{what} (HTTP {answer.status} for {answer.request}).{said}",
        fix,
        status=answer.status,
        canvas_text=text,
    )
    error.retry_after = answer.retry_after
    return error


def _not_json(answer: Answer) -> AnswerNotJson:
    start = clip(answer.body.strip(), 80)
    error = AnswerNotJson(
        f"{answer.domain} answered {answer.request} with something that is not JSON: {start or '(nothing)'}",
        _CHECK_DOMAIN,
        status=answer.status,
    )
    error.body = answer.body
    return error


def canvas_text(answer: Answer) -> str:
    """Return what Canvas itself says in a refusal, whichever of its shapes it chose ("" if nothing)."""
    found = parse_or_none(answer.body)
    if found is None:
        return "" if answer.looks_like_html else clip(answer.body.strip())
    return clip("; ".join(_messages(found)))


def _messages(found: Any) -> list[str]:
    """Collect texts from `{"errors": [{"message": …}]}`, `{"message": …}`, `{"errors": {field: […]}}`, …."""
    if isinstance(found, str):
        return [found]
    if isinstance(found, list):
        return [text for item in found for text in _messages(item)]
    if isinstance(found, dict):
        named = [found[key] for key in ("message", "error_message", "error", "errors") if key in found]
        return _messages(named or list(found.values()))
    return []


def _lacks_permission(answer: Answer) -> bool:
    """Older Canvas answers 401 also where the token is fine and only a right is missing."""
    return bool(_find(parse_or_none(answer.body), "status") == "unauthorized")


def _find(found: Any, key: str) -> Any:
    """Look for a key at the top or in the first of `errors`."""
    if not isinstance(found, dict):
        return None
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return found.get(key) or first.get(key)
