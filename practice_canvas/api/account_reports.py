"""Account reports: request one, such as the SIS export, see its progress, get its file, delete it.

Source: Canvas's account reports API [known]: a report has a `status` (created, running, complete, error) and,
once complete, an `attachment` whose `url` holds the file.
"""

import json
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call, existing
from practice_canvas.api.files import file_json
from practice_canvas.api.pagination import Listing
from practice_canvas.api.params import is_true
from practice_canvas.api.routing import Route
from practice_canvas.store import records
from practice_canvas.store.reads import sis_ids
from practice_canvas.store.reads.report_types import REPORTS
from practice_canvas.store.records import Record
from practice_canvas.store.store import now
from practice_canvas.store.writes import account_reports

FLAGS = {
    "created_by_sis": "Only objects that a SIS import created or changed.",
    "include_deleted": "Include deleted objects.",
}
TERM = "enrollment_term_id"


def report_json(call: Call, record: Record) -> dict[str, Any]:
    """Present a report."""
    shown = {
        "id": record["id"],
        "report": record["report"],
        "status": record["workflow_state"],
        "progress": record["progress"],
        "message": record["message"],
        "parameters": json.loads(record["parameters"]),
        "created_at": record["created_at"],
        "started_at": record["started_at"],
        "ended_at": record["ended_at"],
        "file_url": None,
    }
    file = records.find(call.db, "attachments", id=record["attachment_id"])
    if record["attachment_id"] is None or file is None:
        return shown
    attachment = file_json(call.base_url, file)
    return {**shown, "file_url": attachment["url"], "attachment": attachment}


def available(call: Call) -> list[dict[str, Any]]:
    """GET /api/v1/accounts/:account/reports: list the available reports."""
    find_account(call)
    return [_type_json(call, name) for name in REPORTS]


def _type_json(call: Call, name: str) -> dict[str, Any]:
    last = account_reports.listed(name).rows(call.db, 1)
    described = {**_flags(name), TERM: "Only objects of this term."}
    return {
        "report": name,
        "title": REPORTS[name].title,
        "parameters": {flag: {"required": False, "description": text} for flag, text in described.items()},
        "last_run": report_json(call, last[0]) if last else None,
    }


def _flags(name: str) -> dict[str, str]:
    """Return what can be turned on in a report, with descriptions."""
    files = REPORTS[name].files if REPORTS[name].chosen else ()
    return {**{file: f"Write {file}.csv." for file in files}, **FLAGS}


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/reports/:report: list the runs of a report, newest first."""
    _check(call)
    return call.listed(
        account_reports.listed(call.arguments["report"]), lambda record: report_json(call, record)
    )


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/reports/:report/:id."""
    return report_json(call, _find(call))


def _find(call: Call) -> Record:
    _check(call)
    where = {"id": call.number("id"), "report": call.arguments["report"]}
    return existing(records.find(call.db, "account_reports", **where))


def create(call: Call) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/reports/:report: start a report."""
    account = _check(call)
    report_id = account_reports.create(
        call.db,
        account_id=account["id"],
        user_id=call.person.id,
        report=call.arguments["report"],
        parameters=_parameters(call),
        now=now(),
    )
    call.wakes_worker = True
    return report_json(call, records.find(call.db, "account_reports", id=report_id) or {})


def destroy(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/accounts/:account/reports/:report/:id."""
    record = _find(call)
    account_reports.change(call.db, record["id"], {"workflow_state": "deleted"})
    return report_json(call, records.one(call.db, "account_reports", record["id"]))


def _check(call: Call) -> Record:
    """Return the account, which must be the root account: it owns the SIS IDs."""
    account = find_account(call)
    if call.arguments["report"] not in REPORTS:
        raise errors.not_found()
    if account["parent_account_id"] is not None:
        raise errors.bad_request(
            "The practice Canvas exports only the root account, and this is a sub-account."
        )
    return account


def _parameters(call: Call) -> dict[str, Any]:
    given = call.params.nested("parameters")
    chosen: dict[str, Any] = {
        name: is_true(given[name]) for name in _flags(call.arguments["report"]) if name in given
    }
    if term := given.get(TERM, "").strip():
        found = sis_ids.find(call.db, "term", term, call.person.id)
        if found is None:
            raise errors.invalid(TERM, f"There is no term {term}.")
        chosen[TERM] = found["id"]
    return chosen


ROUTES = (
    Route("GET", "accounts/:account/reports", available),
    Route("GET", "accounts/:account/reports/:report", index),
    Route("POST", "accounts/:account/reports/:report", create, writes=True),
    Route("GET", "accounts/:account/reports/:report/:id", show),
    Route("DELETE", "accounts/:account/reports/:report/:id", destroy, writes=True),
)
