"""One seat as an ASGI application: its practice Canvas is made when it is first asked for something."""

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from practice_canvas import homes
from practice_canvas.api import errors
from practice_canvas.api.bodies import drain
from practice_canvas.api.gate import Access
from practice_canvas.api.hosts import Hosts
from practice_canvas.api.responses import refusal_of, refused
from practice_canvas.app import PracticeCanvas
from practice_canvas.queue import pace
from practice_canvas.room.seats import Seat
from practice_canvas.service import CannotServe
from practice_canvas.store.store import SEAT

OF_PROGRAMS = ("/api/", "/practice/")
"""Where notebooks and scripts ask. A page that is open in a browser asks elsewhere, and all the time."""


class SeatApp:
    """Answers the requests to one seat; what is wrong with it stays its own.

    Args:
        seat: which one.
        hosts: the names under which it may be addressed.
        pace_given: how long its imports take.
        wake: wakes the worker for this seat.

    Attributes:
        note: what its learner and the trainer should know, such as that its database was moved aside.
        fault: why it cannot serve at the moment; "" while it can.
        asked_at: when a notebook or a script last asked it, in seconds since 1970; None for never.
        changes: how many requests that may have changed something were answered.
    """

    def __init__(self, seat: Seat, hosts: Hosts, pace_given: pace.Pace, wake: Callable[[], None]) -> None:
        self.seat = seat
        self.note = self.fault = ""
        self.asked_at: float | None = None
        self.changes = 0
        self._hosts = hosts
        self._pace = pace_given
        self._wake = wake
        self._canvas: PracticeCanvas | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of the learner."""
        if scope["path"].startswith(OF_PROGRAMS):
            self.asked_at = time.time()
        await self.answer(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whoever sent it."""
        try:
            canvas = await self._opened()
        except Exception as fault:
            await drain(Request(scope, receive))
            await refused(self._refusal(fault))(scope, receive, send)
        else:
            await canvas(scope, receive, send)
        finally:
            self.changes += scope["method"] not in ("GET", "HEAD")

    async def open(self) -> None:
        """Make the practice Canvas before somebody asks for it; what is wrong with it is in `fault`."""
        try:
            await self._opened()
        except Exception as fault:
            self._refusal(fault)

    def close(self) -> None:
        """Let go of its database, if it was opened."""
        if self._canvas:
            self._canvas.close()

    async def _opened(self) -> PracticeCanvas:
        async with self._opening:
            if self._canvas is None:
                self._canvas = await asyncio.to_thread(self._open)
                self.changes += 1  # a damaged school may have made room for an empty one
                self._wake()  # imports that were waiting or running when the room stopped
            return self._canvas

    def _open(self) -> PracticeCanvas:
        seat = self.seat
        self.note = homes.prepare(seat.home, self._pace, SEAT)
        access = Access(seat.tokens, (seat.secret, seat.token), shared=True)
        canvas = PracticeCanvas(seat.home, self._hosts, access, self._wake, SEAT)
        self.fault = ""
        return canvas

    def _refusal(self, fault: Exception) -> errors.ApiError:
        self.fault = str(fault)
        if isinstance(fault, CannotServe):
            return errors.out_of_service(f"Seat {self.seat.number} cannot be used. {fault}")
        return refusal_of(fault)
