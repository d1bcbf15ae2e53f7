"""The room as one ASGI application: the socket that a request came in by says who answers it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from practice_canvas.queue.supervisor import Supervisor
from practice_canvas.room.seat_app import SeatApp


class ByPort:
    """Passes each request to the application of the port that it came in by.

    Args:
        applications: by port; no two of them share one, whatever addresses they listen on.
    """

    def __init__(self, applications: Mapping[int, ASGIApp]) -> None:
        self._applications = applications

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._applications[scope["server"][1]](scope, receive, send)


def create_room(
    applications: Mapping[int, ASGIApp],
    seats: Sequence[SeatApp],
    worker: Supervisor,
    watch: Callable[[], Coroutine[None, None, None]],
) -> Router:
    """Return all applications of a room as one.

    The seats are made one after another in the background: a class that comes at once need not wait.

    Args:
        applications: by port.
        seats: those among them that are seats.
        worker: what the seats share.
        watch: watches the seats for the trainer, until it is canceled.
    """

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        await worker.start()
        tasks = [asyncio.create_task(_open(seats)), asyncio.create_task(watch())]
        yield
        for task in tasks:
            task.cancel()
        await worker.stop()
        for seat in seats:
            seat.close()

    router = Router(lifespan=lifespan)
    router.default = ByPort(applications)
    return router


async def _open(seats: Sequence[SeatApp]) -> None:
    for seat in seats:
        await seat.open()
