"""Control calls to a seat of this process: the same as over HTTP, without a socket."""

import json
from typing import Any
from urllib.parse import quote

from starlette.types import Message

from practice_canvas.refusals import sentence_of
from practice_canvas.room.seat_app import SeatApp
from practice_canvas.service import SECRET_HEADER


class Refused(Exception):
    """A seat refused a control call; the text says why."""


async def call(app: SeatApp, method: str, path: tuple[str, ...], body: object = None) -> Any:
    """Send a control call and return its JSON.

    Args:
        app: the seat.
        method: GET, POST, PUT or DELETE.
        path: its segments below /practice/.
        body: sent as JSON.

    Raises:
        Refused: the seat answers with an error.
    """
    answer = await _send(app, method, f"/practice/{'/'.join(quote(part, safe='') for part in path)}", body)
    text = b"".join(part.get("body", b"") for part in answer[1:]).decode()
    if answer[0]["status"] >= 400:
        raise Refused(sentence_of(text) or text)
    return json.loads(text)


async def _send(app: SeatApp, method: str, path: str, body: object) -> list[Message]:
    sent = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]
    answer: list[Message] = []

    async def receive() -> Message:
        return sent.pop() if sent else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answer.append(message)

    port = app.seat.place.port
    headers = {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/json",
        SECRET_HEADER.lower(): app.seat.secret,
    }
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", port),
        "client": None,
    }
    await app.answer(scope, receive, send)
    return answer
