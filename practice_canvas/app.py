"""The practice Canvas as an ASGI application: whom it lets in and which part answers."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from practice_canvas.api import (
    account_features,
    account_reports,
    accounts,
    admins,
    answering,
    authentication_providers,
    blueprints,
    classroom,
    controls,
    course_changes,
    courses,
    enrolling,
    enrollments,
    errors,
    exercises,
    file_uploads,
    graphql,
    group_categories,
    group_changes,
    groups,
    logins,
    observees,
    permissions,
    progress,
    roles,
    rosters,
    scenario_controls,
    school,
    sections,
    sis_import_errors,
    sis_imports,
    snapshots,
    terms,
    token_controls,
    user_changes,
    users,
)
from practice_canvas.api.backend import Backend
from practice_canvas.api.bodies import drain
from practice_canvas.api.dispatch import Dispatcher
from practice_canvas.api.files import find_download
from practice_canvas.api.gate import Access, OpenGate, SecretGate, TokenGate
from practice_canvas.api.hosts import Hosts
from practice_canvas.api.responses import refused
from practice_canvas.api.routing import Routes
from practice_canvas.pages.site import Site, framing
from practice_canvas.processes import module_command
from practice_canvas.queue.supervisor import Supervisor
from practice_canvas.store import files
from practice_canvas.store.store import DESK, Budget

RESOURCES = (
    account_features,
    account_reports,
    accounts,
    admins,
    authentication_providers,
    blueprints,
    course_changes,
    courses,
    enrolling,
    enrollments,
    file_uploads,
    group_categories,
    group_changes,
    groups,
    logins,
    observees,
    permissions,
    progress,
    roles,
    rosters,
    sections,
    sis_import_errors,
    sis_imports,
    terms,
    user_changes,
    users,
)
CONTROL_MODULES = (controls, classroom, exercises, scenario_controls, school, snapshots, token_controls)
API = "/api/v1/"
GRAPHQL = "/api/"
NEED_USER_AGENT = (API, f"{GRAPHQL}graphql")
CONTROLS = "/practice/"
FILES = "/files/"
STORAGE = Routes(file_uploads.STORAGE)


class PracticeCanvas:
    """What answers HTTP.

    Args:
        home: the folder with its database and files.
        hosts: the names under which it may be addressed.
        access: what callers must present.
        wake: wakes the worker.
        budget: how much memory and disk it may use.
    """

    def __init__(
        self, home: Path, hosts: Hosts, access: Access, wake: Callable[[], None], budget: Budget = DESK
    ) -> None:
        self._hosts = hosts
        self._pages = Site(home, budget)
        self._backend = Backend(home, wake, budget, access.tokens if access.shared else {})
        callers = TokenGate(self._backend.reading, access.names)
        self._api = Dispatcher(_table(RESOURCES), self._backend, callers, API)
        self._graphql = Dispatcher(_table((graphql,)), self._backend, callers, GRAPHQL)
        controllers = SecretGate(access.secrets) if access.secrets else OpenGate()
        self._storage = Dispatcher(STORAGE, self._backend, OpenGate(), FILES)
        self._controls = Dispatcher(_table(CONTROL_MODULES), self._backend, controllers, CONTROLS)
        self._page_gate = SecretGate(access.secrets) if access.private_pages else None
        files.sweep(self._backend.reading)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answering.respond(self._answer, {"X-Content-Type-Options": "nosniff"}, scope, receive, send)

    def close(self) -> None:
        """Let go of the home's database: who waits for the end may then move or delete the folder."""
        self._pages.close()
        self._backend.close()

    async def _answer(self, request: Request) -> Response:
        try:
            self._hosts.check_request(request)
        except errors.ApiError as refusal:
            return refused(refusal)
        path = request.scope["raw_path"].decode("ascii", "replace")
        if path.startswith(NEED_USER_AGENT) and not request.headers.get("user-agent", "").strip():
            await drain(request)
            return refused(errors.no_user_agent())
        if path.startswith(API):
            return await self._api.answer(request, path)
        if path == f"{GRAPHQL}graphql":
            return await self._graphql.answer(request, path)
        if path.startswith(CONTROLS):
            return await self._controls.answer(request, path)
        if path.startswith(FILES) and request.method == "POST":
            return await self._storage.answer(request, path)
        if path.startswith(FILES):
            return self._download(request, path)
        if request.method in ("GET", "HEAD") and not path.startswith("/api/"):
            return await self._page(request, path)
        return JSONResponse(errors.not_found().body, 404)

    async def _page(self, request: Request, path: str) -> Response:
        """GET / and below, for people, without a token."""
        if self._page_gate:
            self._page_gate.check(request)
        page = await self._pages.answer(path, dict(request.query_params))
        host = request.url.hostname or ""
        return Response(page.body, page.status, page.headers | framing(host), page.content_type)

    def _download(self, request: Request, path: str) -> Response:
        """GET /files/:id/download?verifier=…, without a token."""
        try:
            verifier = request.query_params.get("verifier", "")
            file = find_download(self._backend.reading, path.split("/")[2], verifier)
        except errors.ApiError as refusal:
            return refused(refusal)
        return FileResponse(file.path, media_type=file.content_type, filename=file.name)


@cache
def _table(modules: Iterable[Any]) -> Routes:
    """Return the routes of all modules as one table, which all applications share."""
    return Routes(route for module in modules for route in module.ROUTES)


def create_app(home: Path, hosts: Hosts, access: Access) -> Router:
    """Return the application with its worker, ready for an ASGI server."""
    supervisor = Supervisor(module_command("queue.worker", "--home", home))

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        await supervisor.start()
        yield
        await supervisor.stop()
        canvas.close()

    canvas = PracticeCanvas(home, hosts, access, supervisor.wake)
    router = Router(lifespan=lifespan)
    router.default = canvas
    return router
