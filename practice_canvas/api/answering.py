"""Answer a request of an ASGI application: what fails becomes a refusal, and every answer has its headers."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from practice_canvas.api.bodies import drain
from practice_canvas.api.responses import refusal_of, refused


async def respond(
    answer: Callable[[Request], Awaitable[Response]],
    headers: Mapping[str, str],
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Send what a function answers to a request.

    Args:
        answer: gives the response, or raises.
        headers: of every response, also of a refusal.
        scope: the request, as ASGI gives it.
        receive: gives its body.
        send: takes the response.
    """
    request = Request(scope, receive)
    try:
        response = await answer(request)
    except Exception as fault:
        await drain(request)
        response = refused(refusal_of(fault))
    response.headers.update(headers)
    await response(scope, receive, send)
