"""Progress objects: how far restore_states or a change of many courses has come."""

from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.records import Record
from practice_canvas.store.writes import progresses

CONTEXTS = {progresses.TAG: "SisBatch", progresses.COURSES: "Account"}


def progress_json(base_url: str, record: Record) -> dict[str, Any]:
    """Present a Progress."""
    return {
        "id": record["id"],
        "context_id": record["context_id"],
        "context_type": CONTEXTS[record["tag"]],
        "user_id": None,
        "tag": record["tag"],
        "completion": record["completion"],
        "workflow_state": record["workflow_state"],
        "message": record["message"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "url": f"{base_url}/api/v1/progress/{record['id']}",
    }


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/progress/:id."""
    record = records.find(call.db, "progresses", id=call.number("id"))
    if record is None:
        raise errors.not_found()
    call.require_admin()
    return progress_json(call.base_url, record)


ROUTES = (Route("GET", "progress/:id", show),)
