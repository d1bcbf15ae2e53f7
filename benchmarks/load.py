"""A room that works at once, then a long soak: does the practice Canvas stay quick, correct and small?

    python -m benchmarks.load [--learners 200] [--reads 100000] [--imports 2000]

In the room, each learner sends an import and reads its status until it has ended. In the soak, 20 connections
read a course, a list and a status, while one connection sends imports. Memory, file handles and the size of
the database are the server's after each part, those of its worker included.

Ends with status 1 where a request failed or an import did not end as imported. Needs psutil.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psutil

from benchmarks.keep_alive import KeepAlive
from benchmarks.results import Goal, Result, Row
from practice_canvas.store.store import DATABASE
from tests.practice_server import IMPORTS, Server, multipart, serving

PAUSE = 0.5  # seconds between two polls of a learner
READERS = 20
LONGEST = 120.0  # seconds for one request; a longer one is an error
READ = ["/api/v1/courses/sis_course_id:C1", "/api/v1/accounts/self/courses?per_page=10", f"{IMPORTS}/1"]
CSV = "course_id,short_name,long_name,status\nC{0},C{0},Course {0},active\n"


@dataclass
class Tally:
    """What requests took, in seconds, and what went wrong."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    imported: int = 0

    def row(self, name: str, seconds: float) -> Row:
        """Return a row of the table."""
        took = sorted(self.took) or [0.0]
        middle, most, worst = (1000 * took[int(len(took) * part) - 1] for part in (0.5, 0.99, 1.0))
        return {
            "Part": name,
            "Requests": len(self.took),
            "Imports": self.imported,
            "Errors": len(self.errors),
            "Requests/s": round(len(self.took) / seconds),
            "50 % ms": middle,
            "99 % ms": most,
            "Worst ms": worst,
        }


class Connection(KeepAlive):
    """One connection that keeps count."""

    def __init__(self, server: Server, tally: Tally) -> None:
        super().__init__(server.url, server.token)
        self._tally = tally

    async def send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> bytes:
        """Return the body of the answer; an error is counted, and nothing is returned."""
        begun = time.perf_counter()
        try:
            status, answer = await asyncio.wait_for(self.ask(method, path, body, kind), LONGEST)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            self._tally.errors.append(f"{method} {path}: {error!r}")
            return b""
        self._tally.took.append(time.perf_counter() - begun)
        if status != 200:
            self._tally.errors.append(f"{method} {path}: {status}")
        return answer

    async def import_course(self, number: int) -> None:
        """Send an import of one course and poll until it has ended."""
        body, kind = multipart({}, "courses.csv", CSV.format(number).encode())
        answer = await self.send("POST", f"{IMPORTS}.json", body, kind)
        if not answer.startswith(b'{"id":'):
            self._tally.errors.append(f"no import: {answer[:80]!r}")
            return
        import_id = int(answer[6 : answer.index(b",")])
        while answer and b'"ended_at":null' in answer:
            await asyncio.sleep(PAUSE)
            answer = await self.send("GET", f"{IMPORTS}/{import_id}")
        if b'"workflow_state":"imported"' in answer:
            self._tally.imported += 1
        else:
            self._tally.errors.append(f"import {import_id} did not end as imported")


async def room(server: Server, tally: Tally, learners: int) -> None:
    """Let every learner send an import at once."""
    connections = [Connection(server, tally) for _ in range(learners)]
    await asyncio.gather(*(each.import_course(number) for number, each in enumerate(connections)))
    for each in connections:
        each.close()


async def soak(server: Server, tally: Tally, reads: int, imports: int) -> None:
    """Read over some connections while another one sends one import after the other."""
    numbers = count()

    async def read() -> None:
        connection = Connection(server, tally)
        while (number := next(numbers)) < reads:
            await connection.send("GET", READ[number % len(READ)])
        connection.close()

    async def send() -> None:
        connection = Connection(server, tally)
        for number in range(imports):
            await connection.import_course(number)
        connection.close()

    work: Iterable[Awaitable[None]] = [send(), *(read() for _ in range(READERS))]
    await asyncio.gather(*work)


def size_of(server: Server) -> Row:
    """Return the server's memory and file handles with those of its worker, and the size of its database."""
    main = psutil.Process(server.process.pid)
    both = [main, *main.children()]
    return {
        "Memory, MB": sum(process.memory_info().rss for process in both) / 1e6,
        "File handles": sum(process.num_fds() if hasattr(process, "num_fds") else 0 for process in both),
        "Database, MB": sum(path.stat().st_size for path in server.home.glob(f"{DATABASE}*")) / 1e6,
    }


def compare(learners: int, reads: int, imports: int) -> Result:
    """Run both on one practice Canvas."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "home") as server:
        server.run_csv(CSV.format(1))
        rows: list[Row] = [{"Part": "at the start", **size_of(server)}]
        tallies = {"room": Tally(), "soak": Tally()}
        work: dict[str, Callable[[Tally], Coroutine[Any, Any, None]]] = {
            "room": lambda tally: room(server, tally, learners),
            "soak": lambda tally: soak(server, tally, reads, imports),
        }
        for name, run in work.items():
            begun = time.perf_counter()
            asyncio.run(run(tallies[name]))
            rows.append({**tallies[name].row(name, time.perf_counter() - begun), **size_of(server)})
    errors = [error for tally in tallies.values() for error in tally.errors]
    for error in errors[:10]:
        print(error)
    return Result(rows, [Goal("errors", len(errors), 0)])


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: it has many requests."""
    return compare(5, 200, 5) if quick else compare(200, 100_000, 2_000)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--imports", type=int, default=2_000)
    given = parser.parse_args()
    return compare(given.learners, given.reads, given.imports).report()


if __name__ == "__main__":
    sys.exit(main())
