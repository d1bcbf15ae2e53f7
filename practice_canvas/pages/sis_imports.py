"""The pages of SIS imports: their history, and one import with counts, messages and files."""

import json
from dataclasses import replace
from typing import Any

from practice_canvas.api.files import file_json
from practice_canvas.pages.causes import Cause, causes
from practice_canvas.pages.view import PER_PAGE, Content, PageNotFoundError, Part, View, number_in
from practice_canvas.states import WORKFLOW_STATES
from practice_canvas.store import files, messages
from practice_canvas.store.reads import sis_imports as imports
from practice_canvas.store.records import Record

# data.counts has these as well; the page shows them with the messages.
MESSAGE_COUNTS = {"error_count", "warning_count"}
SEVERITIES = {"errors": True, "warnings": False}
USES = {"csv": "", "diffed": "the rows that changed", "errors": "all messages"}


def sis_imports(view: View) -> Content:
    """Show the history, newest first."""
    query = view.searched(imports.imports(), "attachments.display_name", "sis_batches.id")
    if (state := view.text("state")) in WORKFLOW_STATES:
        query.equal("sis_batches.workflow_state", state)
    return "sis_imports.html", {
        "imports": view.part(query),
        "state_options": [(state, state) for state in WORKFLOW_STATES],
    }


def sis_import(view: View) -> Content:
    """Show one import."""
    query = imports.imports().equal("sis_batches.id", number_in(view.arguments["id"]))
    found = query.first(view.db)
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
        "total": found["errors_count"] + found["warnings_count"],
        "PER_PAGE": PER_PAGE,
    } | _messages(view, found)


def counted(record: Record) -> dict[str, int]:
    """Return the counts of an import that are not zero, without those of messages."""
    counts = json.loads(record["data"]).get("counts") or {}
    return {kind: count for kind, count in counts.items() if count and kind not in MESSAGE_COUNTS}


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


def _messages(view: View, found: Record) -> dict[str, Any]:
    """Return the messages by cause, or those that are asked for one by one."""
    grouped = causes(view.db, found)
    if like := view.number("like"):
        return {"messages": _of_cause(view, grouped, like)}
    if {"search", "severity"} & view.query.keys():
        query = messages.by_severity(found["id"], failure=SEVERITIES.get(view.text("severity")))
        return {"messages": view.part(view.searched(query, "message", "file"))}
    return {"causes": view.part_of(grouped)}


def _of_cause(view: View, grouped: list[Cause], like: int) -> Part:
    """Return the messages of the cause whose first message has this id."""
    cause = next((each for each in grouped if each.first["id"] == like), None)
    if cause is None:
        raise PageNotFoundError
    part = view.part_of(cause.ids)
    return replace(part, rows=messages.with_ids(part.rows).rows(view.db))
