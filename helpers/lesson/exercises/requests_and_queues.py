"""The exercises of 05 Requests and queues."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.choosing import Choosing
from helpers.lesson.exercise import NotTried, NotYet, Task, need
from practice_canvas import controls
from practice_canvas.service import Practice

HEADER = "course_id,short_name,long_name,status"
WHAT_NEXT = Choosing(
    {
        "fix the request": (
            "401: Invalid access token.",
            "403: user not authorized to perform that action",
            "404: The specified resource does not exist.",
            "422: the option that the text names is not allowed",
        ),
        "wait": (
            "429: Too Many Requests",
            "403: Rate Limit Exceeded",
        ),
        "check the list of imports": (
            "502: an answer to a file that was sent",
            "504: an answer to a file that was sent",
            "The connection broke while the answer to a file was on its way.",
        ),
    },
    3,
    "next_steps",
    "what does Canvas know about the request after this answer",
    "a script that does this sends nothing twice, and waits only when waiting helps.",
)


def incident(practice: Practice, diagnosis: object) -> str:
    """Check the name of the active scenario. Calls: GET /practice/scenarios."""
    need(diagnosis, "diagnosis")
    active, known = controls.active_scenarios(practice), controls.scenarios(practice)
    if not active:
        raise NotTried("no scenario is active: run the cell above that starts one.")
    if diagnosis not in known:
        raise NotYet("diagnosis must be the name of a scenario, as in the table above.")
    if [diagnosis] != active:
        raise NotYet(f"in {diagnosis} you would see something else: {known[str(diagnosis)]}")
    return f"it is {diagnosis}. {known[str(diagnosis)]}"


def make_files(chance: random.Random, folder: Path) -> tuple[str, list[Path], int]:
    """Write three files, one of which deletes every course in it."""
    wrong = chance.randrange(3)
    files = []
    for index in range(3):
        status = "deleted" if index == wrong else "active"
        rows = [f"Q{index}-{row},Q {index}{row},Course {row},{status}" for row in range(4)]
        files.append(folder / f"tonight_{index}.csv")
        files[-1].write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return "Three files, one of which would delete its courses.", files, wrong


def aborted_one(client: CanvasClient, task: Task, queued: Sequence[Any]) -> str:
    """Check that exactly the import of the wrong file is aborted.

    Calls: GET /api/v1/accounts/self/sis_imports/:id
    """
    states = [client.get_sis_import(each.id).workflow_state for each in queued]
    aborted = [index for index, state in enumerate(states) if state == "aborted"]
    if not aborted:
        raise NotTried("all three imports are still waiting.")
    if aborted != [task.answer]:
        also = (
            "the right one is aborted, and so is" if task.answer in aborted else "the wrong one is aborted:"
        )
        other = next(index for index in aborted if index != task.answer)
        raise NotYet(f"{also} import {queued[other].id}. Run the cell that sends the files again.")
    return f"import {queued[task.answer].id} is aborted, and the other two are still waiting."
