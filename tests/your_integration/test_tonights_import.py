"""Tests of a real integration: the script that sends tonight's CSV files, run as cron runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from practice_canvas.testing import PracticeCanvas

SCRIPT = Path("data/scripts/nightly_import.py").resolve()
COURSES = "course_id,short_name,long_name,status\n"
SUCCESS, ACT, STOPPED = 0, 1, 2


class Tonight:
    """An outbox with one file, and the script that sends it."""

    def __init__(self, canvas: PracticeCanvas, folder: Path, rows: str) -> None:
        self.canvas, self.folder = canvas, folder
        (folder / "outbox").mkdir()
        (folder / "outbox" / "courses.csv").write_text(COURSES + rows, encoding="utf-8")

    def run(self) -> int:
        """Run the script and return its exit status."""
        folders = [self.folder / "outbox", self.folder / "archive"]
        place = {"CANVAS_DOMAIN": self.canvas.url, "CANVAS_API_TOKEN": self.canvas.token}
        return subprocess.run([sys.executable, SCRIPT, *folders], env={**os.environ, **place}).returncode

    def files_waiting(self) -> list[str]:
        """The files that are still in the outbox."""
        return [file.name for file in (self.folder / "outbox").iterdir()]


def course_name(canvas: PracticeCanvas, sis_id: str) -> str:
    """Ask Canvas for a course."""
    request = Request(f"{canvas.url}/api/v1/courses/sis_course_id:{sis_id}")
    request.add_header("Authorization", f"Bearer {canvas.token}")
    with urlopen(request) as answer:
        return str(json.load(answer)["name"])


def test_a_good_file_becomes_a_course(practice_canvas: PracticeCanvas, tmp_path: Path) -> None:
    tonight = Tonight(practice_canvas, tmp_path, "N1,N 1,Night School,active\n")
    assert tonight.run() == SUCCESS
    assert course_name(practice_canvas, "N1") == "Night School"
    assert tonight.files_waiting() == []


def test_a_bad_row_makes_somebody_look(practice_canvas: PracticeCanvas, tmp_path: Path) -> None:
    practice_canvas.load_school()
    tonight = Tonight(practice_canvas, tmp_path, "N1,N 1,Night School,running\n")
    assert tonight.run() == ACT


def test_while_the_token_is_expired_no_file_is_lost(practice_canvas: PracticeCanvas, tmp_path: Path) -> None:
    tonight = Tonight(practice_canvas, tmp_path, "N1,N 1,Night School,active\n")
    practice_canvas.scenario("expired_token")
    assert tonight.run() == STOPPED
    assert tonight.files_waiting() == ["courses.csv"]
    practice_canvas.end_scenarios()
    assert tonight.run() == SUCCESS
