"""What is left of the body of a refused request is read, so that the sender sees why; but not without end."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from practice_canvas.api.bodies import drain

MIB = bytes(1 << 20)


def read_of(pieces: int, method: str = "POST", **headers: str) -> int:
    """Return how many pieces of 1 MiB are read of the body of a refused request that has so many."""
    left = pieces

    async def receive() -> dict[str, Any]:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": MIB, "more_body": left > 0}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": "/", "query_string": b"", "headers": pairs}
    asyncio.run(drain(Request(scope, receive)))
    return pieces - left


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_rest_of_a_refused_upload_is_read(method: str) -> None:
    assert read_of(200, method) == 200


def test_nobody_sends_a_refused_request_without_end() -> None:
    assert 1000 < read_of(3000) < 2000


@pytest.mark.parametrize(("method", "headers"), [("GET", {}), ("POST", {"expect": "100-continue"})])
def test_what_is_not_sent_is_not_awaited(method: str, headers: dict[str, str]) -> None:
    assert read_of(3, method, **headers) == 0
