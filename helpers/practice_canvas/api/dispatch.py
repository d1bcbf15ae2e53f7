"""Answer one call: find its route, check who makes it, run the handler, turn the result into a response."""

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from helpers.practice_canvas.api import errors
from helpers.practice_canvas.api.answer import Answer
from helpers.practice_canvas.api.call import Call, Incoming
from helpers.practice_canvas.api.gate import WITH_BODY, Gate, Visit
from helpers.practice_canvas.api.multipart import Nowhere, read_form
from helpers.practice_canvas.api.pagination import Listing
from helpers.practice_canvas.api.params import Params, parse_form
from helpers.practice_canvas.api.routing import Route, Routes
from helpers.practice_canvas.scenarios import CUT_UPLOAD
from helpers.practice_canvas.store import settings
from helpers.practice_canvas.store.store import Store, disk_is_full

LARGEST_FORM = 1024**2
MOST_DRAINED = 1024**3
CLIENT_GONE = 499  # nobody gets to see it

log = logging.getLogger(__name__)
_reports = itertools.count(1)


class Dispatcher:
    """Runs calls of one table of routes.

    Args:
        routes: the table.
        reading: the connection that reads use, on the event loop.
        writing: the connection that writes use, one at a time and away from the event loop.
        wake: tells the worker that something may be due.
        gate: decides who comes in.
        prefix: what stands before the routes' paths.
    """

    def __init__(
        self,
        routes: Routes,
        reading: Store,
        writing: "Writer",
        wake: Callable[[], None],
        gate: Gate,
        prefix: str,
    ) -> None:
        self._routes = routes
        self._reading = reading
        self._writing = writing
        self._wake = wake
        self._gate = gate
        self._prefix = prefix

    async def answer(self, request: Request, path: str) -> Response:
        """Return the response to a request; `path` is percent-encoded as it was sent."""
        visit = Visit(settings.read(self._reading.db))
        try:
            result = await self._run(request, path.removeprefix(self._prefix), visit)
            response = _response(request, result)
        except ClientDisconnect:
            response = Response(status_code=CLIENT_GONE)
        except Exception as fault:
            await _drain(request)
            response = refused(_refusal(fault))
        response.headers.update(self._gate.close(visit))
        return response

    async def _run(self, request: Request, path: str, visit: Visit) -> Any:
        await self._gate.open(visit)
        query = list(request.query_params.multi_items())
        self._gate.identify(visit, request, dict(query).get("access_token"), last=False)
        found = self._routes.find(request.method, path)
        reads_form = found is not None and not found[0].receives
        form = await _form(request) if reads_form else []
        if visit.person is None:
            self._gate.identify(visit, request, dict(form).get("access_token"), last=True)
        if found is None or visit.person is None:
            raise errors.not_found()
        route, arguments = found
        if not visit.person.may_call(route.method, self._prefix + route.path):
            raise errors.scope_lacking()
        call = Call(
            store=self._reading,
            arguments=arguments,
            params=Params(query, form),
            query=query,
            base_url=f"{request.scope['scheme']}://{request.headers.get('host', '')}",
            path=path,
            person=visit.person,
            settings=visit.settings,
        )
        begun = time.perf_counter()
        try:
            return await self._handle(request, route, call)
        finally:
            visit.cost = time.perf_counter() - begun

    async def _handle(self, request: Request, route: Route, call: Call) -> Any:
        if route.receives:
            content_type = request.headers.get("content-type", "")
            cut = CUT_UPLOAD in call.settings["scenarios"]
            chunks = _cut_off(request) if cut else _chunks(request)
            incoming = Incoming(content_type, chunks, lambda work: self._write(call, work))
            return await route.handler(call, incoming)
        return await self._write(call, route.handler) if route.writes else route.handler(call)

    async def _write(self, call: Call, work: Callable[[Call], Any]) -> Any:
        writing = replace(call, store=self._writing.store)
        try:
            return await self._writing.run(writing, work)
        finally:
            if writing.wakes_worker:
                self._wake()


class Writer:
    """Runs writing work one at a time, each in a transaction of its own, away from the event loop.

    Args:
        store: a connection that nothing else uses meanwhile.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = asyncio.Lock()

    async def run(self, call: Call, work: Callable[[Call], Any]) -> Any:
        """Run `work` and commit, or roll back when it raises."""
        async with self._lock:
            return await asyncio.to_thread(self._in_transaction, call, work)

    def _in_transaction(self, call: Call, work: Callable[[Call], Any]) -> Any:
        with self.store.write() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                return work(call)
            except errors.ApiError:
                if call.kept_despite_refusal:
                    db.commit()
                raise


def _refusal(fault: Exception) -> errors.ApiError:
    """Return what a fault is answered with; an unexpected one gets a number under which the log has more."""
    if isinstance(fault, errors.ApiError):
        return fault
    if disk_is_full(fault):
        return errors.disk_full()
    report = next(_reports)
    log.error("error report %s", report, exc_info=fault)
    return errors.internal(report)


def _response(request: Request, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    if isinstance(result, Answer):
        return JSONResponse(result.body, result.status, result.headers)
    if isinstance(result, Listing):
        query = list(request.query_params.multi_items())
        address = str(request.url.replace(query=""))
        return JSONResponse(result.body, headers={"Link": result.link_header(address, query)})
    return JSONResponse(result)


def refused(refusal: errors.ApiError) -> Response:
    """Return a refusal as a response."""
    if isinstance(refusal.body, str):
        return PlainTextResponse(refusal.body, refusal.status, refusal.headers)
    return JSONResponse(refusal.body, refusal.status, refusal.headers)


async def _form(request: Request) -> list[tuple[str, str]]:
    """Return the pairs of a request's form; a file in it is left aside."""
    if request.method not in WITH_BODY:
        return []
    content_type = request.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/form-data"):
        return (await read_form(content_type, _chunks(request), Nowhere())).fields
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise errors.too_large(LARGEST_FORM)
    try:
        return parse_form(content_type, bytes(body))
    except ValueError as bad:
        raise errors.bad_request("The body is announced as JSON and is none.") from bad


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


async def _cut_off(request: Request) -> AsyncIterator[bytes]:
    """Yield the beginning of a body, then break the connection."""
    async for chunk in _chunks(request):
        yield chunk
        break
    request.state.cut_connection()
    raise ClientDisconnect


async def _drain(request: Request) -> None:
    """Read the rest of a refused request, so that its sender gets to see the answer."""
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
