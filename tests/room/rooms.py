"""Start rooms for tests, and talk to their seats."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.practice_server import REPOSITORY, Answer, Server
from tests.waiting import LONGEST_WAIT


class Seat(Server):
    """A seat, whose requests carry its own token unless a test says otherwise."""

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        token: str | None = "own",  # noqa: S107 (stands for the seat's)
    ) -> Answer:
        headers = dict(headers or {})
        if path.startswith("/practice/"):
            headers.setdefault("X-Practice-Secret", self.secret)
        return super().send(method, path, body, headers, self.token if token == "own" else token)


@dataclass
class Room:
    """A room that runs: what it announced, its process, and what it says on standard error."""

    announced: dict[str, Any]
    process: "subprocess.Popen[str]"
    home: Path
    log: Path

    @property
    def seats(self) -> list[Seat]:
        return [
            Seat(
                each["url"],
                each["token"],
                self.home / "seats" / f"{number:04}",
                self.process,
                each["token"],
            )
            for number, each in enumerate(self.announced["seats"], start=1)
        ]

    @property
    def join(self) -> Server:
        """The join page."""
        return Server(self.announced["join"], "", self.home, self.process)

    def ask(self, name: str, key: str = "") -> Answer:
        """Ask for a seat as a hub does."""
        body = json.dumps({"name": name, "key": key}).encode()
        return self.join.send("POST", "/seat", body, {"Content-Type": "application/json"}, token=None)


@contextmanager
def open_room(home: Path, *arguments: str, **environment: str) -> Iterator[Room]:
    """Serve a room as long as the block runs, and end it as Ctrl+C does."""
    command = [sys.executable, "-m", "practice_canvas.room", "--port", "0", "--pace", "immediate"]
    command += ["--home", str(home), "--json", *arguments]
    log = home.parent / f"{home.name}.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout
    line = process.stdout.readline()
    assert line, log.read_text(encoding="utf-8")
    try:
        yield Room(json.loads(line), process, home, log)
    finally:
        process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
        process.wait(LONGEST_WAIT)
        process.stdout.close()
