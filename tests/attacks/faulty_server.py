"""A small Canvas over raw sockets that answers one request in the wrong way and all others properly."""

import gzip
import json
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from tests.waiting import LONGEST_WAIT

PIECE = 0.02  # seconds between two bytes of an answer that drips
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    head: bytes


@dataclass(frozen=True)
class Proper:
    """What a Canvas answers: JSON, or bytes as they are."""

    body: Any
    status: str = "200 OK"
    headers: str = ""

    @property
    def content(self) -> bytes:
        """The answer, head and body."""
        return http(self.body, self.status, self.headers)


@dataclass
class Wire:
    """The connection on which an answer is due, and what a proper answer would be."""

    connection: socket.socket
    asked: Asked
    url: str
    other_url: str
    proper: Proper
    closed: threading.Event = field(repr=False)

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.connection.sendall(piece)

    def drip(self, data: bytes) -> None:
        """Send single bytes with pauses, in between the time-outs of a client, until it gives up."""
        for byte in data:
            if self.closed.wait(PIECE):
                return
            self.connection.sendall(bytes([byte]))

    def forever(self, data: bytes) -> None:
        """Send the same bytes again and again, until the client gives up."""
        while not self.closed.is_set():
            self.connection.sendall(data)

    def silence(self) -> None:
        """Send nothing and keep the connection open until the client gives up."""
        with suppress(OSError):
            self.connection.settimeout(LONGEST_WAIT)
            self.connection.recv(1)

    def reset(self) -> None:
        """Break the connection with RST in place of FIN."""
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )


Fault = Callable[[Wire], None]


def http(body: Any, status: str = "200 OK", headers: str = "") -> bytes:
    """Return an answer with this body: bytes and texts as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else _text(body).encode("utf-8", "surrogatepass")
    kind = "" if "content-type" in headers.lower() else "Content-Type: application/json\r\n"
    head = f"HTTP/1.1 {status}\r\n{kind}{headers}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)


class FaultyServer:
    """Serves on a free port of this computer until it is closed.

    Args:
        proper: returns the proper answer to a request at this address.
    """

    def __init__(self, proper: Callable[[Asked, str], Proper]) -> None:
        self._proper = proper
        self.other_url = "http://127.0.0.1:1"
        self.asked: list[Asked] = []
        self._fault: Fault = _answer_properly
        self._where = ""
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def breaks(self, fault: Fault, where: str) -> Self:
        """Answer with this fault where the pattern is found in `METHOD target`; forget what came before."""
        self._fault, self._where, self.asked = fault, where, []
        return self

    def close(self) -> None:
        """Stop listening; what is being sent ends soon."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(LONGEST_WAIT)
            asked = _read(connection)
            if asked is None:
                return
            self.asked.append(asked)
            wire = Wire(
                connection, asked, self.url, self.other_url, self._proper(asked, self.url), self._closed
            )
            broken = re.search(self._where, f"{asked.method} {asked.target}")
            (self._fault if broken else _answer_properly)(wire)


def _answer_properly(wire: Wire) -> None:
    wire.send(wire.proper.content)


def _read(connection: socket.socket) -> Asked | None:
    """Read a request to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    left = int(length[1]) - len(body) if length else 0
    while left > 0 and (piece := connection.recv(min(left, 1 << 20))):
        left -= len(piece)
    method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
    return Asked(method, target, head)


def bomb(megabytes: int) -> bytes:
    """Return a gzip stream of blanks that grows a thousand times."""
    return gzip.compress(b" " * (1 << 20), 9) * megabytes
