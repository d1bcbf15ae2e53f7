"""Watch an import that takes long: our client beside a loop in a shell that asks with curl every second.

    python -m benchmarks.watching [--seconds 60]

Both watch the same import at the same time, each through a relay that counts. The client keeps its connection
and waits longer between polls while nothing changes, up to a fifth of that time, so it notices the end later.
Needs curl and a shell.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measured import Used, run
from benchmarks.results import Result, Row
from tests.practice_server import HELD, IMPORTS, Server, serving

CSV = "course_id,short_name,long_name,status\nC1,C1,Course,active\n"
LOOP = """
while answer=$(curl -sf -H "Authorization: Bearer $TOKEN" "$URL"); do
    case $answer in *'"ended_at":null'*) sleep 1 ;; *) break ;; esac
done
"""
PROCESSES_OF_A_POLL = 2  # curl and sleep
CLIENT = """
import os
import helpers as canvas
client = canvas.CanvasClient(canvas.Connection(os.environ["URL"], os.environ["TOKEN"]))
client.wait_for(client.get_sis_import(int(os.environ["ID"])))
"""


@dataclass
class Relay:
    """Passes on what a client and a server send to each other, and counts it."""

    target: str
    url: str = ""
    connections: int = 0
    requests: int = 0
    transferred: int = 0

    async def start(self) -> None:
        """Listen."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        address = urlsplit(self.target)
        back, forth = await asyncio.open_connection(address.hostname, address.port)
        await asyncio.gather(self._pass_on(reader, forth), self._pass_on(back, writer))

    async def _pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while part := await source.read(65536):
            self.transferred += len(part)
            self.requests += part.count(b"GET /")
            to.write(part)
        to.close()


@contextmanager
def relays(*targets: str) -> Iterator[list[Relay]]:
    """Run a relay for each target as long as the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started = [Relay(target) for target in targets]
    for relay in started:
        asyncio.run_coroutine_threadsafe(relay.start(), loop).result()
    try:
        yield started
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def held(folder: Path) -> AbstractContextManager[Server]:
    """Run a practice Canvas in which no import goes on, and which answers to the port of a relay, too."""
    return serving(folder / "home", HELD, "--allow-host", "127.0.0.1")


def compare(seconds: float) -> Result:
    """Hold an import, let both watch it, and let it end after a while."""
    with tempfile.TemporaryDirectory() as folder, held(Path(folder)) as server:
        watched = server.post_csv(CSV).json["id"]
        with relays(server.url, server.url) as (of_client, of_loop), ThreadPoolExecutor() as pool:
            token = {"TOKEN": server.token}
            client = pool.submit(
                run, [sys.executable, "-c", CLIENT], URL=of_client.url, ID=str(watched), **token
            )
            loop = pool.submit(run, ["sh", "-c", LOOP], URL=f"{of_loop.url}{IMPORTS}/{watched}", **token)
            began = time.perf_counter()
            time.sleep(seconds)
            server.settings(pace="immediate")
            server.wait(watched)
            ended = time.perf_counter() - began
            return Result(
                [
                    _row(
                        "curl in a loop",
                        loop.result(),
                        of_loop,
                        ended,
                        PROCESSES_OF_A_POLL * of_loop.requests,
                    ),
                    _row("our client", client.result(), of_client, ended, 1),
                ]
            )


def _row(name: str, used: Used, relay: Relay, ended: float, processes: int) -> Row:
    return {
        "Watcher": name,
        "Processes": processes,
        "Connections": relay.connections,
        "Requests": relay.requests,
        "KB": relay.transferred / 1000,
        "CPU seconds": used.cpu,
        "Seconds until it notices": max(0.0, used.seconds - ended),
    }


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: the import takes as long as we want."""
    return compare(0.5 if quick else 60)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the import takes")
    return compare(parser.parse_args().seconds).report()


if __name__ == "__main__":
    sys.exit(main())
