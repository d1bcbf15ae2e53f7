"""From an HTTP answer to JSON, or to the error that names its cause."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
)

TURNED_DOWN = frozenset({400, 401, 403, 404, 405, 410, 411, 413, 414, 415, 417, 422, 429, 431})
"""The HTTP statuses which prove that nothing was done.

The others do not: 408, 409 and 425 also come when the same request arrived before, a 5xx or a redirect also
comes from what stands before Canvas, and of an odd 200 only the answer went wrong.
"""

_CHECK_DOMAIN = "Check the domain: it is the one your browser shows when you are logged in to Canvas."
_LONGEST_QUOTE = 300
_NEXT_LINK = re.compile(r'<([^>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)


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
    def speaks_of_rate_limit(self) -> bool:
        """Whether Canvas says: slower. Hosted Canvas answers 429; older Canvas answers 403 with a text."""
        return self.status == 429 or (self.status == 403 and "rate limit" in self.body.lower())

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
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _not_json(answer) from None


def fault_of(answer: Answer) -> CanvasError | None:
    """Return the error that an answer stands for, None for an answer that may be read."""
    if answer.speaks_of_rate_limit:
        asked = answer.headers.get("retry-after", "").strip()
        pause = f"{asked} seconds" if asked.isdecimal() else "a minute"
        return _refused(
            RateLimited, answer, "Canvas asks you to slow down (rate limit)", f"Wait {pause}, then retry."
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
            "The token is valid, but its owner may not do this",
            "SIS imports need an administrator of the root account with the SIS permissions, "
            "and SIS imports switched on for the account. Ask your Canvas administrator.",
        )
    if answer.status == 404:
        return _refused(
            NoSuchThing,
            answer,
            "Canvas finds no such thing",
            "Check the id, and that it belongs to this Canvas.",
        )
    return _refused(
        RequestRefused,
        answer,
        "Canvas refused the request" if answer.is_read or answer.status in TURNED_DOWN else "No clear answer",
        "Change what the message names, then send it again.",
    )


def _token_not_accepted(answer: Answer) -> Refused:
    expired_at = _find(json_or_none(answer.body), "expired_at")
    if expired_at:
        return _refused(
            TokenNotAccepted,
            answer,
            f"The token expired at {expired_at}",
            "Make a new one in Canvas and use that.",
        )
    if "scope" in str(json_or_none(answer.body)).lower():
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
        "Copy it again, whole, and from this very Canvas: test, beta and production have their own tokens.",
    )


def _server_fault(answer: Answer) -> Refused:
    return _refused(
        ServerFault,
        answer,
        f"Something broke at {answer.domain}",
        "Wait a little, then look whether the request took effect before you send it again.",
    )


def _redirect(answer: Answer) -> WrongDomain:
    target = answer.headers.get("location", "an unnamed address").partition("?")[0]
    return WrongDomain(
        f"{answer.domain} redirects to {target}; the helpers do not follow, so your token goes nowhere else.",
        "If that is the address of your Canvas, give its domain instead. If it is a login page: "
        + _CHECK_DOMAIN,
        status=answer.status,
    )


def _refused(kind: type[Refused], answer: Answer, what: str, fix: str) -> Refused:
    text = canvas_text(answer)
    said = f" It said: {text}" if text else ""
    return kind(
        f"{what} (HTTP {answer.status} for {answer.request}).{said}",
        fix,
        status=answer.status,
        canvas_text=text,
    )


def _not_json(answer: Answer) -> AnswerNotJson:
    start = _clip(answer.body.strip(), 80)
    error = AnswerNotJson(
        f"{answer.domain} answered {answer.request} with something that is not JSON: {start or '(nothing)'}",
        _CHECK_DOMAIN,
        status=answer.status,
    )
    error.body = answer.body
    return error


def canvas_text(answer: Answer) -> str:
    """Return what Canvas itself says in a refusal, whichever of its shapes it chose ("" if nothing)."""
    found = json_or_none(answer.body)
    if found is None:
        return "" if answer.looks_like_html else _clip(answer.body.strip())
    return _clip("; ".join(_messages(found)))


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
    return bool(_find(json_or_none(answer.body), "status") == "unauthorized")


def _find(found: Any, key: str) -> Any:
    """Look for a key at the top or in the first of `errors`."""
    if not isinstance(found, dict):
        return None
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return found.get(key) or first.get(key)


def json_or_none(body: str) -> Any:
    """Return the JSON of a body, None if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _clip(text: str, longest: int = _LONGEST_QUOTE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
