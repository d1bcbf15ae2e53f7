"""How many status reads the practice Canvas answers, idle and while an import runs, beside bare Starlette.

    python -m benchmarks.status_reads [--seconds N] [--connections N]

50 keep-alive connections read one import's status as fast as they can, from a process of its own, once idle
and once while an import of users runs. Beside it, an application of one line answers as many bytes whatever
is asked, with the same server software. What counts is how many are answered in a second of the server's CPU
time. The goals: at least 0.6 of bare Starlette's, 2,000 per second, and 99 % within 50 ms.
"""

import argparse
import asyncio
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.keep_alive import KeepAlive
from benchmarks.measured import cpu_seconds_alone
from benchmarks.results import Goal, Result, Row
from tests.practice_server import IMPORTS, Server, serving

USERS = 400_000
SMALLEST_RATIO, SMALLEST_RATE, LONGEST = 0.6, 2000, 50  # of bare Starlette's, per second, ms


def compare(seconds: float, connections: int) -> Result:
    """Measure the bare one, and the practice Canvas idle and busy."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        watched = server.run_csv("user_id,login_id,full_name,status\nU,u,User,active\n")["id"]
        with bare(len(server.get(f"{IMPORTS}/{watched}").body)) as (url, pid):
            plain = reads("bare Starlette", (url, "", watched, connections, seconds), pid)
        rows = [plain]
        for name, started in {"idle": lambda server: watched, "busy": start_import}.items():
            sent = server.url, server.token, started(server), connections, seconds
            rows.append(reads(f"practice Canvas, {name}", sent, server.process.pid))
    for row in rows:
        row["× bare Starlette"] = float(row["Per CPU s"]) / (float(plain["Per CPU s"]) or 1.0)
    figures = {title: [float(row[title]) for row in rows[1:]] for title in plain if title != "Server"}
    goals = [
        Goal("ratio", min(figures["× bare Starlette"]), SMALLEST_RATIO, "least"),
        Goal("requests/s", min(figures["Requests/s"]), SMALLEST_RATE, "least"),
        Goal("99 % ms", max(figures["99 % ms"]), LONGEST),
    ]
    return Result(rows, goals)


@contextmanager
def bare(size: int) -> Iterator[tuple[str, int]]:
    """Serve answers of this size as long as the block runs; give the address and the process ID."""
    command = [sys.executable, "-c", f"from benchmarks.status_reads import serve_bare; serve_bare({size})"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() if process.stdout else "", process.pid
    finally:
        process.kill()
        process.wait()


def serve_bare(size: int) -> None:
    """Answer everything with this many bytes. Prints its address first."""
    body = b"x" * size

    async def answer(request: object) -> Response:
        return Response(body)

    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    app = Starlette(routes=[Route("/{path:path}", answer)])
    uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None, access_log=False)).run([listener])


def start_import(server: Server) -> int:
    """Start an import that takes longer than the measurement and wait until it runs."""
    rows = (f"U{n},u{n},User {n},active\n" for n in range(USERS))
    created = server.post_csv("user_id,login_id,full_name,status\n" + "".join(rows)).json
    server.wait(created["id"], lambda shown: shown["progress"] > 0)
    return int(created["id"])


def reads(name: str, sent: tuple[str, str, int, int, float], pid: int) -> Row:
    """Run the load in another process, and return how the server with this process ID answered."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before = cpu_seconds_alone(pid)
        took = sorted(pool.apply(load, sent))
        spent = cpu_seconds_alone(pid) - before
    middle, most, worst = (1000 * took[int(len(took) * part) - 1] for part in (0.5, 0.99, 1.0))
    return {
        "Server": name,
        "Requests/s": round(len(took) / sent[-1]),
        "Per CPU s": round(len(took) / spent) if spent else 0,
        "50 % ms": middle,
        "99 % ms": most,
        "Worst ms": worst,
    }


def load(url: str, token: str, import_id: int, connections: int, seconds: float) -> list[float]:
    """Read the status over many connections and return how long each read took, in seconds."""

    async def together() -> list[float]:
        until = time.perf_counter() + seconds
        readers = [connection(url, token, import_id, until) for _ in range(connections)]
        return [one for took in await asyncio.gather(*readers) for one in took]

    return asyncio.run(together())


async def connection(url: str, token: str, import_id: int, until: float) -> list[float]:
    """Read over one connection, one request after the other."""
    reader, took = KeepAlive(url, token), []
    while (begun := time.perf_counter()) < until:
        status, answer = await reader.ask("GET", f"{IMPORTS}/{import_id}")
        assert status == 200, answer
        took.append(time.perf_counter() - begun)
    reader.close()
    return took


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: each figure is of thousands of reads."""
    return compare(0.2 if quick else 10.0, 50)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=50)
    given = parser.parse_args()
    return compare(given.seconds, given.connections).report()


if __name__ == "__main__":
    sys.exit(main())
