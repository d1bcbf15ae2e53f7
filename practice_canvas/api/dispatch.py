"""Answer one call: find its route, authenticate it, run its handler."""

import logging
import time
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from practice_canvas.api import access, errors
from practice_canvas.api.backend import Backend
from practice_canvas.api.bodies import chunks_of, cut_off, drain, form_of
from practice_canvas.api.call import Call, Incoming
from practice_canvas.api.gate import Gate, Visit
from practice_canvas.api.params import Params
from practice_canvas.api.responses import refusal_of, refused, response_to
from practice_canvas.api.routing import Route, Routes
from practice_canvas.scenarios import CUT_UPLOAD

IGNORED = "X-Practice-Canvas-Ignored"
MOST_NAMED = 20  # a header has to stay short
log = logging.getLogger(__name__)

CLIENT_GONE = 499  # nobody receives it


class Dispatcher:
    """Runs calls of one table of routes.

    Args:
        routes: the table.
        backend: the school behind the server.
        gate: decides who comes in.
        prefix: the prefix of the routes' paths.
    """

    def __init__(self, routes: Routes, backend: Backend, gate: Gate, prefix: str) -> None:
        self._routes = routes
        self._backend = backend
        self._gate = gate
        self._prefix = prefix

    async def answer(self, request: Request, path: str) -> Response:
        """Return the response to a request; `path` is percent-encoded as it was sent."""
        visit = Visit(self._backend.settings())
        try:
            route, call = await self._enter(request, path.removeprefix(self._prefix), visit)
            response = response_to(request, await self._run(request, route, call, visit))
            response.headers.update(_ignored_header(call, route))
        except ClientDisconnect:
            response = Response(status_code=CLIENT_GONE)
        except Exception as fault:
            await drain(request)
            response = refused(refusal_of(fault))
        response.headers.update(self._gate.close(visit))
        return response

    async def _enter(self, request: Request, path: str, visit: Visit) -> tuple[Route, Call]:
        """Authenticate the request and find its route; the token may be in header, query or form."""
        await self._gate.open(visit)
        query = list(request.query_params.multi_items())
        found = self._routes.find(request.method, path)
        visit.public = found is not None and found[0].public
        self._gate.identify(visit, request, dict(query).get("access_token"), last=False)
        form = await form_of(request) if found and not found[0].receives else []
        if visit.person is None:
            self._gate.identify(visit, request, dict(form).get("access_token"), last=True)
        if found is None or visit.person is None:
            raise errors.not_found()
        route, arguments = found
        params = Params(query, form)
        if other := params.filled("as_user_id"):
            visit.person = access.acting_as(self._backend.reading, visit.person, other)
        if not visit.person.may_call(route.method, self._prefix + route.path):
            raise errors.insufficient_scope()
        return route, Call(
            store=self._backend.reading,
            arguments=arguments,
            params=params,
            query=query,
            base_url=f"{request.scope['scheme']}://{request.headers.get('host', '')}",
            path=path,
            person=visit.person,
            settings=visit.settings,
            shared_tokens=self._backend.shared_tokens,
        )

    async def _run(self, request: Request, route: Route, call: Call, visit: Visit) -> Any:
        started = time.perf_counter()
        try:
            if route.receives:
                return await route.handler(call, self._incoming(request, call))
            if route.writes:
                return await self._backend.write(call, route.handler)
            with self._backend.reading.snapshot():
                return route.handler(call)
        finally:
            visit.cost = time.perf_counter() - started

    def _incoming(self, request: Request, call: Call) -> Incoming:
        chunks = cut_off(request) if CUT_UPLOAD in call.settings["scenarios"] else chunks_of(request)
        content_type = request.headers.get("content-type", "")
        return Incoming(content_type, chunks, lambda work: self._backend.write(call, work))


def _ignored_header(call: Call, route: Route) -> dict[str, str]:
    """Return the header that names the parameters without effect, and log them; {} if there are none."""
    names = [quote(name, safe="[]=:/@") for name in call.params.ignored()[:MOST_NAMED]]
    if not names:
        return {}
    log.warning("%s %s: no effect: %s", route.method, route.path, ", ".join(names))
    return {IGNORED: ", ".join(names)}
