"""HTTP of requests, with an end: an answer must be complete in time, even one that drips byte by byte.

A time-out of requests only limits each silence.
"""

import io
import socket
import time
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_BLOCK = 256 * 1024  # bytes per write; the 16 KiB of http.client make an upload several times slower
_SLOWEST = 10_000  # bytes per second that a download must come to after its first seconds


class Deadline:
    """The time that an answer has, from the moment its request is sent.

    Args:
        seconds: how long it may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def begin(self) -> None:
        """Start the time: the request is sent."""
        self._ends = time.monotonic() + self._seconds

    def extend(self, size: int) -> None:
        """Give more time to a download that has brought so many bytes."""
        self._ends += size / _SLOWEST

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._ends - time.monotonic()


DEADLINE: ContextVar[Deadline] = ContextVar("DEADLINE")
"""The deadline of the answer that this thread waits for; requests offers no other way to hand it down."""


class TimedAdapter(HTTPAdapter):
    """Sends large blocks, and reads answers by their deadline."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the connections to hosts."""
        super().init_poolmanager(*args, **kwargs, blocksize=_BLOCK)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs, blocksize=_BLOCK)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _TimedReader(io.RawIOBase):
    """Reads from a socket, each time no longer than what is left of the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline
        self._raw = sock.makefile("rb", buffering=0)
        self._silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left
        if left <= 0:
            raise TimeoutError("the answer was not complete in time")
        self._sock.settimeout(left if self._silence is None else min(left, self._silence))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        deadline = DEADLINE.get()
        deadline.begin()
        self._reader: io.BufferedReader = io.BufferedReader(_TimedReader(sock, deadline))
        super().__init__(self, *args, **kwargs)  # type: ignore[arg-type]  # of a socket, it only wants makefile

    def makefile(self, mode: str) -> io.BufferedReader:
        return self._reader


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedTlsConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}
