"""The exercises of 07 Automate, and the case at its end."""

from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.choosing import Choosing
from helpers.lesson.exercise import NotTried, NotYet, brought, ended, require_good
from helpers.messages import explain_import
from helpers.messages.explain import UNKNOWN
from helpers.messages.noise import read_noise

CANCELED = "OLD-1"
EXIT_STATUS = Choosing(
    {
        0: ("The import ended as imported, without a message.", "All messages are on the noise list."),
        1: (
            "The import ended as imported_with_messages.",
            "The import ended as failed_with_messages.",
            "The import ended as failed.",
        ),
        2: (
            "The outbox is empty.",
            "The token has expired.",
            "A file is in an old encoding, so Canvas would reject it.",
            "The previous import failed, and a guard holds this one back.",
        ),
    },
    3,
    "statuses",
    "was the import sent, and does somebody have to act",
    "0 means success, 1 means that somebody must act, and 2 means that the script stopped midway.",
)


def ignored_deletes(client: CanvasClient, sent: object) -> str:
    """Check that this import ignored its deleted rows.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, sent, "sent")
    require_good(sis_import)
    if not sis_import.raw.get("skip_deletes"):
        raise NotYet(f"import {sis_import.id} was sent without skip_deletes, so its deleted rows count.")
    brought(client, sis_import, "course", "KEEP-2")
    return f"import {sis_import.id} applied the good row and ignored the deleted one."


def only_noise_is_left(client: CanvasClient, sis_import: object, noise: str | Path) -> str:
    """Check that the noise list names this import's message, and no other.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors
    """
    entries = read_noise(noise)
    if not entries:
        raise NotTried("the noise list is empty.")
    last = ended(client, sis_import, "sis_import")
    report = explain_import(last, noise=noise, client=client)
    if not report.messages:
        raise NotYet(f"import {last.id} ended as {last.workflow_state}, without any message to expect.")
    for each in report.messages:
        text = each.message.message
        if not each.noise:
            raise NotYet(f"the list does not name this message of import {last.id}: {text}")
        another = text.replace(CANCELED, "OLD-2")
        if any(entry.covers(another, each.explanation) for entry in entries):
            raise NotYet("the list is too wide: it would also hide a message about a course OLD-2.")
        if any(entry.covers(text, UNKNOWN) for entry in entries):
            raise NotYet(f"the list is too wide: without a kind, it hides every message about {CANCELED}.")
    return f"all messages of import {last.id} are expected: {report.noise[0].noise}"
