"""The room as one ASGI application: the socket that a request came in by says who answers it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from practice_canvas.queue.supervisor import Supervisor


class ByPort:
    """Passes each request to the application of the port that it came in by.

    Args:
        applications: by port.
    """

    def __init__(self, applications: Mapping[int, ASGIApp]) -> None:
        self._applications = applications

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._applications[scope["server"][1]](scope, receive, send)


def create_room(applications: Mapping[int, ASGIApp], worker: Supervisor) -> ASGIApp:
    """Return all applications of a room as one, with the worker that the seats share."""

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        await worker.start()
        yield
        await worker.stop()

    router = Router(lifespan=lifespan)
    router.default = ByPort(applications)
    return router
