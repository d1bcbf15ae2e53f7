"""The exercises of 06 Full batch and diffing."""

import random
from pathlib import Path
from zipfile import ZipFile

from helpers.client.canvas_client import CanvasClient
from helpers.display.text import plural
from helpers.lesson.exercise import NotYet, Task, ended, need, record, require_good
from helpers.place import DATA

MONDAY = DATA / "small_school" / "monday"
COURSES = ("ART-110-28", "BIO-101-28", "GEO-201-28", "MUS-120-28")


def make_export(chance: random.Random, folder: Path) -> tuple[str, Path, str]:
    """Zip Monday's files without one course and what belongs to it."""
    lost = chance.choice(COURSES)
    package = folder / "incomplete.zip"
    with ZipFile(package, "w") as archive:
        for file in sorted(MONDAY.glob("*.csv")):
            lines = file.read_text(encoding="utf-8").splitlines()
            archive.writestr(file.name, "\n".join(line for line in lines if lost not in line) + "\n")
    return f"{package.name}: Monday's school, and something is missing.", package, lost


def lost_course(task: Task, lost: object) -> str:
    """Check the SIS ID of the course that a full batch would remove."""
    need(lost, "lost")
    answer = str(lost).strip()
    if answer.startswith(task.answer) and answer != task.answer:
        raise NotYet("that is the course's section; name the course.")
    if answer not in COURSES:
        raise NotYet("lost must be the SIS ID of a course of the school, such as ART-110-28.")
    if answer != task.answer:
        raise NotYet(f"{answer} is in the package, so it would stay.")
    return f"a full batch with this package would delete {task.answer}, and nothing was sent."


def undone_accident(client: CanvasClient, accident: object, restored: object) -> str:
    """Check that all four courses are back.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    need(restored, "restored")
    sis_import = ended(client, accident, "accident")
    gone = [course for course in COURSES if record(client, "course", course) is None]
    if gone:
        raise NotYet(f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} still deleted.")
    if not sis_import.workflow_state.endswith("restored"):
        raise NotYet(f"import {sis_import.id} is {sis_import.workflow_state}: restore what it deleted.")
    return f"all four courses are back, and import {sis_import.id} is {sis_import.workflow_state}."


def removed_only(client: CanvasClient, result: object) -> str:
    """Check that an import was a full batch that removed the first course and no other.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, result, "result")
    name, removed = f"import {sis_import.id}", sis_import.counts.get("batch_courses_deleted", 0)
    if not sis_import.raw.get("batch_mode"):
        raise NotYet(f"{name} was not a full batch: it removed nothing that its files leave out.")
    require_good(sis_import)
    if removed != 1 or record(client, "course", COURSES[0]) is not None:
        raise NotYet(f"{name} removed {plural(removed, 'course')}; the one to remove is {COURSES[0]}.")
    return f"{name} was a full batch, and it removed {COURSES[0]} alone."
