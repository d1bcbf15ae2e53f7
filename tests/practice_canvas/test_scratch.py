"""A scratch Canvas: fresh or a copy, at work at once, and gone with whoever started it."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from practice_canvas.scratch import scratch
from practice_canvas.service import Practice, PracticeCanvasFault
from tests.practice_server import HELD, IMPORTS, REPOSITORY, Server, serving
from tests.waiting import LONGEST_WAIT, wait_for

HEADER = "course_id,short_name,long_name,status\n"


def read(practice: Practice, path: str) -> object:
    request = urllib.request.Request(practice.url + path)
    request.add_header("Authorization", f"Bearer {practice.token}")
    with urllib.request.urlopen(request, timeout=LONGEST_WAIT) as answer:
        return json.load(answer)


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/practice/health", timeout=LONGEST_WAIT).close()
    except OSError:
        return False
    return True


def test_it_begins_empty_and_leaves_nothing_behind() -> None:
    with scratch() as practice:
        assert read(practice, "/api/v1/accounts/self/courses") == []
        assert practice.home and practice.home.is_dir() and answers(practice.url)
    assert not answers(practice.url) and not practice.home.parent.exists()


def test_it_ends_with_a_starter_that_is_killed() -> None:
    code = (
        "from practice_canvas.scratch import scratch\n"
        "with scratch() as practice:\n    print(practice.url, flush=True)\n    input()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    url = starter.stdout.readline().strip()
    assert answers(url)
    starter.kill()
    starter.communicate()
    wait_for(lambda: not answers(url))


def test_a_copy_has_the_school_and_its_own_life(canvas: Server) -> None:
    canvas.run_csv(HEADER + "A,A,A,active\n")
    with scratch(copy_of=canvas.home) as practice:
        assert practice.home
        there = Server(practice.url, practice.token, practice.home, canvas.process)
        assert there.run_csv(HEADER + "B,B,B,active\n")["workflow_state"] == "imported"
        names = [course["sis_course_id"] for course in there.get("/api/v1/accounts/self/courses").json]
        assert sorted(names) == ["A", "B"]
    assert [c["sis_course_id"] for c in canvas.get("/api/v1/accounts/self/courses").json] == ["A"]


def test_a_copy_first_does_what_waits_or_runs_and_brings_no_trouble_along(tmp_path: Path) -> None:
    with serving(tmp_path / "slow", pace=HELD) as slow:
        for name in "AB":
            slow.post_csv(HEADER + f"{name},{name},{name},active\n")
        slow.wait(1, lambda shown: shown["workflow_state"] == "importing")
        slow.send("POST", "/practice/scenarios/stuck_in_created", b"")
        with scratch(copy_of=slow.home) as practice:
            assert practice.home
            there = Server(practice.url, practice.token, practice.home, slow.process)
            assert [there.wait(number)["workflow_state"] for number in (1, 2)] == ["imported"] * 2
        assert slow.get(f"{IMPORTS}/2").json["workflow_state"] == "created"


def test_a_home_that_is_not_one_is_reported(tmp_path: Path) -> None:
    with pytest.raises(PracticeCanvasFault, match="did not start"), scratch(copy_of=tmp_path / "gone"):
        raise AssertionError("it started")
