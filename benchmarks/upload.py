"""Upload one large CSV over loopback: our client beside curl and canvasapi, each in a fresh process.

    python -m benchmarks.upload [--megabytes 500] [--runs 3] [--with-canvasapi]

Prints wall time (the best of the runs), its ratio to curl's, and peak memory above the same program before
the upload. Ends with status 1 where a goal is missed. Needs curl and a POSIX system (for the peak memory).
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

LONGEST_RATIO = 3.0  # times curl's wall time
MOST_MEMORY = 80.0  # MB above the idle client

HEADER = b"course_id,short_name,long_name,account_id,term_id,status\n"
ROW = b"BIO-101-2026-%07d,BIO 101,Introduction to Biology for Everybody,SCI,2026S,active\n"
ANSWER = {"id": 1, "workflow_state": "created", "data": {"import_type": "instructure_csv"}}


class Measured(NamedTuple):
    """Seconds of wall time and the megabytes above idle, None where there is no idle to compare with."""

    seconds: float
    megabytes: float | None


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


def peak_megabytes() -> float:
    """Return the most memory that this process has had so far."""
    per_megabyte = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_megabyte


def measure_here(prepare: Callable[[], Callable[[], object]]) -> None:
    """Prepare an upload, run it, and print what it took on top of being prepared."""
    upload = prepare()
    idle, start = peak_megabytes(), time.perf_counter()
    upload()
    print(json.dumps([time.perf_counter() - start, peak_megabytes() - idle]))


def with_our_client(url: str, file: Path) -> Callable[[], object]:
    """Make our client, warmed up with one small request."""
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.connection import Connection
    from helpers.client.request_plans import create_sis_import

    client = CanvasClient(Connection(url, "practice-admin-token"))
    client.get_self()
    in_one_request = replace(create_sis_import(file), announced=())  # as the others send it
    return lambda: client.send(in_one_request)


def with_canvasapi(url: str, file: Path) -> Callable[[], object]:
    """Make the client that many would pick instead, warmed up likewise."""
    from canvasapi import Canvas

    account = Canvas(url, "practice-admin-token").get_account(1)
    return lambda: account.create_sis_import(str(file))


PREPARED = {"ours": with_our_client, "canvasapi": with_canvasapi}


def in_fresh_process(name: str, url: str, file: Path) -> Measured:
    """Upload once with a Python client."""
    command = [sys.executable, "-m", "benchmarks.upload", "--measure", name, url, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(*json.loads(done.stdout))


def with_curl(url: str, file: Path) -> Measured:
    """Upload once with curl, its own start included."""
    start = time.perf_counter()
    subprocess.run(["curl", "-sS", "-F", f"attachment=@{file}", url], capture_output=True, check=True)
    return Measured(time.perf_counter() - start, None)


def write_csv(file: Path, megabytes: int) -> None:
    """Write a courses file of about this size."""
    rows = b"".join(ROW % number for number in range(1024 * 1024 // len(ROW % 0)))
    with file.open("wb") as stream:
        stream.write(HEADER)
        while stream.tell() < megabytes * 1024 * 1024:
            stream.write(rows)


def best_of(runs: int, measure: Callable[[], Measured]) -> Measured:
    """Take the fastest time and the largest memory."""
    measured = [measure() for _ in range(runs)]
    memory = [one.megabytes for one in measured if one.megabytes is not None]
    return Measured(min(one.seconds for one in measured), max(memory, default=None))


def compare(url: str, file: Path, runs: int, names: list[str]) -> dict[str, Measured]:
    """Measure curl and then each of the Python clients."""
    with_curl(url, file)  # once unmeasured, so that the file is in the system's cache for everybody
    table = {"curl -F": best_of(runs, lambda: with_curl(url, file))}
    for name in names:
        table[name] = best_of(runs, lambda name=name: in_fresh_process(name, url, file))  # type: ignore[misc]
    return table


def show(table: dict[str, Measured]) -> None:
    """Print the table."""
    curl = table["curl -F"].seconds
    print(f"{'client':<12}{'seconds':>9}{'x curl':>9}{'MB above idle':>16}")
    for name, (seconds, megabytes) in table.items():
        memory = "" if megabytes is None else f"{megabytes:.1f}"
        print(f"{name:<12}{seconds:>9.2f}{seconds / curl:>9.2f}{memory:>16}")


def main() -> int:
    """Read the command line; two hidden options make this program its own server and its own client."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--with-canvasapi", action="store_true")
    parser.add_argument("--sink", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sink:
        serve_sink()
    if options.measure:
        name, url, file = options.measure
        measure_here(lambda: PREPARED[name](url, Path(file)))
        return 0
    names = ["ours", "canvasapi"] if options.with_canvasapi else ["ours"]
    return run(options.megabytes, options.runs, names)


def run(megabytes: int, runs: int, names: list[str]) -> int:
    """Compare on a sink of our own, and say whether the goals are met."""
    sink = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.upload", "--sink"], stdout=subprocess.PIPE, text=True
    )
    try:
        port = sink.stdout.readline().strip() if sink.stdout else ""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "courses.csv"
            write_csv(file, megabytes)
            table = compare(f"http://127.0.0.1:{port}", file, runs, names)
    finally:
        sink.kill()
        sink.wait()
    show(table)
    ratio, memory = table["ours"].seconds / table["curl -F"].seconds, table["ours"].megabytes or 0.0
    met = ratio <= LONGEST_RATIO and memory <= MOST_MEMORY
    print(f"goal: {LONGEST_RATIO:g} x curl or less, {MOST_MEMORY:g} MB or less: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
