"""The exercises of 03 Check the import's status."""

import random
from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercise import NotTried, NotYet, Task, brought, ended, need, require_good

HEADER = "course_id,short_name,long_name,status"
ROWS = 12
FAULTS = ("running", "actve", "open", "yes")  # Canvas takes whatever begins with a status


def fixed_row(client: CanvasClient, fixed: object) -> str:
    """Check that this import brought both courses.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, fixed, "fixed")
    require_good(sis_import)
    for course_id in ("TC-003", "TC-004"):
        brought(client, sis_import, "course", course_id)
    return f"import {sis_import.id} ended as imported, with TC-003 and TC-004."


def make_file(chance: random.Random, folder: Path) -> tuple[str, Path, int]:
    """Write a file of courses, one of which has a status that there is not."""
    bad, number = chance.randrange(ROWS), chance.randrange(1000, 9999)
    lines = [HEADER]
    for index in range(ROWS):
        status = chance.choice(FAULTS) if index == bad else "active"
        lines.append(f"F-{number}-{index},F {index},Course {index},{status}")
    file = folder / f"many_courses_{number}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{file.name}: {ROWS} courses, one with a fault.", file, bad + 2


def found_row(client: CanvasClient, task: Task, bad_row: object) -> str:
    """Check the number of the row that Canvas skipped."""
    need(bad_row, "bad_row")
    if not str(bad_row).isdecimal():
        raise NotYet("bad_row must be a number.")
    if int(str(bad_row)) in (task.answer - 1, task.answer - 2):
        raise NotYet("you are close: the header is row 1, so the first course is row 2.")
    if int(str(bad_row)) != task.answer:
        raise NotYet("that row is fine. Send the file, and read its messages.")
    return f"row {task.answer} has the fault."


def flawed_import(client: CanvasClient, flawed_id: object) -> str:
    """Check the ID of the latest import with messages. Calls: GET /api/v1/accounts/self/sis_imports."""
    need(flawed_id, "flawed_id")
    found = client.list_sis_imports(limit=1, workflow_state="imported_with_messages")
    if not found:
        raise NotTried("no import has ended with messages yet: run the cells above first.")
    if str(getattr(flawed_id, "id", flawed_id)).strip() != str(found[0].id):
        raise NotYet("that is not the id of the latest import that ended as imported_with_messages.")
    return f"import {found[0].id} is the latest one that ended with messages."
