"""The token shows nowhere, whatever a server sends back."""

import logging
import pickle
import traceback
from collections.abc import Iterator
from os import truncate
from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.errors import CanvasError, FileNotUsable
from tests.fake_server import TOKEN, FakeCanvas, Reply


def test_the_token_shows_in_no_repr_and_the_client_is_never_pickled(client: CanvasClient) -> None:
    assert TOKEN not in repr(client)
    assert "practice" in repr(client)
    with pytest.raises(TypeError) as caught:
        pickle.dumps(client)
    assert TOKEN not in str(caught.value)


def test_the_token_is_in_no_address_and_in_no_log(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake_canvas.script(Reply(status=503), Reply({"id": 1, "workflow_state": "created"}))
    client.get_self()
    client.create_sis_import(course_file)
    assert "sis_imports" in caplog.text
    assert TOKEN not in caplog.text
    assert all(TOKEN not in request.target for request in fake_canvas.received)


TELLTALE = [
    Reply({"errors": [{"message": f"You sent Bearer {TOKEN}"}]}, status)
    for status in (400, 401, 403, 404, 422, 429, 500, 503)
] + [
    Reply(f"<html>{TOKEN}</html>", headers={"Content-Type": "text/html"}),
    Reply(f"{{broken {TOKEN}"),
    Reply(status=302, headers={"Location": f"https://elsewhere.example/{TOKEN}?token={TOKEN}"}),
    Reply({"id": 1, "workflow_state": TOKEN}),
    Reply(hang_up=True),
]


def seen_in_a_debugger(error: BaseException) -> str:
    """Write out the variables of all functions that the error came through, as verbose tracebacks do."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][1:]  # without the test itself
    return " ".join(f"{name}={value!r}" for frame in frames for name, value in frame.f_locals.items())


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("reply", TELLTALE, ids=lambda reply: f"{reply.status}-{str(reply.body)[:12]}")
def test_no_error_holds_the_token_whatever_the_server_sends_back(
    client: CanvasClient, fake_canvas: FakeCanvas, course_file: Path, reply: Reply
) -> None:
    fake_canvas.script(reply)
    with pytest.raises(CanvasError) as caught:
        client.create_sis_import(course_file)
    for error in chain(caught.value):
        assert TOKEN not in f"{error!s} {error!r} {error.args} {vars(error)}"
        assert not hasattr(error, "request")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in seen_in_a_debugger(caught.value)


def test_a_file_that_shrinks_while_it_is_sent_is_said(client: CanvasClient, course_file: Path) -> None:
    with pytest.raises(FileNotUsable, match="became shorter") as caught:
        client.create_sis_import(course_file, progress=lambda *_: truncate(course_file, 0))
    assert TOKEN not in seen_in_a_debugger(caught.value)
