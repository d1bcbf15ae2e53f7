"""Answer one call: find its route, check who makes it, run the handler, turn the result into a response."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from helpers.practice_canvas.api import access, errors
from helpers.practice_canvas.api.answer import Answer
from helpers.practice_canvas.api.call import Call, Incoming
from helpers.practice_canvas.api.multipart import Nowhere, read_form
from helpers.practice_canvas.api.pagination import Listing
from helpers.practice_canvas.api.params import Params, parse_form
from helpers.practice_canvas.api.routing import Route, Routes
from helpers.practice_canvas.store import fresh, settings
from helpers.practice_canvas.store.people import Person
from helpers.practice_canvas.store.store import Store, disk_is_full

LARGEST_FORM = 1024**2
CLIENT_GONE = 499  # nobody gets to see it
WITH_BODY = {"POST", "PUT", "DELETE"}
# Controls need no token: whoever reaches them sits at this computer.
AT_THIS_COMPUTER = Person(fresh.PEOPLE[0][0], is_admin=True)

log = logging.getLogger(__name__)
_reports = itertools.count(1)


class Dispatcher:
    """Runs calls of one table of routes.

    Args:
        routes: the table.
        reading: the connection that reads use, on the event loop.
        writing: the connection that writes use, one at a time and away from the event loop.
        wake: tells the worker that something may be due.
        with_token: whether each call needs an access token.
    """

    def __init__(
        self, routes: Routes, reading: Store, writing: "Writer", wake: Callable[[], None], *, with_token: bool
    ) -> None:
        self._routes = routes
        self._reading = reading
        self._writing = writing
        self._wake = wake
        self._with_token = with_token

    async def answer(self, request: Request, path: str) -> Response:
        """Return the response to a request; `path` is what follows the prefix, still percent-encoded."""
        try:
            result = await self._run(request, path)
        except ClientDisconnect:
            return Response(status_code=CLIENT_GONE)
        except Exception as fault:
            await _drain(request)
            return refused(_refusal(fault))
        return _response(request, result)

    async def _run(self, request: Request, path: str) -> Any:
        query = list(request.query_params.multi_items())
        person = self._person(request, dict(query).get("access_token"))
        found = self._routes.find(request.method, path)
        reads_form = found is not None and not found[0].receives
        form = await _form(request) if reads_form else []
        person = person or self._person(request, dict(form).get("access_token"), last=True)
        if found is None or person is None:
            raise errors.not_found()
        route, arguments = found
        call = Call(
            store=self._reading,
            arguments=arguments,
            params=Params(query, form),
            query=query,
            base_url=f"{request.scope['scheme']}://{request.headers.get('host', '')}",
            path=path,
            person=person,
            settings=settings.read(self._reading.db),
        )
        return await self._handle(request, route, call)

    async def _handle(self, request: Request, route: Route, call: Call) -> Any:
        if route.receives:
            content_type = request.headers.get("content-type", "")
            incoming = Incoming(content_type, _chunks(request), lambda work: self._write(call, work))
            return await route.handler(call, incoming)
        return await self._write(call, route.handler) if route.writes else route.handler(call)

    async def _write(self, call: Call, work: Callable[[Call], Any]) -> Any:
        writing = replace(call, store=self._writing.store)
        try:
            return await self._writing.run(writing, work)
        finally:
            if writing.wakes_worker:
                self._wake()

    def _person(self, request: Request, access_token: str | None, *, last: bool = False) -> Person | None:
        """Return who calls; None when there is no token yet but the form may still bring one."""
        if not self._with_token:
            return AT_THIS_COMPUTER
        try:
            token = access.given_token(request.headers.get("authorization"), access_token)
        except errors.ApiError:
            if last or request.method not in WITH_BODY:
                raise
            return None
        return access.caller(self._reading, token)


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


async def _drain(request: Request) -> None:
    """Read the rest of a refused request, so that its sender gets to see the answer."""
    if request.method not in WITH_BODY or "expect" in request.headers:
        return
    try:
        async for _ in request.stream():
            pass
    except Exception:  # the stream was read already, or the sender is gone
        log.debug("nothing to drain")
