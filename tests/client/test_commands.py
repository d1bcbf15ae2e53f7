import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.commands import (
    COMMANDS,
    SHARED_COMPUTER,
    as_curl,
    as_curl_cmd,
    as_powershell,
    as_python,
    as_windows_powershell,
    commands_for,
    pack_with_powershell,
    pack_with_zip,
)
from helpers.client.connection import Connection
from helpers.client.request_plans import RequestPlan
from helpers.errors import UnknownOption
from tests.fake_server import TOKEN, FakeCanvas, Received, Reply
from tests.windows_shells import (
    arguments_from_cmd,
    arguments_from_windows_powershell,
    powershell_tokens,
    split_command_line,
)

SCHOOL = Connection("school.test.instructure.com", TOKEN)
CSV = b"course_id,short_name,long_name,status\nC1,C1,Course 1,active\n"

HARD_NAMES = [
    "test_course.csv",
    "two words.csv",
    "two  spaces; and more.csv",
    "it's.csv",
    "a&b|c.csv",
    "$HOME and $(date).csv",
    "100%.csv",
    "%PATH% 5%.csv",
    "back`tick`.csv",
    "semi;colon,comma.csv",
    "Übung ÄÖ 学校.csv",
    "O’Brien ‘quoted’.csv",
    "(1) copy! ^ ~ #.csv",
    "[x]{1,2}=@+.csv",
    " space first.csv",
    "sub folder/in a folder.csv",
]
HARD_NAMES_OUTSIDE_WINDOWS = [
    'say "hi".csv',
    'say "hi", twice; 100%.csv',
    "back\\slash;\\new.csv",
    "tab\there.csv",
]

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell and its file names")


@pytest.fixture
def here(fake_canvas: FakeCanvas) -> Connection:
    fake_canvas.script(Reply({"id": 1, "workflow_state": "created"}))
    return Connection(fake_canvas.url, TOKEN)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**kept, "CANVAS_API_TOKEN": TOKEN}


def run_posix(command: str, folder: Path) -> None:
    subprocess.run(["sh", "-c", command], cwd=folder, env=environment(), capture_output=True, check=True)


def run_cmd(command: str, folder: Path) -> None:
    arguments = arguments_from_cmd(command, environment())
    subprocess.run(arguments, cwd=folder, capture_output=True, check=True)


def run_windows_powershell(command: str, folder: Path) -> None:
    program, *arguments = arguments_from_windows_powershell(command, environment())
    assert program == "curl.exe"
    subprocess.run(["curl", *arguments], cwd=folder, capture_output=True, check=True)


def run_python(program: str, folder: Path) -> None:
    with chdir(folder), patch.dict(os.environ, environment()), redirect_stdout(StringIO()):
        exec(program, {})  # noqa: S102  in this process, because a new one takes half a second


RUNNERS = [
    pytest.param(as_curl, run_posix, id="sh"),
    pytest.param(as_curl_cmd, run_cmd, id="cmd"),
    pytest.param(as_windows_powershell, run_windows_powershell, id="powershell-5.1"),
    pytest.param(as_python, run_python, id="python"),
]
Write = Callable[[RequestPlan, Connection], str]
Run = Callable[[str, Path], None]


@posix_only
@pytest.mark.parametrize(("write", "run"), RUNNERS)
@pytest.mark.parametrize("name", HARD_NAMES + HARD_NAMES_OUTSIDE_WINDOWS)
def test_a_command_sends_what_the_client_sends(
    fake_canvas: FakeCanvas, here: Connection, tmp_path: Path, write: Write, run: Run, name: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(CSV)
    options: dict[str, Any] = {"batch_mode": True, "batch_mode_term_id": "sis_term_id:50% & more"}
    CanvasClient(here).send(request_plans.create_sis_import(tmp_path / name, **options))
    run(write(request_plans.create_sis_import(name, **options), here), tmp_path)
    ours, theirs = fake_canvas.received
    assert essence(theirs) == essence(ours)


def essence(request: Received) -> tuple[str, str, str, bytes, bytes]:
    authorization = request.headers["authorization"]
    disposition = request.disposition.split(b": ", 1)[1]
    return request.method, request.target, authorization, disposition, request.file_content


@posix_only
@pytest.mark.parametrize(("write", "run"), RUNNERS)
@pytest.mark.parametrize(
    "plan",
    [
        request_plans.get_sis_import(412),
        request_plans.list_sis_imports(workflow_state=["imported", "failed"]),
        request_plans.abort_sis_import(412),
        request_plans.restore_states(412, undelete_only=True),
        request_plans.get("courses/sis_course_id:BIO 101's $100%"),
    ],
    ids=lambda plan: plan.path.rpartition("/")[2],
)
def test_every_other_request_can_be_sent_as_a_command(
    fake_canvas: FakeCanvas, here: Connection, tmp_path: Path, write: Write, run: Run, plan: RequestPlan
) -> None:
    run(write(plan, here), tmp_path)
    (request,) = fake_canvas.received
    assert (request.method, here.base_url + request.target) == (plan.method, plan.url(here))
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_the_posix_command_is_the_one_of_the_lesson() -> None:
    assert as_curl(request_plans.create_sis_import("test_course.csv"), SCHOOL) == (
        'curl -F attachment=@test_course.csv -H "Authorization: Bearer $CANVAS_API_TOKEN" '
        "'https://school.test.instructure.com/api/v1/accounts/self/sis_imports.json?import_type=instructure_csv'"
    )
    assert as_curl(request_plans.get_sis_import(6670997), SCHOOL) == (
        'curl -H "Authorization: Bearer $CANVAS_API_TOKEN" '
        "'https://school.test.instructure.com/api/v1/accounts/self/sis_imports/6670997'"
    )


def test_a_simple_command_looks_simple_in_windows_too() -> None:
    plan = request_plans.create_sis_import(Path("data") / "test_course.csv")
    assert as_curl_cmd(plan, SCHOOL).startswith(
        'curl -F "attachment=@data/test_course.csv" -H "Authorization: '
    )
    assert as_windows_powershell(plan, SCHOOL).startswith(
        "curl.exe -F 'attachment=@data/test_course.csv' -H "
    )


@pytest.mark.parametrize("name", HARD_NAMES)
def test_powershell_7_finds_the_file_whatever_its_name(name: str) -> None:
    command = as_powershell(request_plans.create_sis_import(name), SCHOOL)
    inner = re.sub(r"@\{ (\w+) = (.*?) \}(?= -|$)", r"\1 \2", command)
    assert powershell_tokens(inner, environment()) == [
        "Invoke-RestMethod",
        "-Method",
        "Post",
        "-Uri",
        request_plans.create_sis_import(name).url(SCHOOL),
        "-Headers",
        "Authorization",
        f"Bearer {TOKEN}",
        "-Form",
        "attachment",
        "Get-Item",
        "-LiteralPath",
        name,
    ]


@pytest.mark.parametrize("name", HARD_NAMES)
def test_files_are_packed_in_powershell_whatever_their_names(name: str) -> None:
    command = pack_with_powershell([Path(name), Path("SECOND.CSV")], f"{name}.zip")
    assert powershell_tokens(command.replace("', '", "' '"), environment()) == [
        *("Compress-Archive", "-LiteralPath", str(Path(name)), "SECOND.CSV"),
        *("-DestinationPath", f"{name}.zip"),
    ]


@posix_only
def test_files_are_packed_in_a_posix_shell_whatever_their_names() -> None:
    names = [*HARD_NAMES, *HARD_NAMES_OUTSIDE_WINDOWS, "SECOND.CSV"]
    command = pack_with_zip([Path("a folder", name) for name in names], "it's.zip")
    assert shlex.split(command) == ["zip", "-j", "it's.zip", *(f"a folder/{name}" for name in names)]


# Windows allows no double quote in a file name.
@given(stem=st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='/"'), max_size=12))
@example(stem='%CANVAS_API_TOKEN% "a" ^')
@example(stem="a, b; c")
@example(stem="\\")
def test_curl_gets_the_same_arguments_in_every_shell(stem: str) -> None:
    plan = request_plans.create_sis_import(f"{stem}.csv")
    token = {"CANVAS_API_TOKEN": "$CANVAS_API_TOKEN"}
    wanted = shlex.split(as_curl(plan, SCHOOL))
    assert arguments_from_cmd(as_curl_cmd(plan, SCHOOL), token) == wanted
    program, *arguments = arguments_from_windows_powershell(as_windows_powershell(plan, SCHOOL), token)
    assert program == "curl.exe"
    assert [argument.rstrip(" ") for argument in arguments] == [
        argument.rstrip(" ") for argument in wanted[1:]
    ]


def test_no_command_holds_the_token() -> None:
    for plan in (request_plans.create_sis_import("a.csv"), request_plans.get_self()):
        for name, text in commands_for(plan, SCHOOL).items():
            assert TOKEN not in text, name
            assert "CANVAS_API_TOKEN" in text, name


@pytest.mark.parametrize(("wanted", "shown"), [(False, False), ("no", False), (True, True)])
def test_a_multi_term_batch_mode_that_is_not_wanted_is_in_no_command(wanted: object, shown: bool) -> None:
    commands = commands_for("courses.csv", SCHOOL, multi_term_batch_mode=wanted, change_threshold=10)
    assert {name: "multi_term_batch_mode" in text for name, text in commands.items()} == dict.fromkeys(
        COMMANDS, shown
    )


def test_a_notebook_shows_commands_as_html_that_keeps_every_character() -> None:
    commands = commands_for("R&D <1>.csv", SCHOOL)
    page = BeautifulSoup(commands._repr_html_(), "html.parser")
    assert [block.get_text() for block in page.find_all("pre")] == list(commands.values())
    assert [name.get_text() for name in page.find_all("b")] == list(commands)
    assert page.find_all("p")[-1].get_text() == SHARED_COMPUTER


def test_commands_for_a_file_come_in_every_kind_ready_to_copy() -> None:
    commands = commands_for("test_course.csv", CanvasClient(SCHOOL), skip_deletes=True)
    assert list(commands) == list(COMMANDS)
    assert all("skip_deletes=true" in text and text in repr(commands) for text in commands.values())
    with pytest.raises(UnknownOption):
        commands_for("test_course.csv", SCHOOL, batchmode=True)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ('a "b c" d', ["a", "b c", "d"]),
        (r'a \"b\" "c\"d" e\\f "g\\"', ["a", '"b"', 'c"d', r"e\\f", "g\\"]),
        ('a "" b', ["a", "", "b"]),
    ],
)
def test_the_stand_in_for_windows_splits_as_the_c_library_does(line: str, arguments: list[str]) -> None:
    assert split_command_line(line) == arguments


def test_the_stand_in_for_cmd_stumbles_where_cmd_would() -> None:
    assert arguments_from_cmd('echo "%A%" ^%A^%', {"A": "1"}) == ["echo", "1", "%A%"]
    with pytest.raises(ValueError, match="operator"):
        arguments_from_cmd("curl http://x?a=1&b=2", {})


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let commands reach this computer also where the environment names a proxy."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield


@posix_only
def test_on_a_shared_computer_the_token_is_in_no_command_line(
    here: Connection, fake_canvas: FakeCanvas, tmp_path: Path
) -> None:
    found = re.search(r"printf .* curl -H @-", SHARED_COMPUTER)
    assert found and SHARED_COMPUTER in str(commands_for("test_course.csv", here))
    plain = as_curl(request_plans.get_sis_import(1), here)
    run_posix(plain.replace('curl -H "Authorization: Bearer $CANVAS_API_TOKEN"', found[0]), tmp_path)
    assert fake_canvas.received[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert fake_canvas.received[0].target.endswith("/sis_imports/1")
