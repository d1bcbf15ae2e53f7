"""The pages of SIS imports: their history, and one import with counts, messages and files."""

import json
from typing import Any

from practice_canvas.api.files import file_json
from practice_canvas.pages.view import Content, PageNotFoundError, View
from practice_canvas.states import WORKFLOW_STATES
from practice_canvas.store import files, messages
from practice_canvas.store.reads import sis_imports as imports
from practice_canvas.store.records import Record
from practice_canvas.store.sql import Query

# data.counts has these as well; the page shows them with the messages.
MESSAGE_COUNTS = {"error_count", "warning_count"}
SEVERITIES = {"errors": True, "warnings": False}
USES = {"csv": "", "diffed": "the rows that changed", "errors": "all messages"}


def sis_imports(view: View) -> Content:
    """Show the history, newest first."""
    query = view.searched(imports.imports(), "attachments.display_name", "sis_batches.id")
    if (state := view.text("state")) in WORKFLOW_STATES:
        query.where("sis_batches.workflow_state = ?", state)
    return "sis_imports.html", {
        "imports": view.part(query),
        "state_options": [(state, state) for state in WORKFLOW_STATES],
    }


def sis_import(view: View) -> Content:
    """Show one import."""
    query = imports.imports().where("sis_batches.id = ?", _requested_id(view))
    found = next(iter(query.rows(view.db, 1)), None)
    if found is None:
        raise PageNotFoundError
    data = json.loads(found["data"])
    return "sis_import.html", {
        "sis_import": found,
        "state": WORKFLOW_STATES[found["workflow_state"]],
        "options": {name: value for name, value in json.loads(found["options"]).items() if value},
        "data": data,
        "statistics": _statistics(data),
        "files": [_file(record) for record in files.of_import(view.db, found["id"])],
        "messages": view.part(_messages(view, found["id"])),
    }


def counted(record: Record) -> dict[str, int]:
    """Return the counts of an import that are not zero, without those of messages."""
    counts = json.loads(record["data"]).get("counts") or {}
    return {kind: count for kind, count in counts.items() if count and kind not in MESSAGE_COUNTS}


def _requested_id(view: View) -> int:
    text = view.arguments["id"]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _statistics(data: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return the numbers of changes that are not zero, by type."""
    types = {name: each for name, each in data.get("statistics", {}).items() if isinstance(each, dict)}
    changes = {name: {what: count for what, count in each.items() if count} for name, each in types.items()}
    return {name: each for name, each in changes.items() if each}


def _file(record: Record) -> dict[str, Any]:
    """Return name, use, size and address (below the practice Canvas's own) of a stored file."""
    return {
        "name": record["display_name"],
        "use": USES[record["purpose"]],
        "size": record["size"],
        "url": file_json("", record)["url"].lstrip("/"),
    }


def _messages(view: View, import_id: int) -> Query:
    failure = SEVERITIES.get(view.text("severity"))
    return view.searched(messages.by_severity(import_id, failure=failure), "message", "file")
