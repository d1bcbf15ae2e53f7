"""The lesson's very commands, run by the real curl."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.practice_server import TERMINAL, Server
from tests.waiting import LONGEST_WAIT, wait_for

CURL = shutil.which("curl")
pytestmark = pytest.mark.skipif(CURL is None and not os.environ.get("CI"), reason="curl is not installed")
AUTHORIZATION = "Authorization: Bearer practice-admin-token"
IMPORTS = "api/v1/accounts/self/sis_imports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tmp directory with the file that creates one basic course."""
    course = "course_id,short_name,long_name,status\nTEST-101,TEST101,Test Course,active\n"
    (tmp_path / "test_course.csv").write_text(course, encoding="utf-8")
    return tmp_path


def curl(folder: Path, *arguments: str) -> Any:
    assert CURL
    command = [CURL, "--noproxy", "*", "-sS", *arguments]
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=LONGEST_WAIT, check=True
    )
    return json.loads(ended.stdout)


def import_file(canvas: Server, folder: Path, name: str = "test_course.csv", *more: str) -> Any:
    url = f"{canvas.url}/{IMPORTS}.json?import_type=instructure_csv"
    return curl(folder, "-F", f"attachment=@{name}", "-H", AUTHORIZATION, *more, url)


def status(canvas: Server, folder: Path, import_id: int) -> Any:
    return curl(folder, "-H", AUTHORIZATION, f"{canvas.url}/{IMPORTS}/{import_id}")


def test_the_lesson_s_file_is_imported_and_its_status_read(canvas: Server, folder: Path) -> None:
    created = import_file(canvas, folder)
    assert (created["workflow_state"], created["progress"]) == ("created", 0)
    shown = wait_for(
        lambda: status(canvas, folder, created["id"]), lambda now: now["workflow_state"] in TERMINAL
    )
    assert (shown["workflow_state"], shown["progress"]) == ("imported", 100)
    assert (shown["data"]["supplied_batches"], shown["data"]["counts"]["courses"]) == (["course"], 1)


def test_the_file_s_name_is_case_sensitive(canvas: Server, folder: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        import_file(canvas, folder, "Test_Course.csv")
    assert failed.value.returncode == 26


def test_data_binary_needs_the_content_type(canvas: Server, folder: Path) -> None:
    for kind, state in (("text/csv", "imported"), ("application/octet-stream", "failed_with_messages")):
        send = ["--data-binary", "@test_course.csv", "-H", f"Content-Type: {kind}", "-H", AUTHORIZATION]
        created = curl(folder, *send, f"{canvas.url}/{IMPORTS}")
        assert canvas.wait(created["id"])["workflow_state"] == state


def test_a_large_file_is_announced_and_streamed(canvas: Server, folder: Path) -> None:
    text = "course_id,short_name,long_name,status\n" + "C1,C,Course,active\n" * 70_000
    (folder / "large.csv").write_text(text, encoding="utf-8")
    created = import_file(canvas, folder, "large.csv", "-H", "Expect: 100-continue")
    assert created["workflow_state"] == "created"


def test_a_wrong_token_is_reported_even_with_a_large_file(canvas: Server, folder: Path) -> None:
    (folder / "large.csv").write_bytes(b"x" * 3_000_000)
    url = f"{canvas.url}/{IMPORTS}"
    answer = curl(folder, "-F", "attachment=@large.csv", "-H", "Authorization: Bearer wrong", url)
    assert answer["errors"][0]["message"]


def test_changes_by_hand_as_the_documentation_of_canvas_writes_them(canvas: Server, folder: Path) -> None:
    canvas.wait(import_file(canvas, folder)["id"])
    url = f"{canvas.url}/api/v1/courses/sis_course_id:TEST-101"
    assert curl(folder, "-X", "PUT", "-F", "course[name]=Mine", "-H", AUTHORIZATION, url)["name"] == "Mine"
    assert curl(folder, "-X", "PUT", "-d", "course[name]=Yours", "-H", AUTHORIZATION, url)["name"] == "Yours"


@pytest.mark.parametrize("scenario", ["", "unconfirmed_upload"])
def test_a_large_file_goes_in_three_steps(canvas: Server, folder: Path, scenario: str) -> None:
    if scenario:
        canvas.send("POST", f"/practice/scenarios/{scenario}", b"")
    size = (folder / "test_course.csv").stat().st_size
    query = f"pre_attachment[name]=test_course.csv&pre_attachment[size]={size}"
    created = curl(folder, "-g", "-X", "POST", "-H", AUTHORIZATION, f"{canvas.url}/{IMPORTS}?{query}")
    assert created["workflow_state"] == "initializing"
    target = created["pre_attachment"]
    fields = [part for name, value in target["upload_params"].items() for part in ("-F", f"{name}={value}")]
    posted = curl(folder, *fields, "-F", "file=@test_course.csv", target["upload_url"])
    confirmed = curl(folder, "-H", AUTHORIZATION, posted["location"])
    assert (confirmed["upload_status"], confirmed["size"]) == ("success", size)
    assert canvas.wait(created["id"])["data"]["counts"]["courses"] == 1
