"""Bring the pages of a practice Canvas into a Jupyter server: `python -m practice_canvas.relay`.

jupyter-server-proxy starts it and sends it what the user's browser asks for. At every request it finds the
practice Canvas of the home, or starts it: a kernel may have started one before, and it may have ended since.
Only reading passes, and no control call: the secret that it adds is for the pages.
"""

import argparse
import http.client
import os
import shutil
import threading
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from urllib.parse import urlsplit

from practice_canvas import service
from practice_canvas.processes import wait_for_end
from practice_canvas.service import SECRET_HEADER, Practice, PracticeCanvasFault

SECONDS_TO_ANSWER = 60.0
NOT_FOR_PAGES = ("/practice/", "/api/")
OF_THE_CONNECTION = ("connection", "keep-alive", "transfer-encoding")


def main() -> None:
    """Relay until the process that started it ends."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.relay", description=__doc__)
    parser.add_argument("--home", type=Path, default=service.default_home(), help="the folder with its data")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--socket", help="the Unix socket to listen on")
    where.add_argument("--port", type=int, help="the port to listen on, on loopback")
    parser.add_argument(
        "--end-with", type=int, default=os.getppid(), metavar="PID", help="the process that starts it"
    )
    options = parser.parse_args()
    server = _server(options.socket or options.port, _handler(options.home))
    threading.Thread(target=_end_with, args=(options.end_with,), daemon=True).start()
    server.serve_forever()


def _server(where: str | int, handler: type[BaseHTTPRequestHandler]) -> BaseServer:
    if isinstance(where, int):
        return ThreadingHTTPServer(("127.0.0.1", where), handler)
    from socketserver import ThreadingUnixStreamServer  # Windows has none

    server = ThreadingUnixStreamServer(where, handler)
    server.daemon_threads = True
    return server


def _end_with(starter: int) -> None:
    wait_for_end(starter)
    os._exit(0)


def _handler(home: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith(NOT_FOR_PAGES):
                self.send_error(404, explain="Only pages can be opened here; kernels call the API directly.")
                return
            try:
                connection = _ask(service.find_or_start(home), self.path)
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException, PracticeCanvasFault) as fault:
                self.send_error(502, explain=f"The practice Canvas does not answer. {fault}")
                return
            with closing(connection), suppress(ConnectionError):  # the browser may have gone
                self._pass_on(answer)

        def _pass_on(self, answer: http.client.HTTPResponse) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_THE_CONNECTION:
                    self.send_header(name, value)
            self.end_headers()
            shutil.copyfileobj(answer, self.wfile)

        def log_message(self, format: str, *arguments: object) -> None:
            """Log nothing: addresses may carry what was searched for."""

    return Handler


def _ask(practice: Practice, path: str) -> http.client.HTTPConnection:
    """Ask for a page, with the secret and without what the browser sent, such as the cookies of the hub."""
    address = urlsplit(practice.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS_TO_ANSWER)
    connection.request("GET", path, headers={SECRET_HEADER: practice.secret})
    return connection


if __name__ == "__main__":
    main()
