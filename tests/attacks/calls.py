"""Every call that a server can answer, each of the requests it makes, and the proper answers."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from helpers.client.canvas_client import CanvasClient
from helpers.client.request_plans import get_sis_import, list_sis_imports
from helpers.client.school_ids import server_ids
from helpers.client.shapes import compare
from helpers.messages import explain_import
from helpers.rehearsal.roles_and_providers import read_roles_and_providers
from helpers.rehearsal.series import fetch_base
from helpers.repair.restore import abort, restore, restore_preview
from helpers.watching.batch_windows import windows
from helpers.widgets.token_check import check_token
from tests.attacks.faulty_server import Asked, Proper

IMPORT = {
    "id": 1,
    "workflow_state": "imported",
    "progress": 100,
    "created_at": "2026-03-02T08:00:00Z",
    "started_at": "2026-03-02T08:00:01Z",
    "ended_at": "2026-03-02T08:00:09Z",
    "batch_mode": None,
    "data": {
        "import_type": "instructure_csv",
        "supplied_batches": ["course"],
        "counts": {"courses": 1, "users": 0},
        "statistics": {"Course": {"created": 1}, "total_state_changes": 1},
    },
    "processing_warnings": [["courses.csv", "a row was skipped"]],
    "processing_errors": [[None, "the archive is damaged"]],
    "errors_attachment": {"url": "/file", "filename": "errors.csv"},
    "csv_attachments": [{"url": "/file", "display_name": "courses.csv", "size": 33}],
    "diffing_data_set_identifier": "sis",
    "user": {"id": 5, "name": "Ada"},
}
MESSAGE = {"sis_import_id": 1, "file": "courses.csv", "message": "bad status", "row": 3, "row_info": "C1,x"}
LIMIT = 100  # bytes
CSV = b"course_id,short_name\nC1,Biology\n"

ANSWERS: dict[str, object] = {
    "GET /api/v1/users/self": {"id": 5, "name": "Ada"},
    "GET /api/v1/accounts/self": {"id": 1, "name": "School"},
    "GET /api/v1/accounts/self/sis_imports": {"sis_imports": [IMPORT]},
    "GET /api/v1/accounts/self/sis_imports/1": IMPORT,
    "GET /api/v1/accounts/self/sis_imports/1/errors": {"sis_import_errors": [MESSAGE]},
    "GET /api/v1/accounts/self/sis_import_errors": {"sis_import_errors": [MESSAGE]},
    "GET /api/v1/accounts/self/sis_imports/importing": {"sis_imports": []},
    "PUT /api/v1/accounts/self/sis_imports/1/abort": IMPORT | {"workflow_state": "aborted"},
    "PUT /api/v1/accounts/self/sis_imports/abort_all_pending": {"aborted": True},
    "PUT /api/v1/accounts/self/sis_imports/1/restore_states": {"id": 9, "workflow_state": "queued"},
    "POST /api/v1/accounts/self/reports/sis_export_csv": {"id": 7, "status": "running", "progress": 3},
    "GET /api/v1/accounts/self/reports/sis_export_csv/7": {
        "id": 7,
        "status": "complete",
        "attachment": {"url": "/file"},
    },
    "GET /api/v1/accounts/self/roles": [
        {"id": 3, "role": "Tutor", "base_role_type": "TaEnrollment", "workflow_state": "active"}
    ],
    "GET /api/v1/accounts/self/authentication_providers": [{"id": 4, "auth_type": "saml"}],
    "GET /api/v1/progress/9": {"id": 9, "workflow_state": "completed"},
    "GET /api/v1/accounts/self/terms/7": {"id": 7, "name": "Fall"},
    "GET /api/v1/courses/1": {"id": 1, "name": "Biology"},
    "PUT /api/v1/courses/1": {"id": 1, "name": "Botany"},
    "GET /api/v1/accounts/self/courses": [
        {"id": 1, "name": "Biology", "sis_course_id": "C1", "term": {"sis_term_id": "T1"}}
    ],
    "GET /confirm": {"id": 3},
}


def proper(asked: Asked, url: str) -> Proper:
    """Return the proper answer of a Canvas at this address."""
    path = asked.target.partition("?")[0]
    if path == "/file":
        return Proper(CSV, headers="Content-Type: text/csv\r\n")
    if path == "/upload":
        return Proper({}, "201 Created", f"Location: {url}/confirm\r\n")
    if asked.method == "POST" and path.endswith("sis_imports.json"):
        created: dict[str, object] = IMPORT | {"workflow_state": "created"}
        target = {
            "upload_url": f"{url}/upload",
            "upload_params": {"filename": "a.csv", "key": "k"},
            "file_param": "file",
        }
        return Proper(created | ({"pre_attachment": target} if "pre_attachment" in asked.target else {}))
    return Proper(ANSWERS.get(f"{asked.method} {path}", {}))


class Call(NamedTuple):
    """One call, and which of its requests (a pattern of `METHOD target`) is answered wrongly."""

    where: str
    run: Callable[[CanvasClient, Path], object]


def small(folder: Path) -> Path:
    """Return a CSV file that goes in one request."""
    file = folder / "courses.csv"
    file.write_bytes(CSV)
    return file


def new_folder(folder: Path) -> Path:
    """Return a folder that is not there yet."""
    return folder / str(len(list(folder.iterdir())))


def large(folder: Path) -> Path:
    """Return a CSV file that goes in three requests, where LIMIT is the most that goes in one."""
    file = folder / "large.csv"
    file.write_bytes(CSV * LIMIT)
    return file


CALLS = {
    "get_sis_import": Call("GET .*/1$", lambda client, _: client.get_sis_import(1)),
    "create_sis_import": Call("^POST", lambda client, folder: client.create_sis_import(small(folder))),
    "create_sis_import, its check before": Call(
        r"GET .*sis_imports\?", lambda client, folder: client.create_sis_import(small(folder))
    ),
    "create_sis_import, the name of the term": Call(
        "terms/7",
        lambda client, folder: client.create_sis_import(
            small(folder), batch_mode=True, batch_mode_term_id="7", waive="rehearsal"
        ),
    ),
    "create_sis_import, announcing": Call(
        "sis_imports.json", lambda client, folder: client.create_sis_import(large(folder))
    ),
    "create_sis_import, uploading": Call(
        "^POST /upload", lambda client, folder: client.create_sis_import(large(folder))
    ),
    "create_sis_import, confirming": Call(
        "confirm", lambda client, folder: client.create_sis_import(large(folder))
    ),
    "follow": Call("", lambda client, _: list(client.follow(1, first=0.01, deadline=0.2))),
    "wait_for": Call("", lambda client, _: client.wait_for(1, deadline=0.2)),
    "list_sis_imports": Call("", lambda client, _: client.list_sis_imports()),
    "importing_sis_imports": Call("", lambda client, _: client.importing_sis_imports()),
    "abort_sis_import": Call("", lambda client, _: client.abort_sis_import(1)),
    "abort_all_pending": Call("", lambda client, _: client.abort_all_pending()),
    "restore_states": Call("", lambda client, _: client.restore_states(1)),
    "list_sis_import_errors": Call("", lambda client, _: client.list_sis_import_errors(1)),
    "get_self": Call("", lambda client, _: client.get_self()),
    "get_account": Call("", lambda client, _: client.get_account()),
    "get": Call("", lambda client, _: client.get("accounts/self/courses")),
    "update": Call("", lambda client, _: client.update("courses/1", course={"name": "Botany"})),
    "send": Call("", lambda client, _: client.send(get_sis_import(1))),
    "answer": Call("", lambda client, _: client.answer(get_sis_import(1))),
    "pages": Call("", lambda client, _: list(client.pages(list_sis_imports()))),
    "download": Call("", lambda client, _: client.download("/file")),
    "download to a file": Call("", lambda client, folder: client.download("/file", folder / "got.csv")),
    "sis_export, starting": Call(
        "^POST", lambda client, folder: client.sis_export(folder / "out", ["courses"])
    ),
    "sis_export, waiting": Call(
        "csv/7", lambda client, folder: client.sis_export(folder / "out", ["courses"])
    ),
    "sis_export, fetching": Call(
        "file", lambda client, folder: client.sis_export(folder / "out", ["courses"])
    ),
    "sis_export, fetching an archive": Call(
        "file", lambda client, folder: client.sis_export(folder / "out", ["courses", "users"])
    ),
    "explain_import": Call("/1$", lambda client, _: str(explain_import(1, client=client))),
    "explain_import, its messages": Call("/errors", lambda client, _: str(explain_import(1, client=client))),
    "server_ids": Call("", lambda client, _: server_ids(client).objects("course")),
    "compare": Call("", lambda client, _: compare(client.answer, client.answer).report()),
    "check_token": Call("", lambda client, _: str(check_token(client))),
    "restore": Call("", lambda client, _: restore(client, 1, sleep=lambda _: None, deadline=20)),
    "restore_preview": Call("", lambda client, _: str(restore_preview(client.get_sis_import(1)))),
    "abort": Call("", lambda client, _: str(abort(client, 1))),
    "windows": Call("", lambda client, _: windows(client.list_sis_imports())),
    "fetch_base": Call("", lambda client, folder: fetch_base(client, "sis", new_folder(folder))),
    "read_roles_and_providers": Call("", lambda client, _: read_roles_and_providers(client)),
    "server_ids, one": Call("", lambda client, _: server_ids(client).has("course", "C1")),
}
