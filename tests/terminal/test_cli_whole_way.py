"""The terminal against the practice Canvas itself: from one command to a finished import."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import LONGEST_WAIT

DATA = Path(__file__).parents[2] / "data"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run a command at a practice Canvas of its own, which ends afterwards."""
    home = tmp_path_factory.mktemp("practice")
    environment = {**os.environ, "PRACTICE_CANVAS_HOME": str(home), "PRACTICE_CANVAS_PACE": "immediate"}

    def command(*words: object) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "helpers.terminal.cli", *map(str, words)]
        return subprocess.run(
            line,
            env=environment,
            cwd=DATA.parent,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_WAIT,
            check=False,
        )

    yield command
    assert command("stop").returncode == 0


def test_the_test_course_arrives(run: Run) -> None:
    result = run("import", DATA / "test_course.csv")
    assert (result.returncode, result.stderr) == (0, "")
    assert "imported 100 %" in result.stdout
    assert '"courses": 1' in result.stdout


def test_the_whole_sample_school_arrives_without_a_message(run: Run, tmp_path: Path) -> None:
    school = tmp_path / "school.zip"
    with zipfile.ZipFile(school, "w") as archive:
        for path in sorted((DATA / "sample_school").glob("*.csv")):
            archive.write(path, path.name)
    result = run("import", school)
    assert (result.returncode, result.stderr) == (0, "")
    assert '"enrollments": 5160' in result.stdout
    assert '"warning_count": 0' in result.stdout


def test_a_faulty_row_is_told_with_its_cause_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("course_id,short_name,long_name,status\nX1,X,Course X,actve\n", encoding="utf-8")
    result = run("import", file)
    assert result.returncode == 1
    assert "warning: courses.csv row 2: " in result.stdout
    assert "Do:  " in result.stdout


def test_an_import_that_does_not_exist_is_told_in_plain_words(run: Run) -> None:
    result = run("status", 999_999)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr


def test_the_practice_canvas_shows_its_address_and_tokens(run: Run) -> None:
    result = run("practice")
    assert result.returncode == 0
    assert "http://127.0.0.1:" in result.stdout
    assert "practice-no-permission-token" in result.stdout


def test_a_comparison_reports_no_difference_between_practice_canvases(run: Run) -> None:
    result = run("compare")
    assert (result.returncode, result.stderr) == (0, "")
    assert "0 differences" in result.stdout
