"""The trainer's pages as an ASGI application."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from practice_canvas.api import answering, errors
from practice_canvas.api.bodies import drain, form_of
from practice_canvas.api.routing import Route, Routes
from practice_canvas.pages.site import static_file
from practice_canvas.room.answers import HEADERS, html
from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.trainer.actions import ACTIONS, Actions
from practice_canvas.room.trainer.guard import SECRET, Guard
from practice_canvas.room.trainer.pages import overview, render
from practice_canvas.room.trainer.record import RECORD_FILE, Record
from practice_canvas.room.trainer.report import csv_text, difficulties, summaries
from practice_canvas.room.trainer.watch import Watch, Watched
from practice_canvas.store import glance
from practice_canvas.store.store import DatabaseFault

FOLDER = Path(__file__).parent
FILES = {"trainer.css": "text/css; charset=utf-8", "trainer.js": "text/javascript; charset=utf-8"}
ALL = "all"
MOST_MESSAGES = 5  # of each import

log = logging.getLogger(__name__)


class Trainer:
    """Answers the trainer's requests.

    Args:
        apps: the seats of the room.
        home: the room's folder, which keeps the record.
        guard: what knows the trainer.
    """

    def __init__(self, apps: Sequence[SeatApp], home: Path, guard: Guard) -> None:
        self._apps = {app.seat.number: app for app in apps}
        self._record = Record(home / RECORD_FILE)
        self._watch = Watch(apps, self._record)
        self._actions = Actions(self._record)
        self._guard = guard
        self._routes = Routes(
            (
                Route("GET", "", self._room),
                Route("GET", "seats/:number", self._seat),
                Route("GET", "report", self._report),
                Route("GET", "report.csv", self._csv),
                Route("POST", "act", self._act),
                *(Route("GET", name, partial(self._file, name)) for name in ("style.css", *FILES)),
            )
        )

    async def run(self) -> None:
        """Watch the seats until it is canceled."""
        try:
            await self._watch.run()
        finally:
            self._actions.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answering.respond(self._answer, HEADERS, scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._guard.check_origin(request)
        path = request.url.path.removeprefix("/")
        if path == "" and SECRET in request.query_params and (answer := self._guard.exchange(request)):
            return answer
        found = self._routes.find(request.method, path)
        if not self._guard.knows(request) and path not in ("style.css", "trainer.css"):
            await drain(request)
            return html(render("stranger.html", root="./"), 403)
        if found is None:
            raise errors.not_found()
        response: Response = await found[0].handler(request, **found[1])
        return response

    # pages

    async def _room(self, request: Request) -> Response:
        await self._watch.look()
        seats = self._watch.seats()
        return await self._page(request, "room.html", target=ALL, page="room", **overview(seats))

    async def _seat(self, request: Request, number: str) -> Response:
        app = self._app(number)
        await self._watch.look()
        (watched,) = (each for each in self._watch.seats() if each.seat is app.seat)
        values = overview([watched])
        values["said"] = await run_in_threadpool(_messages, watched)
        return await self._page(request, "seat.html", target=number, page="seat", watched=watched, **values)

    async def _report(self, request: Request) -> Response:
        await self._watch.look()
        seats = [app.seat for app in self._apps.values()]
        events = self._record.events
        return await self._page(
            request,
            "report.html",
            page="report",
            summaries=summaries(events, seats),
            difficulties=difficulties(events),
            trainer=[event for event in events if event.kind == "trainer"],
            exercises=overview(self._watch.seats())["exercises"],
            count=len(seats),
            printed=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        )

    async def _csv(self, request: Request) -> Response:
        await self._watch.look()
        text = csv_text(self._record.events, [app.seat for app in self._apps.values()])
        name = f"class-{datetime.now(UTC):%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    async def _file(self, name: str, request: Request) -> Response:
        text = (FOLDER / name).read_text(encoding="utf-8") if name in FILES else static_file(name)
        return Response(text, media_type=FILES.get(name, FILES["trainer.css"]))

    async def _page(self, request: Request, template: str, **values: Any) -> Response:
        root = "../" * request.url.path.count("/", 1) or "./"
        shared = {"root": root, "runs": self._actions.shown(), "problem": self._record.problem}
        text = await run_in_threadpool(render, template, **shared, **values)
        tag = f'"{sha256(text.encode()).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304)
        return html(text, headers={"ETag": tag})

    # actions

    async def _act(self, request: Request) -> Response:
        form = dict(await form_of(request))
        name, target = form.get("do", ""), form.get("seat", "")
        if name not in ACTIONS:
            raise errors.not_found()
        apps = list(self._apps.values()) if target == ALL else [self._app(target)]
        action, typed = ACTIONS[name], " ".join(form.get("typed", "").split())
        place = f"all {len(apps)} seats" if target == ALL else f"seat {target}"
        if action.needs and not typed:
            self._actions.refuse(action.needs)
        elif action.erases and not form.get("sure"):
            holds = await run_in_threadpool(_held_by, apps)
            values = {"do": name, "typed": typed, "target": target, "place": place, "page": "confirm"}
            return await self._page(request, "confirm.html", action=action, holds=holds, **values)
        else:
            self._actions.start(name, typed, apps, place)
        back = "./" if target == ALL or form.get("back") == "room" else f"seats/{int(target)}"
        return RedirectResponse(back, 303)

    def _app(self, number: str) -> SeatApp:
        app = self._apps.get(int(number)) if number.isascii() and number.isdecimal() else None
        if app is None:
            raise errors.not_found()
        return app


def _messages(watched: Watched) -> dict[int, list[dict[str, Any]]]:
    """Return the first messages of each of a seat's latest imports, by the import's ID."""
    found = {}
    for sent in watched.reading.imports:
        if sent["errors_count"] or sent["warnings_count"]:
            try:
                found[sent["id"]] = glance.messages_of(watched.seat.home, sent["id"], MOST_MESSAGES)
            except (DatabaseFault, OSError):
                log.exception("messages of %s", watched.seat.label)
    return found


def _held_by(apps: Sequence[SeatApp]) -> Counter[str]:
    """Return how many records of each kind some seats have together."""
    held: Counter[str] = Counter()
    for app in apps:
        try:
            held.update(glance.holds(app.seat.home))
        except (DatabaseFault, OSError):
            log.exception("what %s holds", app.seat.label)
    return held
