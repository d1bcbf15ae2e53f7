"""The lesson's files with faults, and a table of what a small school has."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.display.tables import Table, show_table
from helpers.errors import FileNotUsable
from helpers.lesson.work_folder import temporary_folder
from helpers.place import DATA

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

BROKEN = DATA / "broken"


def broken_file(name: str) -> Path:
    """Return the file of one case in data/broken, or a zip if the case has several.

    Raises FileNotUsable for a name that is not there.
    """
    files = sorted((BROKEN / name).glob("*.csv"))
    if not files:
        raise FileNotUsable(f"data/broken has no case {name!r}.", "Use one of its folders' names.")
    if len(files) == 1:
        return files[0]
    return Path(shutil.make_archive(str(temporary_folder() / name), "zip", BROKEN / name))


def courses_of_term(client: CanvasClient, term_id: str) -> Table:
    """Return a term's courses with their names, states, and enrollments, deleted ones included.

    Calls: POST /api/v1/accounts/self/reports/sis_export_csv, then GET until it is done
    """
    with tempfile.TemporaryDirectory() as folder:
        export = client.sis_export(Path(folder) / "export", ["courses", "enrollments"], include_deleted=True)
        courses, enrollments = _rows(export / "courses.csv"), _rows(export / "enrollments.csv")
    counted = Counter((row["course_id"], row["status"]) for row in enrollments)
    shown = [
        (course["course_id"], course["long_name"], course["status"], *_counts(counted, course["course_id"]))
        for course in courses
        if course["term_id"] == term_id
    ]
    return show_table(shown, ["course_id", "long_name", "status", "active enrollments", "deleted"])


def _counts(counted: Counter[tuple[str, str]], course_id: str) -> tuple[int, int]:
    return counted[course_id, "active"], counted[course_id, "deleted"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
