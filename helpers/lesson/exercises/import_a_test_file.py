"""The exercises of 02 Import a test file."""

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.choosing import Choosing
from helpers.lesson.exercise import Exercise, NotYet, brought, ended, require_good

NOTEBOOK = "02_import_a_test_file"
TEST_NAME = "Test Course for SIS Imports"
GO_ON_OR_STOP = Choosing(
    {
        "go on": (
            '{"id": 6670997, "workflow_state": "created"}',
            '{"id": 6670998, "workflow_state": "initializing"}',
        ),
        "stop": (
            '{"id": null, "workflow_state": "created"}',
            '{"workflow_state": "created"}',
            '{"id": 6670999, "workflow_state": "failed"}',
            '{"id": 6671000, "workflow_state": "aborted"}',
            '{"errors": [{"message": "Invalid access token."}]}',
        ),
    },
    3,
    "decisions",
    "look for id and workflow_state",
    "a script that decides like you loses nothing.",
)


def second_course(client: CanvasClient, sent: object) -> str:
    """Check that this import brought TC-002.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, sent, "sent")
    require_good(sis_import)
    brought(client, sis_import, "course", "TC-002")
    brought(client, sis_import, "course", "TC-001")
    return f"import {sis_import.id} ended as imported, with TC-001 and TC-002."


def renamed_course(client: CanvasClient, renamed: object) -> str:
    """Check that this import gave TC-001 another name.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, GET /api/v1/courses/sis_course_id::sis_id
    """
    sis_import = ended(client, renamed, "renamed")
    require_good(sis_import)
    name = brought(client, sis_import, "course", "TC-001")["name"]
    if name == TEST_NAME:
        raise NotYet("the course TC-001 has its old name: write a new long_name into the row.")
    return f"import {sis_import.id} updated TC-001, which is now called {name}."


EXERCISES = (
    Exercise(
        "go_on_or_stop",
        NOTEBOOK,
        "Go on, or stop?",
        "decide from id and workflow_state whether an import has begun",
        GO_ON_OR_STOP.check,
        (
            "Two things must be right: an id with a number, and the workflow_state of a new import.",
            "A new import is created, or initializing. Everything else means: stop.",
        ),
        GO_ON_OR_STOP.make,
    ),
    Exercise(
        "send_second_course",
        NOTEBOOK,
        "Send a second course",
        "write a courses file with several rows, and send it",
        second_course,
        (
            "The file needs three lines: the header, TC-001, and TC-002. Every line has four values.",
            'The third line is "TC-002,TC 002,My Second Course,active". Then send the file with'
            " client.create_sis_import(), and store what it returns in sent.",
        ),
    ),
    Exercise(
        "rename_course",
        NOTEBOOK,
        "Give a course another name",
        "update what Canvas already has, by its SIS ID",
        renamed_course,
        (
            "The SIS ID stays TC-001: it says which course you mean. Only the value of long_name changes.",
            "Write the header and the one row into a file, send it, and store what create_sis_import()"
            " returns in renamed.",
        ),
    ),
)
