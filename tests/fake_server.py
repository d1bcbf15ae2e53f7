"""A small HTTP server that answers what a test scripted and remembers what arrived."""

import json
import ssl
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

TOKEN = "1234~SentinelTokenThatMustNotShow"
"""What no error, log or address may show."""


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    With `hang_up` the connection is cut instead, with `cut` in the middle of the body; with `silent` there is
    no answer.
    """

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    cut: bool = False
    silent: bool = False

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Received:
    """One request as it arrived; `target` is the path with its query string."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def disposition(self) -> bytes:
        """The line of a multipart body that names the field and the file."""
        return next(
            line for line in self.body.split(b"\r\n") if line.lower().startswith(b"content-disposition")
        )

    @property
    def file_content(self) -> bytes:
        """The content of the only part of a multipart body."""
        head, _, rest = self.body.partition(b"\r\n\r\n")
        return rest[: rest.rindex(b"\r\n--" + head.split(b"\r\n")[0].removeprefix(b"--"))]


class FakeCanvas:
    """Serves on a free port of this computer until it is closed; the last reply of the script repeats.

    Asked what it is busy with (`QUIET`), it has nothing to do; that is neither scripted nor remembered.
    """

    QUIET = "/sis_imports?per_page=10"

    def __init__(self, keep_bodies: bool = True) -> None:
        self.received: list[Received] = []
        self.closed = threading.Event()
        self.keep_bodies = keep_bodies
        self._replies = deque([Reply("not scripted", 500)])
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.domain = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.domain}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def script(self, *replies: Reply) -> Self:
        self._replies = deque(replies)
        return self

    def next_reply(self) -> Reply:
        return self._replies.popleft() if len(self._replies) > 1 else self._replies[0]

    def encrypt(self, tls: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Keep the test's output clean where a client breaks off on purpose."""


def _handler(canvas: FakeCanvas) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self._read_body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            if self.command == "GET" and self.path.endswith(canvas.QUIET):
                reply = Reply({"sis_imports": []})
            else:
                canvas.received.append(Received(self.command, self.path, headers, body))
                reply = canvas.next_reply()
            if reply.silent:
                canvas.closed.wait()
            if reply.hang_up or reply.silent:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content) + reply.cut))
            self.close_connection = reply.cut
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_PUT = do_CONNECT = answer

        def _read_body(self) -> bytes:
            left = int(self.headers.get("Content-Length", 0))
            kept = []
            while left and (piece := self.rfile.read(min(left, 65536))):
                left -= len(piece)
                if canvas.keep_bodies:
                    kept.append(piece)
            return b"".join(kept)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
