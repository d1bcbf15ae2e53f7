"""The messages of SIS imports: errors and warnings."""

from typing import Any

from practice_canvas.api.call import Call
from practice_canvas.api.pagination import Listing
from practice_canvas.api.routing import Route
from practice_canvas.api.sis_imports import find_import, importing_account
from practice_canvas.store import messages
from practice_canvas.store.records import Record


def message_json(record: Record) -> dict[str, Any]:
    """Present a message."""
    return {
        "sis_import_id": record["sis_batch_id"],
        "file": record["file"],
        "message": record["message"],
        "row": record["row"],
        "row_info": record["row_info"],
    }


def of_import(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/sis_imports/:id/errors."""
    record = find_import(call)
    return _listed(call, record["account_id"], record["id"])


def of_account(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/sis_import_errors."""
    return _listed(call, importing_account(call)["id"], None)


def _listed(call: Call, account_id: int, import_id: int | None) -> Listing:
    query = messages.listed(account_id, import_id, errors_only=call.params.flag("failure"))
    return call.listed(query, message_json, "sis_import_errors")


ROUTES = (
    Route("GET", "accounts/:account/sis_imports/:id/errors", of_import),
    Route("GET", "accounts/:account/sis_import_errors", of_account),
)
