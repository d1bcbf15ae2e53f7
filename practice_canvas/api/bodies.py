"""Read the bodies of requests, within bounds."""

import logging
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from practice_canvas.api import errors
from practice_canvas.api.multipart import Discard, read_form
from practice_canvas.api.params import WITH_BODY, parse_form

LARGEST_FORM = 1024**2
MOST_DRAINED = 1024**3

log = logging.getLogger(__name__)


async def form_of(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a request's form; a file in it is ignored."""
    if request.method not in WITH_BODY:
        return []
    content_type = request.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/form-data"):
        return (await read_form(content_type, chunks_of(request), Discard())).fields
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise errors.too_large(LARGEST_FORM)
    try:
        return parse_form(content_type, bytes(body))
    except ValueError as bad:
        raise errors.bad_request("The Content-Type says JSON, but the body is not valid JSON.") from bad


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """Yield a body as it arrives."""
    async for chunk in request.stream():
        if chunk:
            yield chunk


async def cut_off(request: Request) -> AsyncIterator[bytes]:
    """Yield the beginning of a body, then break the connection."""
    async for chunk in chunks_of(request):
        yield chunk
        break
    request.state.cut_connection()
    raise ClientDisconnect


async def drain(request: Request) -> None:
    """Read the rest of a refused request, so that the sender sees the response."""
    if request.method not in WITH_BODY or "expect" in request.headers:
        return
    try:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_DRAINED:
                return
    except Exception:  # the stream was read already, or the sender is gone
        log.debug("nothing to drain")
