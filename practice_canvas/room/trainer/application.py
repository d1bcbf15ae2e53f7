"""The trainer's page as an ASGI application."""

import hmac
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from practice_canvas.api import errors
from practice_canvas.api.hosts import Hosts
from practice_canvas.api.responses import refused
from practice_canvas.room.seat_app import SeatApp


class Trainer:
    """Answers the trainer's requests.

    Args:
        seats: the seats of the room.
        secret: what the trainer must present.
        hosts: the names under which the page may be addressed.
    """

    def __init__(self, seats: Sequence[SeatApp], secret: str, hosts: Hosts) -> None:
        self._seats = seats
        self._secret = secret.encode()
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(Request(scope, receive))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        try:
            host, origins = request.headers.get("host", ""), request.headers.getlist("origin")
            self._hosts.check(host, origins, request.scope["scheme"])
        except errors.ApiError as refusal:
            return refused(refusal)
        given = request.query_params.get("secret", "").encode()
        if not hmac.compare_digest(given, self._secret):
            return PlainTextResponse("Open the trainer's page with the link that the room printed.", 403)
        return PlainTextResponse("\n".join(f"{each.seat.number} {each.seat.name}" for each in self._seats))


def create_trainer(seats: Sequence[SeatApp], secret: str, hosts: Hosts) -> ASGIApp:
    """Return the trainer's application."""
    return Trainer(seats, secret, hosts)
