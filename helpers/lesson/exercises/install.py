"""The exercises of 01 Install cURL."""

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercise import NotYet, Task, need

NOTHING_ARRIVED = "no token reached Canvas: the header is missing, or its colon is."
NOT_KNOWN = "Canvas does not know that token: leave out the angle brackets, and put one space after Bearer."
# Words of Canvas's answer or of the practice Canvas's, in lower case → what the person did.
REFUSALS = {
    "user authorization required": NOTHING_ARRIVED,
    "needs an access token": NOTHING_ARRIVED,
    "expired": "that token is past its end date; use {practice.token}.",
    "invalid access token": NOT_KNOWN,
    "access token is unknown": NOT_KNOWN,
    "does not exist": "the address is not that of users/self; use {address} as it is.",
}
HEADER = '-H "Authorization: Bearer $CANVAS_API_TOKEN"'
FORM = "-F attachment=@test_course.csv"
ADDRESS = "https://school.test.instructure.com/api/v1/accounts/self/sis_imports"
# The word to answer with → what is replaced in the right command, and by what.
COMMAND_FAULTS = {
    "colon": ("Authorization:", "Authorization"),
    "brackets": ("$CANVAS_API_TOKEN", "<$CANVAS_API_TOKEN>"),
    "at sign": ("=@", "="),
    "address": ("sis_imports", "sis_import"),
    "bearer": ("Bearer ", ""),
}


def identified(client: CanvasClient, answer: Iterable[str] | None) -> str:
    """Check that the lines that cURL printed name the owner of the client's token.

    Calls: GET /api/v1/users/self
    """
    need(answer, "answer")
    text = answer if isinstance(answer, str) else "\n".join(answer or ())
    _, brace, rest = text.partition("{")
    if not text.strip():
        raise NotYet("cURL printed nothing: it did not reach Canvas. Check the address and the quotes.")
    if not brace:
        raise NotYet("cURL printed no JSON; read what it printed instead: print(answer).")
    try:
        found, _ = json.JSONDecoder().raw_decode(brace + rest)
    except ValueError:
        raise NotYet("what cURL printed is not complete JSON.") from None
    for words, meaning in REFUSALS.items():
        if "id" not in found and words in text.lower():
            raise NotYet(meaning)
    me = client.get_self()
    if "id" not in found:
        raise NotYet("Canvas answered, but not with a person; read the answer: print(answer).")
    if found["id"] != me["id"]:
        raise NotYet(f"that token belongs to {found.get('name', 'somebody else')}, not to {me['name']}.")
    return f"Canvas knows you as {me['name']}."


def make_command(chance: random.Random, folder: Path) -> tuple[str, str, str]:
    """Write the import command with one fault."""
    fault = chance.choice(sorted(COMMAND_FAULTS))
    command = f"curl {HEADER} {FORM} {ADDRESS}".replace(*COMMAND_FAULTS[fault])
    return f"{command}\n\nWhat is wrong: {', '.join(COMMAND_FAULTS)}?", command, fault


def command_fault(task: Task, fault: Any) -> str:
    """Check the name of the fault in the command."""
    need(fault, "fault")
    if fault not in COMMAND_FAULTS:
        raise NotYet(f"fault must be one of these words: {', '.join(COMMAND_FAULTS)}.")
    if fault != task.answer:
        raise NotYet(f"that part of the command is right: {fault}.")
    return f"it is the {fault}; this command would not have imported anything."
