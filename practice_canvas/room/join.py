"""The join page: a learner gives a name or the number of a seat, and gets the seat's address and token."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from practice_canvas import service
from practice_canvas.api import answering, errors
from practice_canvas.api.bodies import form_of
from practice_canvas.api.hosts import Hosts
from practice_canvas.api.responses import refused
from practice_canvas.pages.site import FILES, static_file
from practice_canvas.pages.templating import templates
from practice_canvas.room.answers import HEADERS, html
from practice_canvas.room.room_key import RoomKey, TooManyKeys
from practice_canvas.room.seats import NoSeat, Seat, Seats

FOLDER = Path(__file__).parent
WRONG_KEY = "That is not the key of this room. Ask the trainer for it."
TOO_MANY_KEYS = "Too many keys come from your network at the moment. Try again in a few seconds."


class Join:
    """Answers the requests of those who want a seat.

    Args:
        seats: the seats of the room.
        key: what a learner must know to get one; "" for nothing.
        hosts: the names under which the page may be addressed.
    """

    def __init__(self, seats: Seats, key: str, hosts: Hosts) -> None:
        self._seats = seats
        self._key = RoomKey(key)
        self._hosts = hosts
        self._answers = {
            ("GET", "/"): self._form,
            ("POST", "/"): self._page_of_seat,
            ("POST", "/seat"): self._seat_as_json,
            ("GET", "/style.css"): self._style,
            ("GET", "/room.css"): self._style,
            ("GET", "/practice/health"): self._health,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answering.respond(self._answer, HEADERS, scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._hosts.check_request(request)
        method = "GET" if request.method == "HEAD" else request.method
        answer = self._answers.get((method, request.url.path))
        if answer is None:
            raise errors.not_found()
        return await answer(request)

    async def _form(self, request: Request) -> Response:
        return self._rendered("join.html", problem="", name="")

    async def _page_of_seat(self, request: Request) -> Response:
        form = dict(await form_of(request))
        name = form.get("name", "")
        try:
            await self._check(request, form)
            taken = self._seats.taken
            seat = self._seats.join(name)
        except NoSeat as problem:
            return self._rendered("join.html", 422, problem=str(problem), name=name)
        return self._rendered(
            "seat.html", seat=seat, address=_address(request, seat), again=self._seats.taken == taken
        )

    async def _seat_as_json(self, request: Request) -> Response:
        form = dict(await form_of(request))
        try:
            await self._check(request, form)
            seat = self._seats.named(form.get("name", ""))
        except NoSeat as problem:
            return refused(errors.no_seat(str(problem)))
        return JSONResponse({"name": seat.name, "url": _address(request, seat), "token": seat.token})

    async def _style(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        text = static_file(name) if name == "style.css" else (FOLDER / name).read_text(encoding="utf-8")
        return Response(text, media_type=FILES["style.css"])

    async def _health(self, request: Request) -> Response:
        challenge = request.query_params.get("challenge")
        return JSONResponse(service.identity(self._seats.home, challenge, service.ROOM_STATE_FILE))

    async def _check(self, request: Request, form: Mapping[str, str]) -> None:
        """Refuse a form without the room's key. Raises NoSeat."""
        address = request.client.host if request.client else "::"
        try:
            if not await self._key.opens(form.get("key", ""), address):
                raise NoSeat(WRONG_KEY)
        except TooManyKeys:
            raise NoSeat(TOO_MANY_KEYS) from None

    def _rendered(self, template: str, status: int = 200, **values: Any) -> Response:
        text = (
            _environment()
            .get_template(template)
            .render(root="", needs_key=self._key.needed, count=len(self._seats.all), **values)
        )
        return html(text, status)


@cache
def _environment() -> Environment:
    return templates(FOLDER / "templates")


def _address(request: Request, seat: Seat) -> str:
    """Return a seat's address by the name that its learner's browser reached this page with."""
    host = request.url.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return f"{request.scope['scheme']}://{shown}:{seat.place.port}"


def create_join(seats: Seats, key: str, hosts: Hosts) -> ASGIApp:
    """Return the join page's application."""
    return Join(seats, key, hosts)
