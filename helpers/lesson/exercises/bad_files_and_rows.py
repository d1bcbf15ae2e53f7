"""The exercises of 04 Bad files and rows."""

import random
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercise import NotYet, Task, brought, ended, need, record, require_good

PEOPLE = ("Åsa Lind", "José Peña", "Chloë Dupont", "Jürgen Weiß", "Zoë Novák")
# What spreadsheets and export programs do to a file: from the right text to its bytes.
FILE_FAULTS: dict[str, Callable[[str], bytes]] = {
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "title line": lambda text: f"Users of tonight\n{text}".encode(),
    "sep line": lambda text: f"sep=,\n{text}".encode(),
}
STATUSES = ("open", "actve", "running")
SECTIONS = "ABCDE"


def fixed_separators(client: CanvasClient, result: object) -> str:
    """Check that this import brought GEO-201.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, result, "result")
    require_good(sis_import)
    brought(client, sis_import, "course", "GEO-201")
    return f"import {sis_import.id} ended as imported, with GEO-201."


def make_file(chance: random.Random, folder: Path) -> tuple[str, Path, dict[str, str]]:
    """Write a users file with one fault for which Canvas rejects the whole file."""
    number = chance.randrange(1000, 9999)
    people = {f"R{number}-{index}": name for index, name in enumerate(PEOPLE)}
    lines = ["user_id,login_id,full_name,status"]
    lines += [f"{user_id},{user_id.lower()},{name},active" for user_id, name in people.items()]
    file = folder / f"users_{number}.csv"
    file.write_bytes(FILE_FAULTS[chance.choice(sorted(FILE_FAULTS))]("\n".join(lines) + "\n"))
    return f"{file.name}: {len(people)} users in a file that Canvas would reject.", file, people


def repaired_file(client: CanvasClient, task: Task, repaired: object) -> str:
    """Check that an import brought every user, with the names as they were.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/users/sis_user_id::sis_id
    """
    sis_import = ended(client, repaired, "repaired")
    require_good(sis_import)
    for user_id, name in task.answer.items():
        found = record(client, "user", user_id)
        if found is None:
            raise NotYet(
                f"Canvas has no user {user_id}: a row was lost in the repair, or this is another file."
            )
        if found["name"] != name:
            raise NotYet(f"the user {user_id} is called {found['name']} in Canvas, and {name} in the file.")
    return f"import {sis_import.id} brought all {len(task.answer)} users, with their names as they were."


def make_package(chance: random.Random, folder: Path) -> tuple[str, Path, str]:
    """Write a package in which one section's status makes its enrollments fail as well."""
    number, bad = chance.randrange(1000, 9999), chance.choice(SECTIONS)
    sections = {f"C{number}-{letter}": "active" for letter in SECTIONS}
    sections[f"C{number}-{bad}"] = chance.choice(STATUSES)
    users = [f"U{number}-{index}" for index in range(4)]
    files = {
        "courses": [f"C{number},C {number},Root Causes,active"],
        "sections": [f"{each},C{number},Section,{status}" for each, status in sections.items()],
        "users": [f"{each},{each.lower()},Student {each},active" for each in users],
        "enrollments": [f"C{number},{each},{user},student,active" for each in sections for user in users],
    }
    headers = {
        "courses": "course_id,short_name,long_name,status",
        "sections": "section_id,course_id,name,status",
        "users": "user_id,login_id,full_name,status",
        "enrollments": "course_id,section_id,user_id,role,status",
    }
    package = folder / f"root_cause_{number}.zip"
    with ZipFile(package, "w") as archive:
        for kind, rows in files.items():
            archive.writestr(f"{kind}.csv", "\n".join([headers[kind], *rows]) + "\n")
    return (
        f"{package.name}: five sections and twenty enrollments, one wrong word.",
        package,
        f"C{number}-{bad}",
    )


def root_cause(task: Task, cause: object) -> str:
    """Check the SIS ID of the section whose row causes all messages."""
    need(cause, "cause")
    answer = str(cause).strip()
    if answer.startswith("U"):
        raise NotYet("that user is fine: the enrollments fail because of something before them.")
    if answer == task.answer.partition("-")[0]:
        raise NotYet("the course is fine: find the section's ID.")
    if answer != task.answer:
        raise NotYet("that is not the section whose own row has the fault.")
    return f"{task.answer} has the wrong status, and its four enrollments only follow from it."
