"""Save and restore snapshots of the school: /practice/snapshots."""

import re
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import snapshots


def index(call: Call) -> list[dict[str, Any]]:
    """GET /practice/snapshots: names and times, newest first."""
    return [{"name": name, "created_at": made} for name, made in snapshots.saved(call.store)]


def save(call: Call) -> list[dict[str, Any]]:
    """POST /practice/snapshots/:name: save the school, replacing a snapshot with the same name."""
    if sis_imports.any_active(call.db):
        raise errors.bad_request("An import is waiting or running: save the snapshot when it has finished.")
    snapshots.save(call.store, _name(call))
    return index(call)


def restore(call: Call) -> list[dict[str, Any]]:
    """POST /practice/snapshots/:name/restore: restore the school; settings do not change."""
    name = _name(call)
    if name not in dict(snapshots.saved(call.store)):
        raise errors.not_found()
    snapshots.restore(call.store, name)
    call.wakes_worker = True
    return index(call)


def delete(call: Call) -> list[dict[str, Any]]:
    """DELETE /practice/snapshots/:name."""
    snapshots.delete(call.store, _name(call))
    return index(call)


def _name(call: Call) -> str:
    name = call.arguments["name"]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise errors.invalid("name", "A snapshot name can have only letters, digits, - and _ (at most 64)")
    return name


ROUTES = (
    Route("GET", "snapshots", index),
    Route("POST", "snapshots/:name", save, writes=True),
    Route("DELETE", "snapshots/:name", delete, writes=True),
    Route("POST", "snapshots/:name/restore", restore, writes=True),
)
