"""The HTTP server around the application: its protocol, its time limits, and how it ends."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from practice_canvas.lifetime import Lifetime

OPEN_CONNECTIONS = 1000
SECONDS_BETWEEN_REQUESTS = 75  # longer than a poller's longest pause
SECONDS_FOR_A_HEAD = 20.0
TICKS_BETWEEN_LOOKS = 20  # at whether to go on serving; a tick is a tenth of a second


class Server(uvicorn.Server):
    """Serves an application and tells when it begins and ends.

    Args:
        app: what answers.
        begun: called once it serves.
        ended: called when it stops serving.
        connections: how many may be open at once.
        lifetime: tells when to stop by itself; None serves until a signal asks to stop.
    """

    def __init__(
        self,
        app: ASGIApp,
        begun: Callable[[], object],
        ended: Callable[[], object],
        connections: int = OPEN_CONNECTIONS,
        lifetime: Lifetime | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                _noting_requests(app, lifetime) if lifetime else app,
                http=_Protocol,
                ws="none",
                log_config=None,
                access_log=False,  # addresses may carry access_token
                limit_concurrency=connections,
                server_header=False,
                proxy_headers=False,  # anybody on this computer could claim any address with them
                timeout_keep_alive=SECONDS_BETWEEN_REQUESTS,
                timeout_graceful_shutdown=2,
            )
        )
        self._begun = begun
        self._ended = ended
        self._lifetime = lifetime

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal asks to stop: Ctrl+C and `kill` are ordinary ends."""
        if threading.current_thread() is threading.main_thread():  # which alone receives signals
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):  # uvicorn sends the signal again once everything is closed
            super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        if self.started:
            try:
                self._begun()
            except BaseException:
                await self.shutdown(sockets)
                raise
        if self.started and self.should_exit:  # asked to stop before it had begun
            await self.shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Return whether to stop serving; called ten times a second."""
        if await super().on_tick(counter):
            return True
        if self._lifetime is None or counter % TICKS_BETWEEN_LOOKS:
            return False
        return await asyncio.to_thread(self._lifetime.is_over)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._ended()
        await super().shutdown(sockets)


def _noting_requests(app: ASGIApp, lifetime: Lifetime) -> ASGIApp:
    """Return the application, which notes when a request comes and when it has been answered."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        lifetime.asked()
        try:
            await app(scope, receive, send)
        finally:
            lifetime.asked()

    return noting


class _Gathering:
    """A transport that sends what is written in one turn of the event loop together: head and body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._waiting:
            self._transport.write(b"".join(self._waiting))
            self._waiting.clear()


class _Protocol(H11Protocol):
    """HTTP that answers in one piece, over a connection that the application may cut off (in a scenario).

    A request's head must arrive within a time limit, so that half-sent ones do not use up the connections.
    """

    _head_is_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self.app_state = {**self.app_state, "cut_connection": transport.abort}
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def _watch_head(self) -> None:
        """Give a head that has begun a time limit, from its first byte on."""
        if self.conn.their_state is not h11.IDLE:
            self._forget_head()
        elif self._head_is_late is None:
            self._head_is_late = self.loop.call_later(SECONDS_FOR_A_HEAD, self.transport.abort)

    def _forget_head(self) -> None:
        if self._head_is_late:
            self._head_is_late.cancel()
            self._head_is_late = None
