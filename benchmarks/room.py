"""What a room of 200 seats takes, and how quickly its seats answer while others import.

    python -m benchmarks.room [--seats 200] [--seconds 30] [--without-lesson]

The lesson replays what the notebooks 02 and 03 send; in the burst, every seat sends an import in the same
second and polls it every half second; in the class, every seat polls every two seconds, and ten imports are
sent in a minute; then one seat imports 100,000 rows besides. The load comes from this computer, too, and
shares its processors with the room.

Ends with status 1 where a goal is missed.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.keep_alive import KeepAlive
from benchmarks.measured import cpu_seconds
from benchmarks.results import Goal, Result, Row
from practice_canvas.service import SECRET_HEADER
from tests.practice_server import IMPORTS, TERMINAL
from tests.room.rooms import Room, open_room
from tests.zips import zipped

DATA = Path(__file__).parents[1] / "data"
LIMITS = {
    ("lesson", "Memory, MiB"): 400,
    ("burst", "Seconds"): 15,
    ("burst", "99 % ms"): 1500,
    ("class", "99 % ms"): 250,
    ("large", "99 % ms"): 500,
}
"""The goals: the most of a figure in a part."""
ROWS = 100_000
AT_A_TIME = 20  # seats that replay the lesson at once
COURSE = (DATA / "test_course.csv").read_bytes()
WRONG = b"id,name,status\nTC-001,Test Course,active\n"
FLAWED = b"course_id,short_name,long_name,status\nTC-003,TC 003,Good,active\nTC-004,TC 004,Bad,running\n"
KINDS = ("accounts", "terms", "courses", "sections", "users", "enrollments")


class Learner(KeepAlive):
    """One seat's client, and how long each of its status reads took."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, token, f"{SECRET_HEADER}: {token}\r\n")
        self.reads: list[float] = []
        self.polled = 0

    async def good(self, method: str, path: str, body: bytes = b"", kind: str = "") -> bytes:
        """Send a request and return the body of its answer, which must be a good one."""
        status, content = await self.ask(method, path, body, kind)
        assert status == 200, (method, path, status, content)
        return content

    async def json(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Any:
        """Send a request and return the JSON of its answer."""
        return json.loads(await self.good(method, path, body, kind))

    async def send(self, file: bytes, extension: str = "csv") -> int:
        """Send an import and return its ID."""
        sent = await self.json("POST", f"{IMPORTS}?extension={extension}", file, "application/octet-stream")
        return int(sent["id"])

    async def poll(self, import_id: int) -> str:
        """Read an import's status, and return its workflow_state."""
        begun = time.perf_counter()
        state = (await self.json("GET", f"{IMPORTS}/{import_id}"))["workflow_state"]
        self.reads.append(time.perf_counter() - begun)
        return str(state)

    async def follow(self, import_id: int, pause: float) -> str:
        """Poll an import until it ends, and return how."""
        while (state := await self.poll(import_id)) not in TERMINAL:
            await asyncio.sleep(pause)
        return state

    async def replay_lesson(self, school: bytes) -> None:
        """Send what the notebooks 02 and 03 send, at a machine's speed."""
        for path in ("users/self", "accounts/self", "accounts/self/sis_imports?per_page=1"):
            await self.good("GET", f"/api/v1/{path}")
        for file in (COURSE, COURSE, WRONG, COURSE, COURSE, COURSE, WRONG, COURSE, FLAWED):
            await self.follow(await self.send(file), 0.5)
        for path in ("courses/sis_course_id:TC-001", "accounts/self/sis_imports?per_page=10"):
            await self.good("GET", f"/api/v1/{path}")
        for path in ("/sis_imports", "/style.css", "/live.js", "/", "/courses", "/practice/exercises"):
            await self.good("GET", path)
        for file, extension in ((school, "zip"), (school, "zip"), (COURSE, "csv")):
            await self.follow(await self.send(file, extension), 1.0)


def compare(seats: int, seconds: float, *, with_lesson: bool) -> Result:
    """Open a room and run the parts."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        with open_room(Path(folder) / "home", "--seats", str(seats)) as room:
            opened: Row = {"Part": "open", "Seconds": time.perf_counter() - begun}
            parts = asyncio.run(_parts(room, seconds, with_lesson))
    return Result(
        [opened, *(part.rows[0] for part in parts)], [goal for part in parts for goal in part.goals]
    )


def measure(quick: bool, runs: int) -> Result:
    """Measure for the page, once: it has many learners."""
    return compare(3, 0.5, with_lesson=False) if quick else compare(200, 30.0, with_lesson=True)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seats", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the class is watched")
    parser.add_argument(
        "--without-lesson", action="store_true", help="leave out the first part, which is long"
    )
    given = parser.parse_args()
    return compare(given.seats, given.seconds, with_lesson=not given.without_lesson).report()


async def _parts(room: Room, seconds: float, with_lesson: bool) -> list[Result]:
    learners = [Learner(each["url"], each["token"]) for each in room.announced["seats"]]
    parts: dict[str, Callable[[], Awaitable[None]]] = {
        "lesson": lambda: _lesson(learners),
        "burst": lambda: _burst(learners),
        "class": lambda: _class(learners, seconds),
        "large": lambda: _large(learners, seconds),
    }
    return [
        await measured(name, room, learners, part)
        for name, part in parts.items()
        if name != "lesson" or with_lesson
    ]


async def measured(
    name: str, room: Room, learners: Sequence[Learner], part: Callable[[], Awaitable[None]]
) -> Result:
    """Run a part; return how long the status reads took, and what the room and this process used."""
    for learner in learners:
        learner.reads.clear()
    begun, room_before, own_before = time.perf_counter(), cpu_seconds(room.process.pid), time.process_time()
    await part()
    seconds = time.perf_counter() - begun
    reads = sorted(1000 * took for learner in learners for took in learner.reads)
    memory = _memory(room)
    row: Row = {
        "Part": name,
        "Seconds": seconds,
        "Status reads": len(reads),
        "50 % ms": reads[len(reads) // 2],
        "99 % ms": reads[int(len(reads) * 0.99)],
        "Worst ms": reads[-1],
        "Memory, MiB": memory,
        "MiB for each seat": memory / len(learners),
        "CPU seconds": cpu_seconds(room.process.pid) - room_before,
        "CPU seconds of the load": time.process_time() - own_before,
    }
    limits = {title: limit for (of, title), limit in LIMITS.items() if of == name}
    return Result(
        [row], [Goal(f"{name}: {title}", float(row[title]), limit) for title, limit in limits.items()]
    )


async def _lesson(learners: Sequence[Learner]) -> None:
    packed = zipped({f"{kind}.csv": (DATA / "sample_school" / f"{kind}.csv").read_bytes() for kind in KINDS})
    room_for = asyncio.Semaphore(AT_A_TIME)

    async def one(learner: Learner) -> None:
        async with room_for:
            await learner.replay_lesson(packed)

    await asyncio.gather(*map(one, learners))


async def _burst(learners: Sequence[Learner]) -> None:
    async def one(learner: Learner) -> str:
        return await learner.follow(await learner.send(COURSE), 0.5)

    states = set(await asyncio.gather(*map(one, learners)))
    assert states == {"imported"}, states


async def _class(learners: Sequence[Learner], seconds: float) -> None:
    """Let everybody poll their latest import every two seconds, and ten of them a minute send another."""
    await asyncio.gather(*map(_remember_latest, learners))
    until = time.perf_counter() + seconds
    senders = [learners[7 * number % len(learners)] for number in range(int(seconds / 6))]
    await asyncio.gather(
        _send_some(senders, until), *(_poll(each, n, until) for n, each in enumerate(learners))
    )


async def _large(learners: Sequence[Learner], seconds: float) -> None:
    rows = "".join(f"U{n},u{n},User {n},active\n" for n in range(ROWS))
    busy = learners[-1]
    sent = await busy.send(f"user_id,login_id,full_name,status\n{rows}".encode())
    await _class(learners[:-1], seconds)
    state = await busy.follow(sent, 1.0)
    assert state == "imported", state


async def _remember_latest(learner: Learner) -> None:
    listed = await learner.json("GET", f"{IMPORTS}?per_page=1")
    learner.polled = listed["sis_imports"][0]["id"]


async def _poll(learner: Learner, number: int, until: float) -> None:
    await asyncio.sleep(number % 40 * 0.05)  # learners do not tick together
    while time.perf_counter() < until:
        await learner.poll(learner.polled)
        await asyncio.sleep(2.0)


async def _send_some(senders: Iterable[Learner], until: float) -> None:
    for sender in senders:
        extra = Learner(sender.url, sender.token)
        await extra.send(COURSE)
        await asyncio.sleep(max(0.0, min(6.0, until - time.perf_counter())))


def _memory(room: Room) -> float:
    """Return the memory of the processes that serve and import, in MiB, shared pages included."""
    serving = psutil.Process(room.process.pid)
    return sum(float(process.memory_info().rss) for process in [serving, *serving.children()]) / 2**20


if __name__ == "__main__":
    sys.exit(main())
