"""The terminal against the practice Canvas itself: from one command to a finished import."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import LONGEST_WAIT
from tests.zips import write_zip

DATA = Path(__file__).parents[2] / "data"


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run a command at a practice Canvas of its own, which ends afterwards."""
    home = tmp_path_factory.mktemp("practice")
    environment = {**os.environ, "PRACTICE_CANVAS_HOME": str(home), "PRACTICE_CANVAS_PACE": "immediate"}

    def command(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "helpers.terminal", *map(str, words)]
        return subprocess.run(
            line,
            env={**environment, **more},
            cwd=DATA.parent,
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # one test has the output in another encoding
            timeout=LONGEST_WAIT,
            check=False,
        )

    yield command
    assert command("stop").returncode == 0


def test_the_test_course_arrives(run: Run) -> None:
    result = run("import", DATA / "test_course.csv")
    assert (result.returncode, result.stderr) == (0, "")
    assert "imported 100 %" in result.stdout
    lines = result.stdout.splitlines()
    assert ["courses", "1"] in map(str.split, lines) and len(lines) <= 40


def test_the_whole_sample_school_arrives_without_a_message(run: Run, tmp_path: Path) -> None:
    result = run("import", write_zip(DATA / "sample_school", tmp_path / "school.zip"))
    assert (result.returncode, result.stderr) == (0, "")
    assert ["enrollments", "5,160"] in [line.split() for line in result.stdout.splitlines()]
    assert "warning_count" not in result.stdout


def test_a_faulty_row_is_reported_with_its_cause_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("course_id,short_name,long_name,status\nX1,X,Course X,actve\n", encoding="utf-8")
    result = run("import", file)
    assert result.returncode == 1
    assert "courses.csv, row 2: " in result.stdout
    assert "Fix: " in result.stdout


def test_an_import_that_does_not_exist_is_reported_in_plain_words(run: Run) -> None:
    result = run("status", 999_999)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr


def test_the_practice_canvas_shows_its_address_and_tokens(run: Run) -> None:
    result = run("practice")
    assert result.returncode == 0
    assert "http://127.0.0.1:" in result.stdout
    assert "practice-no-permission-token" in result.stdout


@pytest.mark.parametrize("status", ["active", "actve"], ids=["clean", "with messages"])
def test_a_comparison_reports_no_difference_between_practice_canvases(
    run: Run, tmp_path: Path, status: str
) -> None:
    home = str(tmp_path / "one import only")
    file = tmp_path / "courses.csv"
    file.write_text(f"course_id,short_name,long_name,status\nX1,X,Course X,{status}\n", encoding="utf-8")
    try:
        run("import", file, PRACTICE_CANVAS_HOME=home)
        result = run("compare", PRACTICE_CANVAS_HOME=home)
    finally:
        run("stop", PRACTICE_CANVAS_HOME=home)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    assert "0 differences" in result.stdout
    assert "compared the practice Canvas with itself" in result.stdout.splitlines()[-1]


def test_a_comparison_with_a_token_that_is_refused_reports_that_alone(run: Run) -> None:
    address = re.search(r"127\.0\.0\.1:\d+", run("status").stdout)
    assert address
    result = run("compare", "--domain", address[0], CANVAS_API_TOKEN="practice-expired-token")
    assert result.returncode == 1 and "token" in result.stderr and "differences" not in result.stdout
    assert "Report" not in result.stdout, "there is none"


BROKEN = DATA / "broken" / "one_cause_many_messages"


def test_a_check_without_findings_ends_with_0_and_needs_no_canvas(run: Run) -> None:
    result = run("check", DATA / "test_course.csv")
    assert (result.returncode, result.stderr) == (0, "") and "no problems found" in result.stdout
    assert "Canvas at" not in result.stdout


def test_a_check_finds_in_the_practice_canvas_what_a_file_refers_to(run: Run, tmp_path: Path) -> None:
    assert run("import", DATA / "test_course.csv").returncode == 0
    course = (DATA / "test_course.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    file = tmp_path / "sections.csv"
    for course_id, status in ((course, 0), ("no-such-course", 1)):
        file.write_text(f"section_id,course_id,name,status\nS1,{course_id},S,active\n", encoding="utf-8")
        result = run("check", file, "--domain", "practice")
        assert (result.returncode, result.stderr) == (status, ""), result.stdout
    assert "PRACTICE Canvas at http://127.0.0.1:" in result.stdout and course_id in result.stdout


def test_a_check_shows_the_root_cause_first_and_ends_with_1(run: Run) -> None:
    result = run("check", *sorted(BROKEN.glob("*.csv")))
    assert result.returncode == 1
    assert (
        "sections.csv, row 2, status" in result.stdout and "6 rows of enrollments.csv fail" in result.stdout
    )


def test_a_check_that_cannot_run_ends_with_2(run: Run, tmp_path: Path) -> None:
    result = run("check", DATA / "test_course.csv", tmp_path / "missing.csv")
    assert result.returncode == 2 and "missing.csv" in result.stderr and result.stdout == ""


def test_an_import_is_explained_by_its_id_and_by_its_saved_files(run: Run, tmp_path: Path) -> None:
    sent = run("import", write_zip(BROKEN, tmp_path / "broken.zip"), "--json")
    saved = tmp_path / "sis_import.json"
    saved.write_text(sent.stdout, encoding="utf-8")
    number = json.loads(sent.stdout)["id"]
    for source in (number, saved):
        result = run("explain", source)
        assert result.returncode == 1, result.stderr
        assert "1. Invalid section status (7 messages, 6 of them consequences)" in result.stdout
    assert run("explain", tmp_path / "missing.json").returncode == 2


def test_a_rehearsal_sends_nothing_and_shows_its_messages(run: Run) -> None:
    before = run("status").stdout
    result = run("rehearse", *sorted(BROKEN.glob("*.csv")))
    assert result.returncode == 1, result.stderr
    assert "Nothing was sent." in result.stdout and "Invalid section status" in result.stdout
    assert run("status").stdout == before


def test_a_console_in_an_old_code_page_never_raises(run: Run) -> None:
    result = run("check", DATA / "broken" / "not_utf8", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (1, "") and "0xF6" in result.stdout
