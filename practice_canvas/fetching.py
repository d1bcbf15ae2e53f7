"""Ask an address on this computer or in the room for JSON, whatever program may answer there."""

import http.client
import io
import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import Future
from typing import Any

SECONDS_TO_ANSWER = 5.0
LONGEST_ANSWER = 1 << 22  # bytes of a control's JSON


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would carry the secret to another address."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch(request: urllib.request.Request, timeout: float | None = None) -> Any:
    """Return the JSON of an answer, without proxy or redirect: the request goes to this computer or room.

    Args:
        request: what to send.
        timeout: how many seconds to wait for the whole answer; None for those of most calls.

    Raises:
        ValueError: the address is not one of HTTP, or the answer is not JSON.
        OSError: it does not answer with HTTP in time, or refuses.
    """
    seconds = timeout or SECONDS_TO_ANSWER
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(_fetch(request, seconds))
        except BaseException as fault:
            answer.set_exception(fault)

    # In a thread, which can be left: a time-out of sockets limits each silence, and not an answer that drips.
    threading.Thread(target=run, daemon=True).start()
    return answer.result(seconds)


def _fetch(request: urllib.request.Request, timeout: float) -> Any:
    if request.type not in ("http", "https"):
        raise ValueError(f"{request.type} is not HTTP")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(request, timeout=timeout) as answer:
            return json.loads(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as refusal:
        body = io.BytesIO(_body_of(refusal))
        raise urllib.error.HTTPError(refusal.url, refusal.code, refusal.msg, refusal.headers, body) from None
    except http.client.HTTPException as fault:
        text = f"What answers at {request.host} is not a practice Canvas, or has just ended."
        raise ConnectionError(text) from fault
    except RecursionError as fault:
        raise ValueError(f"The answer of {request.host} is nested too deeply.") from fault


def _body_of(refusal: urllib.error.HTTPError) -> bytes:
    with refusal:
        try:
            return refusal.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException):  # the status says enough
            return b""
