"""A practice Canvas that has stopped uses nothing in its home: the folder can be moved or deleted."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.routing import Router
from starlette.types import Message

from practice_canvas.api.gate import Access
from practice_canvas.api.hosts import Hosts
from practice_canvas.app import create_app
from practice_canvas.processes import module_command
from practice_canvas.queue.supervisor import Supervisor
from practice_canvas.room.application import create_room
from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.seats import Place, Seat
from practice_canvas.store.school.fresh import STOCK_TOKENS

HOSTS = Hosts("127.0.0.1", "127.0.0.1", 1)
IN_USE = "practice.sqlite3-shm"
"""SQLite's file that is there as long as a connection is open."""


def alone(home: Path) -> Router:
    return create_app(home, HOSTS, Access(STOCK_TOKENS))


def at_a_seat(home: Path) -> Router:
    seat = Seat(1, home, STOCK_TOKENS, "", Place("Ana"))
    worker = Supervisor(module_command("queue.crew", "--home", home.parent))
    app = SeatApp(seat, HOSTS, "immediate", lambda: worker.wake(home.name))
    return create_room({1: app}, [app], worker, watch=lambda: asyncio.sleep(0))


async def ask(app: Router, method: str, path: str) -> int:
    """Return the status of an answer to the admin."""
    sent: list[Message] = [{"type": "http.request", "body": b"{}", "more_body": False}]
    answer: list[Message] = []

    async def receive() -> Message:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    headers = {
        "host": "127.0.0.1:1",
        "content-type": "application/json",
        "x-practice-secret": STOCK_TOKENS["admin"],
    }
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 1),
        "client": None,
    }
    await app(scope, receive, send)
    status: int = answer[0]["status"]
    return status


@pytest.mark.parametrize("make", [alone, at_a_seat])
def test_its_home_is_free_when_it_has_ended(make: Callable[[Path], Router], tmp_path: Path) -> None:
    home = tmp_path / "0001"
    home.mkdir()
    app = make(home)

    async def serve() -> None:
        async with app.lifespan_context(app):
            for method, path in (("GET", "/courses"), ("POST", "/practice/reset")):
                assert await ask(app, method, path) == 200
            assert (home / IN_USE).exists()
        assert not (home / IN_USE).exists()

    asyncio.run(serve())
