"""A file too large for one request: what is shown is what is sent, and each of the three may go wrong."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.commands import (
    COMMANDS,
    as_curl,
    as_curl_cmd,
    as_powershell,
    as_python,
    as_windows_powershell,
    commands_for,
)
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.client.request_plans import RequestPlan
from helpers.errors import CanvasError, FileNotUsable, NotAccepted
from tests.fake_server import TOKEN, FakeCanvas, Reply
from tests.practice_server import IMPORTS, Server
from tests.windows_shells import arguments_from_cmd, arguments_from_windows_powershell

TEXT = "course_id,short_name,long_name,status\nC1,C1,Course 1,active\n"
Write = Callable[[RequestPlan, Connection], str]
Arguments = Callable[[str, dict[str, str]], list[str]]


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file of these tests be too large for one request."""
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", len(TEXT) - 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it's large; and, 100%.csv"
    path.write_bytes(TEXT.encode())
    return path


def client(canvas: Server | FakeCanvas, token: str = TOKEN) -> CanvasClient:
    return CanvasClient(Connection(canvas.url, token), timeout=(5, 2), sleep=lambda _: None)


def created(storage: FakeCanvas) -> Reply:
    target = {"upload_url": f"{storage.url}/up?x=1", "upload_params": {"key": "a b"}, "file_param": "f"}
    return Reply({"id": 412, "workflow_state": "initializing", "pre_attachment": target})


def test_only_a_larger_file_goes_in_three_requests(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = request_plans.create_sis_import(file)
    assert dict(plan.announced) == {
        "pre_attachment[name]": file.name,
        "pre_attachment[size]": str(len(TEXT)),
        "pre_attachment[content_type]": "text/csv",
    }
    monkeypatch.setattr(request_plans, "MOST_IN_ONE_REQUEST", len(TEXT))
    assert request_plans.create_sis_import(file).announced == ()


@pytest.mark.parametrize("scenario", ["", "unconfirmed_upload"])
def test_the_practice_canvas_imports_it(canvas: Server, file: Path, scenario: str) -> None:
    if scenario:
        canvas.send("POST", f"/practice/scenarios/{scenario}", b"")
    seen: list[tuple[int, int]] = []
    ours = client(canvas, canvas.token)
    sent = ours.create_sis_import(file, skip_deletes=True, progress=lambda *each: seen.append(each))
    assert (sent.workflow_state, sent.differences) == ("initializing", ())
    assert "pre_attachment" not in sent.raw
    assert any("three requests" in note for note in sent.notes)
    assert seen[-1][0] == seen[-1][1] > len(TEXT)
    ended = ours.wait_for(sent)
    assert (ended.workflow_state, ended.counts["courses"]) == ("imported", 1)


def test_the_token_goes_to_canvas_only(fake_canvas: FakeCanvas, other_host: FakeCanvas, file: Path) -> None:
    other_host.script(Reply({}, 201, {"Location": f"{fake_canvas.url}/api/v1/files/9"}))
    fake_canvas.script(created(other_host), Reply({"id": 9}))
    assert client(fake_canvas).create_sis_import(file).id == 412
    (upload,) = other_host.received
    assert "authorization" not in upload.headers
    assert upload.body.index(b'name="key"') < upload.body.index(b'name="f"; filename=')
    announced, confirmed = fake_canvas.received
    assert announced.headers["authorization"] == confirmed.headers["authorization"] == f"Bearer {TOKEN}"
    assert (announced.body, confirmed.target) == (b"", "/api/v1/files/9")


def test_not_even_the_same_host_gets_it_with_the_file(fake_canvas: FakeCanvas, file: Path) -> None:
    fake_canvas.script(created(fake_canvas), Reply({}, 201))
    client(fake_canvas).create_sis_import(file)
    assert "authorization" not in fake_canvas.received[1].headers


@pytest.mark.parametrize(
    ("replies", "sent", "may", "says"),
    [
        ([Reply(hang_up=True)], 1, True, "An import in initializing has no file"),
        ([Reply({"message": "no"}, 400)], 1, False, "Change what the message names"),
        ([None, Reply(hang_up=True)], 2, True, "may have arrived for SIS import 412"),
        ([None, Reply({"message": "wrong size"}, 400)], 2, False, "SIS import 412 has no file"),
        ([None, Reply("", 503)], 2, True, "may have arrived for SIS import 412"),
        ([None, Reply({}, 303, {"Location": "/api/v1/done"}), Reply("", 401)], 3, True, "has arrived for"),
        ([None, Reply({}, 201, {"Location": "/api/v1/done"}), Reply("<html>", 200)], 3, True, "has arrived"),
    ],
)
def test_what_goes_wrong_says_what_is_known_and_nothing_is_sent_twice(
    fake_canvas: FakeCanvas, file: Path, replies: list[Reply | None], sent: int, may: bool, says: str
) -> None:
    fake_canvas.script(*(reply or created(fake_canvas) for reply in replies))
    with pytest.raises(CanvasError) as caught:
        client(fake_canvas).create_sis_import(file)
    assert (caught.value.may_have_worked, says in caught.value.fix) == (may, True), caught.value.fix
    assert caught.value.import_id == (412 if sent > 1 else None)
    assert len(fake_canvas.received) == sent
    assert TOKEN not in str(caught.value)


def test_the_confirmation_alone_is_repeated(fake_canvas: FakeCanvas, file: Path) -> None:
    location = Reply({}, 201, {"Location": "/api/v1/done"})
    fake_canvas.script(created(fake_canvas), location, Reply("", 503), Reply({"id": 9}))
    assert client(fake_canvas).create_sis_import(file).id == 412
    assert [request.method for request in fake_canvas.received] == ["POST", "POST", "GET", "GET"]


def test_a_canvas_without_this_way_is_recognized(fake_canvas: FakeCanvas, file: Path) -> None:
    fake_canvas.script(Reply({"id": 5, "workflow_state": "created"}))
    with pytest.raises(NotAccepted, match="did not say where to upload") as caught:
        client(fake_canvas).create_sis_import(file)
    assert caught.value.import_id == 5


def test_a_file_that_changed_since_it_was_shown_is_not_announced(fake_canvas: FakeCanvas, file: Path) -> None:
    plan = request_plans.create_sis_import(file)
    file.write_text(TEXT * 2, encoding="utf-8")
    with pytest.raises(FileNotUsable, match="has changed"):
        client(fake_canvas).send_import(plan)
    assert fake_canvas.received == []


def test_every_command_shows_the_three_requests_and_no_token(file: Path) -> None:
    connection = Connection("school.test.instructure.com", TOKEN)
    for name, text in commands_for(file, connection).items():
        assert text.splitlines()[0].partition(" ")[2] == (
            "Three requests, because it is larger than 25 MB and one request may last a minute at most:"
            " announce the file, upload it, confirm it."
        ), name
        assert "pre_attachment" in text
        assert "attachment=" not in re.sub(r"pre_attachment\S*", "", text)
        assert TOKEN not in text
    assert set(commands_for(file, connection)) == set(COMMANDS)


def commanded(canvas: Server) -> SisImport:
    """Return the only import, once it has ended."""
    (shown,) = canvas.get(IMPORTS).json["sis_imports"]
    return SisImport.from_json(canvas.wait(shown["id"]))


def test_the_python_program_imports_it(canvas: Server, file: Path) -> None:
    with chdir(file.parent):
        plan = request_plans.create_sis_import(file.name)
        program = as_python(plan, Connection(canvas.url, canvas.token))
        with patch.dict(os.environ, {"CANVAS_API_TOKEN": canvas.token}), redirect_stdout(StringIO()):
            exec(program, {})  # noqa: S102
    assert commanded(canvas).counts["courses"] == 1


def sh(command: str, environment: dict[str, str]) -> list[str]:
    return ["sh", "-c", command]


def windows_powershell(command: str, environment: dict[str, str]) -> list[str]:
    return ["curl", *arguments_from_windows_powershell(command, environment)[1:]]


@pytest.mark.skipif(shutil.which("curl") is None or os.name == "nt", reason="needs curl and a POSIX shell")
@pytest.mark.parametrize(
    ("write", "arguments"),
    [(as_curl, sh), (as_curl_cmd, arguments_from_cmd), (as_windows_powershell, windows_powershell)],
)
def test_the_curl_commands_import_it(canvas: Server, file: Path, write: Write, arguments: Arguments) -> None:
    environment = {**os.environ, "CANVAS_API_TOKEN": canvas.token, "NO_PROXY": "*"}
    with chdir(file.parent):
        text = write(request_plans.create_sis_import(file.name), Connection(canvas.url, canvas.token))
    first, upload, confirm = (line for line in text.splitlines() if not line.startswith(("#", "::")))

    def run(command: str, pattern: str = "()") -> str:
        """Return what the answer shows, for the next command."""
        ended = subprocess.run(
            arguments(command, environment),
            cwd=file.parent,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(pattern, ended.stdout)
        assert found, ended
        return found[1]

    address = run(first, r'"upload_url":"([^"]+)"')
    location = run(upload.replace("UPLOAD_URL", address), r"(?im)^location: (\S+)")
    run(confirm.replace("LOCATION", location))
    assert commanded(canvas).counts["courses"] == 1


def test_powershell_sends_the_same(file: Path) -> None:
    text = as_powershell(request_plans.create_sis_import(file), Connection("school.instructure.com", TOKEN))
    assert "-LiteralPath '" + file.as_posix().replace("'", "''") + "'" in text
    assert text.count("Invoke-") == 3
