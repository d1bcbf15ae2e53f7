"""Present a SIS import as Canvas does."""

import json
from functools import lru_cache
from typing import Any

from practice_canvas.api.call import Call
from practice_canvas.api.files import file_json
from practice_canvas.api.users import user_json
from practice_canvas.store import files, messages
from practice_canvas.store.reads import users
from practice_canvas.store.records import Record

# The most errors, and the most warnings, in the import itself; the list of errors has all of them.
SHOWN = 24
ECHOED = (
    "batch_mode",
    "batch_mode_term_id",
    "multi_term_batch_mode",
    "override_sis_stickiness",
    "add_sis_stickiness",
    "clear_sis_stickiness",
    "update_sis_id_if_login_claimed",
    "skip_deletes",
    "diffing_data_set_identifier",
    "diffing_remaster",
    "diffing_drop_status",
    "diffing_user_remove_status",
    "change_threshold",
    "diff_row_count_threshold",
)


def sis_import_json(call: Call, record: Record) -> dict[str, Any]:
    """Present a SIS import; messages and files only once it has finished."""
    options = _read(record["options"])
    data = _read(record["data"])
    shown = {
        "id": record["id"],
        "created_at": record["created_at"],
        "started_at": record["started_at"],
        "ended_at": record["ended_at"],
        "updated_at": record["updated_at"],
        "progress": record["progress"],
        "workflow_state": record["workflow_state"],
        "data": data,
        **{name: options.get(name) for name in ECHOED},
        # Canvas reads this from another place than its diff writes, so it is always null.
        "diffed_against_import_id": None,
    }
    if options.get("diffing_data_set_identifier"):
        shown["diffing_threshold_exceeded"] = bool(record["diffing_threshold_exceeded"])
    shown["user"] = user_json(users.user(call.db, record["user_id"]))
    return shown | _files(call, record) | (_messages(call, record) if record["ended_at"] else {})


@lru_cache(maxsize=64)  # whoever polls an import asks for the same again and again
def _read(text: str) -> Any:
    """Return the value of a JSON text; it is shared, so nobody may change it."""
    return json.loads(text)


def _messages(call: Call, record: Record) -> dict[str, Any]:
    """Return processing_errors and processing_warnings, each only if there are any."""
    shown: dict[str, Any] = {}
    for key, failure, counted in (
        ("processing_errors", True, "error_count"),
        ("processing_warnings", False, "warning_count"),
    ):
        found = messages.first(call.db, record["id"], failure=failure, limit=SHOWN + 1)
        if len(found) > SHOWN:
            left = messages.counts(call.db, record["id"])[counted] - SHOWN
            found[SHOWN] = [
                None,
                f"{left} more {'message is' if left == 1 else 'messages are'} not shown here:"
                " get all of them from the list of errors.",
            ]
        if found:
            shown[key] = found
    return shown


def _files(call: Call, record: Record) -> dict[str, Any]:
    """Return the files that the import offers for download."""
    offered = files.of_import(call.db, record["id"])
    by_purpose = {
        purpose: [file_json(call.base_url, file) for file in offered if file["purpose"] == purpose]
        for purpose in ("csv", "diffed", "errors")
    }
    shown: dict[str, Any] = {}
    if by_purpose["csv"]:
        shown["csv_attachments"] = by_purpose["csv"]
    if by_purpose["diffed"]:
        shown["diffed_csv_attachments"] = by_purpose["diffed"]
    if by_purpose["errors"]:
        shown["errors_attachment"] = by_purpose["errors"][-1]
    return shown
