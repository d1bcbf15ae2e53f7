"""What the tests of results and repair share: clients, files, imports that have ended, saved files."""

import json
from pathlib import Path
from typing import Any

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.models import ImportMessage, SisImport
from helpers.client.polling import follow
from tests.practice_server import Server
from tests.waiting import LONGEST_WAIT
from tests.zips import zipped

COURSES = "course_id,short_name,long_name,status\nC1,C1,Course,active\nC2,,Course,active\n"
SECTIONS = "section_id,course_id,name,status\nS1,C1,A,active\nS2,C2,B,active\nS9,C9,C,active\n"
USERS = (
    "user_id,login_id,full_name,status,password\n"
    "U1,u1,One,active,secret-word-1\nU2,,Two,active,secret-word-2\n"
)
ENROLLMENTS = (
    "section_id,user_id,role,status\nS1,U1,student,active\nS2,U1,student,active\nS9,U1,student,active\n"
    "S1,U2,student,active\nS1,U77,student,active\nS1,U1,tutor,active\n"
)
TERM = {
    "courses.csv": COURSES,
    "sections.csv": SECTIONS,
    "users.csv": USERS,
    "enrollments.csv": ENROLLMENTS,
}


def client_of(server: Server) -> CanvasClient:
    client = CanvasClient(Connection(server.url, server.token), retries=0)
    client.waive("last_import", "rehearsal")
    return client


def packed(folder: Path, files: dict[str, str | bytes], name: str = "term.zip") -> Path:
    """Pack files into a zip."""
    (folder / name).write_bytes(zipped(files))
    return folder / name


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def ended(client: CanvasClient, file: Path, **options: Any) -> SisImport:
    """Send a file and return the import when it has ended."""
    return finished(client, client.create_sis_import(file, **options))


def finished(client: CanvasClient, sent: SisImport) -> SisImport:
    """Wait for the end of an import and return it as it is then."""
    *_, last = follow(lambda: client.get_sis_import(sent.id), first=0.02, longest=0.2, deadline=LONGEST_WAIT)
    assert last.sis_import
    return last.sis_import


def import_json(warnings: list[list[str | None]] | None = None, **more: Any) -> dict[str, Any]:
    """Return what Canvas answers about import 412."""
    listed = warnings or []
    counts = {"courses": 1, "error_count": 0, "warning_count": len(listed)}
    data = {"import_type": "instructure_csv", "counts": counts, "supplied_batches": ["course"]}
    shown = {
        "id": 412,
        "workflow_state": "imported_with_messages" if listed else "imported",
        "progress": 100,
        "created_at": "2026-02-03T09:15:00Z",
        "ended_at": "2026-02-03T09:15:04Z",
        "data": data,
    }
    return {**shown, **({"processing_warnings": listed} if listed else {}), **more}


def saved_json(folder: Path, raw: Any) -> Path:
    return written(folder, raw if isinstance(raw, str) else json.dumps(raw), "import.json")


def warning(text: str, row: int | None = 2, file: str | None = "courses.csv") -> ImportMessage:
    return ImportMessage(412, file, text, row, "warning")
