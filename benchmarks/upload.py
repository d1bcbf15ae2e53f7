"""Upload one large CSV over loopback: our client beside curl, canvasapi and requests-toolbelt.

    python -m benchmarks.upload [--megabytes 500] [--runs 3] [--with-canvasapi] [--with-toolbelt]

The server takes any request and throws it away. All send the file in one request; the Python clients have
sent a small request before the clock starts.

Ends with status 1 where a goal is missed. Needs curl.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.measured import Used, call, in_turns, installed, run
from benchmarks.results import Goal, Result, rows_of

LONGEST_RATIO = 3.0  # times curl's wall time
MOST_MEMORY = 80.0  # MB above the idle client

HEADER = b"course_id,short_name,long_name,account_id,term_id,status\n"
ROW = b"BIO-101-2026-%07d,BIO 101,Introduction to Biology for Everybody,SCI,2026S,active\n"
ANSWER = {"id": 1, "workflow_state": "created", "data": {"import_type": "instructure_csv"}}


def serve_sink() -> None:
    """Take any request, throw its body away and answer like Canvas. Prints its port first."""
    body = json.dumps(ANSWER).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head += "Connection: close\r\n\r\n"
    buffer = bytearray(1024 * 1024)
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            with server.accept()[0] as connection:
                swallow_request(connection, buffer)
                connection.sendall(head.encode() + body)


def swallow_request(connection: socket.socket, buffer: bytearray) -> None:
    """Read one request to its end and forget it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, start = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"expect" in fields:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    left = int(fields.get(b"content-length", 0)) - len(start)
    while left > 0:
        left -= connection.recv_into(buffer)


def with_our_client(url: str, file: str) -> Callable[[], object]:
    """Make our client, after one small request."""
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection
    from helpers.client.request_plans import create_sis_import

    client = CanvasClient(Connection(url, "practice-admin-token"))
    client.get_self()
    in_one_request = replace(create_sis_import(Path(file)), announced=())  # as the others send it
    return lambda: client.send(in_one_request)


def with_canvasapi(url: str, file: str) -> Callable[[], object]:
    """Make the client that many would pick instead, after one, too."""
    from canvasapi import Canvas

    account = Canvas(url, "practice-admin-token").get_account(1)
    return lambda: account.create_sis_import(file)


def with_toolbelt(url: str, file: str) -> Callable[[], object]:
    """Make what the documentation of requests recommends for large files, after one small request, too."""
    import requests
    from requests_toolbelt import MultipartEncoder

    session = requests.Session()
    session.get(url)

    def upload() -> int:
        with Path(file).open("rb") as stream:
            form = MultipartEncoder({"attachment": (Path(file).name, stream, "text/csv")})
            return session.post(url, data=form, headers={"Content-Type": form.content_type}).status_code

    return upload


def write_csv(file: Path, megabytes: int) -> None:
    """Write a courses file of about this size."""
    rows = b"".join(ROW % number for number in range(1024 * 1024 // len(ROW % 0)))
    with file.open("wb") as stream:
        stream.write(HEADER)
        while stream.tell() < megabytes * 1024 * 1024:
            stream.write(rows)


@contextmanager
def sink() -> Iterator[str]:
    """Run the server as long as the block runs, and give its address."""
    command = [sys.executable, "-c", "from benchmarks.upload import serve_sink; serve_sink()"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip() if process.stdout else ''}"
    finally:
        process.kill()
        process.wait()


def curl(url: str, file: Path) -> Used:
    """Upload once with curl, its own start included."""
    return run(["curl", "-sS", "-F", f"attachment=@{file}", url])


def client(name: str, url: str, file: Path, packages: Path | None = None) -> Used:
    """Upload once with a Python client of this module."""
    return call(f"benchmarks.upload:{name}", url, file, packages=packages)[0]


def compare(megabytes: int, runs: int, *, canvasapi: bool, toolbelt: bool) -> Result:
    """Measure curl and each of the Python clients in turns."""
    needed = ["requests-toolbelt"] if toolbelt else []
    with tempfile.TemporaryDirectory() as folder, sink() as url, installed(*needed) as packages:
        file = Path(folder) / "courses.csv"
        write_csv(file, megabytes)
        curl(url, file)  # once unmeasured, so that the file is in the system's cache for everybody
        programs = {
            "curl": partial(curl, url, file),
            "our client": partial(client, "with_our_client", url, file),
        }
        if canvasapi:
            programs["canvasapi"] = partial(client, "with_canvasapi", url, file)
        if toolbelt:
            programs["requests-toolbelt"] = partial(client, "with_toolbelt", url, file, packages)
        used = in_turns(programs, runs)
    ours = used["our client"]
    goals = [
        Goal("ratio", ours.seconds / used["curl"].seconds, LONGEST_RATIO),
        Goal("MB above idle", ours.above_idle, MOST_MEMORY),
    ]
    return Result(rows_of(used, "curl", "seconds"), goals, runs)


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page."""
    return compare(1 if quick else 500, runs, canvasapi=True, toolbelt=not quick)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--with-canvasapi", action="store_true")
    parser.add_argument("--with-toolbelt", action="store_true")
    given = parser.parse_args()
    others = {"canvasapi": given.with_canvasapi, "toolbelt": given.with_toolbelt}
    return compare(given.megabytes, given.runs, **others).report()


if __name__ == "__main__":
    sys.exit(main())
