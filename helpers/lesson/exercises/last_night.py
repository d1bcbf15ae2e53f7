"""The case at the end of 07 Automate: a school whose import of last night went wrong in three ways."""

import csv
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercise import NotYet, Task, ended, need, record, require_good
from helpers.place import DATA

SCHOOL = DATA / "small_school" / "monday"
WAYS = 3
PEOPLE_OF_A_COURSE = 4
# File → its possible faults: what a text is replaced by, everywhere or in one of the rows.
EVERYWHERE: dict[str, tuple[tuple[str, str], ...]] = {
    "users.csv": ((",", ";"), ("user_id", "userid")),
}
IN_ONE_ROW: dict[str, tuple[tuple[str, str], ...]] = {
    "courses.csv": ((",active", ",running"), ("-spring", "_spring")),
    "sections.csv": ((",active", ",open"), (",active", ",actve")),
    "enrollments.csv": ((",student", ",pupil"), (",active", ",enrolled")),
}


def make(chance: random.Random, folder: Path) -> tuple[str, Path, dict[str, Any]]:
    """Write the files of last night: a school with IDs of its own, three files with a fault each."""
    number = chance.randrange(1000, 9999)
    night = folder / f"last_night_{number}"
    night.mkdir(parents=True, exist_ok=True)
    faulty = sorted(chance.sample([*EVERYWHERE, *IN_ONE_ROW], WAYS))
    for file in sorted(SCHOOL.glob("*.csv")):
        text = _renumbered(file.read_text(encoding="utf-8"), number)
        (night / file.name).write_text(
            _broken(chance, file.name, text) if file.name in faulty else text, encoding="utf-8"
        )
    courses = [f"{name}-{number}" for name in ("ART-110", "BIO-101", "GEO-201", "MUS-120")]
    text = f"{night.name}: the files of last night. Three of them have a fault."
    return text, night, {"faulty": faulty, "courses": courses, "term": f"{number}-spring"}


def _renumbered(text: str, number: int) -> str:
    """Give a school IDs and logins that no earlier case has used."""
    text = text.replace("-28", f"-{number}").replace("2028-spring", f"{number}-spring")
    for login in [row["login_id"] for row in csv.DictReader(text.splitlines()) if "login_id" in row]:
        text = text.replace(f",{login},", f",{login}.{number},")
    return text.replace("0280", str(number))


def _broken(chance: random.Random, name: str, text: str) -> str:
    if name in EVERYWHERE:
        return text.replace(*chance.choice(EVERYWHERE[name]))
    old, new = chance.choice(IN_ONE_ROW[name])
    header, *rows = text.splitlines()
    at = chance.choice([index for index, row in enumerate(rows) if old in row])
    rows[at] = rows[at].replace(old, new)
    return "\n".join([header, *rows]) + "\n"


def found(task: Task, faulty: Iterable[str] | None) -> str:
    """Check the names of the files that have a fault."""
    need(faulty, "faulty")
    given = {faulty} if isinstance(faulty, str) else {str(each) for each in faulty or ()}
    right = set(task.answer["faulty"])
    if wrong := sorted(given - right):
        raise NotYet(f"{wrong[0]} is not the name of a file with a fault of its own.")
    if missing := len(right - given):
        raise NotYet(f"{'one more file has' if missing == 1 else f'{missing} more files have'} a fault.")
    return f"{', '.join(sorted(right))}: these are the three files to repair."


def proved(client: CanvasClient, task: Task, second: object) -> str:
    """Check that the import that was sent again ended well, and that the whole school is in Canvas.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id, GET
    /api/v1/courses/:id/enrollments
    """
    sis_import = ended(client, second, "second")
    require_good(sis_import)
    for course_id in task.answer["courses"]:
        course = record(client, "course", course_id)
        if course is None:
            raise NotYet(f"Canvas has no course {course_id}.")
        term = client.get(f"courses/{course['id']}", **{"include[]": "term"})["term"]
        if term.get("sis_term_id") != task.answer["term"]:
            raise NotYet(
                f"the course {course_id} is in the term {term['name']}; its row names a different term."
            )
        people = len(client.get(f"courses/{course['id']}/enrollments"))
        if people != PEOPLE_OF_A_COURSE:
            raise NotYet(f"the course {course_id} has {people} of its {PEOPLE_OF_A_COURSE} enrollments.")
    return f"import {sis_import.id} is imported, and all four courses have their term and their people."
