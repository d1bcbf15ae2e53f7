"""The exercises of 02 Import a test file."""

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.choosing import Choosing
from helpers.lesson.exercise import NotYet, brought, ended, require_good

TEST_NAME = "Test Course for SIS Imports"
GO_ON_OR_STOP = Choosing(
    {
        "go on": (
            '{"id": 6670997, "workflow_state": "created"}',
            '{"id": 6670998, "workflow_state": "initializing"}',
            '{"id": 412, "workflow_state": "created"}',
        ),
        "stop": (
            '{"id": null, "workflow_state": "created"}',
            '{"workflow_state": "created"}',
            '{"id": 6670999, "workflow_state": "failed"}',
            '{"id": 6671000, "workflow_state": "aborted"}',
            '{"id": 6671001, "created_at": "2026-09-01T02:00:00Z", "workflow_state": "failed"}',
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
