"""What becomes of imports when processes are killed or the disk is full."""

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.full_disk import largest_file
from tests.conformance.runner import packed
from tests.practice_server import IMPORTS, Server, children, multipart, serving
from tests.waiting import wait_for

LARGE = "course_id,short_name,long_name,status\n" + "".join(f"C{n},C,Course,active\n" for n in range(1000))
KILLS, KILLS_IN_A_LONG_RUN = 8, 50
SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


def in_the_middle(server: Server) -> tuple[int, int]:
    """Return (a running import, one that waits behind it)."""
    return server.run_midway(LARGE), server.post_csv(SMALL).json["id"]


def check_ended(server: Server, running: int, waiting: int) -> None:
    """The killed import has failed with a message that tells what to do; the waiting one was imported."""
    server.settings(pace="immediate")
    shown = server.wait(running)
    assert (shown["workflow_state"], shown["data"]["counts"]["error_count"]) == ("failed_with_messages", 1)
    assert shown["ended_at"]
    (error,) = shown["processing_errors"]
    assert error[0] is None
    assert "send the file again" in error[1]
    assert shown["errors_attachment"]["size"] > 0
    assert server.wait(waiting)["workflow_state"] == "imported"
    assert server.run_csv(LARGE)["data"]["counts"]["courses"] == 1000


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker in /proc")
def test_a_killed_worker_is_replaced_and_its_import_fails_with_a_message(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as server:
        running, waiting = in_the_middle(server)
        (worker,) = children(server.process.pid)
        os.kill(worker, signal.SIGKILL)
        check_ended(server, running, waiting)
        assert wait_for(lambda: children(server.process.pid)) != [worker]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9")
def test_a_killed_server_takes_its_worker_along_and_the_next_one_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as server:
        running, waiting = in_the_middle(server)
        workers = children(server.process.pid)
        server.process.kill()
        server.process.wait()
    wait_for(lambda: not [pid for pid in workers if Path(f"/proc/{pid}/stat").exists()])
    with serving(home, "immediate") as server:
        check_ended(server, running, waiting)


def test_an_ordinary_end_keeps_all_data(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as server:
        shown = server.run_csv(SMALL)
    with serving(home) as server:
        again = server.get(f"{IMPORTS}/{shown['id']}").json
        port = str(server.url.rsplit(":", 1)[1])
        shown["csv_attachments"][0]["url"] = again["csv_attachments"][0]["url"]
        assert again == shown
        assert port in again["csv_attachments"][0]["url"]
        assert server.get("/api/v1/users/sis_user_id:U1").json["name"] == "User One"


def test_what_a_cut_upload_left_behind_is_swept_at_the_start(tmp_path: Path) -> None:
    files = tmp_path / "home" / "files"
    files.mkdir(parents=True)
    (files / "leftover").write_bytes(b"x")
    with serving(tmp_path / "home") as server:
        assert server.get(IMPORTS).json == {"sis_imports": []}
        assert not list(files.iterdir())


def school_files() -> dict[str, bytes]:
    """Return an import of some hundred rows of three kinds."""
    users = "".join(f"U{n},u{n},User {n},u{n}@school.test,active\n" for n in range(800))
    courses = "".join(f"C{n},C{n},Course {n},active\n" for n in range(80))
    enrolled = "".join(f"C{n % 80},U{n},student,active\n" for n in range(800))
    return {
        "users.csv": f"user_id,login_id,full_name,email,status\n{users}".encode(),
        "courses.csv": f"course_id,short_name,long_name,status\n{courses}".encode(),
        "enrollments.csv": f"course_id,user_id,role,status\n{enrolled}".encode(),
    }


def send_files(server: Server, files: dict[str, bytes]) -> int:
    name, content, kind = packed(files)
    body, content_type = multipart({}, name, content, kind)
    return int(server.send("POST", IMPORTS, body, {"Content-Type": content_type}).json["id"])


def state_of(home: Path) -> list[tuple[Any, ...]]:
    """Return what a school holds, without times and without which import touched it."""
    with closing(sqlite3.connect(home / "practice.sqlite3")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [
            *db.execute("SELECT sis_source_id, name, workflow_state FROM courses ORDER BY 1"),
            *db.execute("SELECT sis_user_id, unique_id, workflow_state FROM pseudonyms ORDER BY 1, 2"),
            *db.execute("SELECT path, workflow_state FROM communication_channels ORDER BY 1"),
            *db.execute(
                "SELECT courses.sis_source_id, sis_user_id, enrollments.workflow_state FROM enrollments"
                " JOIN course_sections ON course_sections.id = course_section_id"
                " JOIN courses ON courses.id = course_sections.course_id"
                " JOIN pseudonyms ON pseudonyms.user_id = enrollments.user_id ORDER BY 1, 2"
            ),
        ]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker in /proc")
def test_killed_at_any_moment_an_import_can_be_sent_again_to_the_same_end(
    tmp_path: Path, pytestconfig: pytest.Config, tried: Callable[[int], None]
) -> None:
    files = school_files()
    kills = KILLS_IN_A_LONG_RUN if pytestconfig.getoption("--long") else KILLS
    with serving(tmp_path / "home") as server:
        begun = time.monotonic()
        server.wait(send_files(server, files))
        took, undisturbed, ends = time.monotonic() - begun, state_of(server.home), set()
        for moment in range(kills):
            server.send("POST", "/practice/reset", b"")
            killed = send_files(server, files)
            time.sleep(took * (moment + random.random()) / kills)
            os.kill(wait_for(lambda: children(server.process.pid))[0], signal.SIGKILL)
            tried(1)
            ends.add(server.wait(killed)["workflow_state"])
            assert server.wait(send_files(server, files))["workflow_state"] == "imported"
            assert state_of(server.home) == undisturbed
        assert ends <= {"imported", "failed_with_messages"}


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on the size of files")
@pytest.mark.parametrize("name", ["large.csv", "large.zip"])
def test_a_full_disk_refuses_the_upload_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with largest_file(1_000_000), serving(tmp_path / "home") as server:
        answer = server.post_csv(SMALL + "x" * 2_000_000, name)
        assert (answer.status, "disk" in answer.json["errors"][0]["message"]) == (507, True)
        assert server.get(IMPORTS).json == {"sis_imports": []}
        assert not list((server.home / "files").iterdir())
        assert server.run_csv(SMALL)["workflow_state"] == "imported"
