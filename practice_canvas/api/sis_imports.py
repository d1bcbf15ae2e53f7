"""SIS imports: start, list, show, abort and restore."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from practice_canvas.api import access, errors
from practice_canvas.api import sis_import_options as options_of
from practice_canvas.api.bodies import LARGEST_FORM
from practice_canvas.api.call import Call, Incoming, existing
from practice_canvas.api.file_uploads import announce, is_announced, pre_attachment_json
from practice_canvas.api.pagination import Listing
from practice_canvas.api.params import parse_form
from practice_canvas.api.progress import progress_json
from practice_canvas.api.routing import Route
from practice_canvas.api.sis_import_json import sis_import_json
from practice_canvas.api.upload import Upload, receive_form, receive_raw
from practice_canvas.api.values import read_time
from practice_canvas.states import WORKFLOW_STATES, workflow_state
from practice_canvas.store import files, records
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.records import Record
from practice_canvas.store.store import now
from practice_canvas.store.writes import import_queue, progresses

# Content-Type of a raw body → file extension; anything else is treated as a zip.
RAW_KINDS = {"application/zip": "zip", "text/csv": "csv", "text/plain": "csv", "text/xml": "xml"}
RESTORE_OPTIONS = ("batch_mode", "undelete_only", "unconclude_only")


def importing_account(call: Call) -> Record:
    """Return the root account that the path names, after all access checks in Canvas's order."""
    if call.arguments["account"] == "site_admin":
        raise errors.not_allowed()
    account = existing(call.find("account", "account"))
    if account["parent_account_id"] is not None:
        raise errors.not_root_account()
    if not call.settings["allow_sis_import"]:
        raise errors.imports_not_enabled()
    call.require_admin()
    return account


def find_import(call: Call) -> Record:
    """Return the SIS import that the path names."""
    account = importing_account(call)
    record = sis_imports.find(call.db, call.number("id"))
    if record is None or record["account_id"] != account["id"]:
        raise errors.not_found()
    return record


def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/sis_imports/:id."""
    return sis_import_json(call, find_import(call))


def index(call: Call) -> Listing:
    """GET /api/v1/accounts/:account/sis_imports."""
    query = sis_imports.listed(importing_account(call)["id"])
    for name, condition in sis_imports.DATES.items():
        if moment := read_time(call.params.get(name) or ""):
            query.where(condition, moment)
    if states := call.params.chosen("workflow_state", WORKFLOW_STATES):
        query.where_in("workflow_state", states)
    return call.listed(query, lambda record: sis_import_json(call, record), "sis_imports")


def importing(call: Call) -> dict[str, Any]:
    """GET /api/v1/accounts/:account/sis_imports/importing."""
    running = sis_imports.importing(call.db, importing_account(call)["id"])
    return {"sis_imports": [sis_import_json(call, record) for record in running]}


async def create(call: Call, incoming: Incoming) -> dict[str, Any]:
    """POST /api/v1/accounts/:account/sis_imports: store the file and queue the import.

    With pre_attachment, the import waits for a file that is uploaded in a request of its own.
    """
    importing_account(call)
    upload = await _receive(call, incoming)
    try:
        shown: dict[str, Any] = await incoming.write(lambda writing: _store(writing, upload))
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    return shown


async def _receive(call: Call, incoming: Incoming) -> Upload:
    """Store the body as a file, whichever of the three ways it is sent."""
    kind, _, more = incoming.content_type.partition(";")
    kind, path = kind.strip().lower(), call.store.new_file()
    if kind == "multipart/form-data":
        upload = await receive_form(incoming.content_type, incoming.chunks, path)
        if upload.name is None:
            raise errors.no_attachment()
        call.params.add_form(upload.fields)
        if is_announced(call):
            upload.path.unlink()
            raise errors.unusable_attachment("Send attachment or pre_attachment, not both.")
        return upload
    extension = call.params.filled("extension")
    charset = re.search(r"""charset=["']?([^"';\s]+)""", more, re.IGNORECASE)
    if extension is None and charset and charset[1].lower() != "utf-8":
        raise errors.not_utf8()
    extension = re.sub(r"\W", "", extension or RAW_KINDS.get(kind, "zip"))
    upload = await receive_raw(f"sis_import.{extension}", kind, incoming.chunks, path)
    if kind == "application/json":
        call.params.add_form(_announcement(path))
    return upload


def _announcement(path: Path) -> list[tuple[str, str]]:
    """Return the parameters of a JSON body that announces a file; any other raw body is the file itself."""
    if path.stat().st_size > LARGEST_FORM:
        return []
    try:
        fields = parse_form("application/json", path.read_bytes())
    except ValueError:
        return []
    return fields if any(name.startswith("pre_attachment[") for name, _ in fields) else []


def _store(call: Call, upload: Upload) -> dict[str, Any]:
    """Make the import of a received file, unless its parameters are refused."""
    if not upload.path.exists():
        raise errors.bad_request("The practice Canvas was reset during the upload: send the file again.")
    params = call.params
    if other := params.filled("as_user_id"):  # a form brings it only now
        call.person = access.acting_as(call.store, call.person, other)
        importing_account(call)
    if (params.filled("import_type") or "instructure_csv") != "instructure_csv":
        raise ValueError(f"unknown import_type {params.get('import_type')!r}")
    term_id = options_of.batch_mode_term(params, call.db, call.person.id)
    options_of.check_identifier(params)
    options = options_of.import_options(params, term_id)
    refusal = options_of.refusal(params, options)
    moment = now()
    attachment_id, waits = None, is_announced(call)
    if refusal is None and waits:
        attachment_id = announce(call)
    elif refusal is None:
        attachment_id = files.add(call.store, None, "upload", upload.name or "", upload.path, moment)
    import_id = import_queue.create(
        call.db,
        account_id=call.find("account", "account")["id"],
        user_id=call.person.id,
        options=options,
        attachment_id=attachment_id,
        has_file=refusal is None and not waits,
        now=moment,
    )
    if waits:
        upload.path.unlink(missing_ok=True)  # it held no more than the announcement
    if refusal is not None:
        call.commit_anyway()
        raise refusal
    call.wakes_worker = not waits
    shown = sis_import_json(call, sis_imports.find(call.db, import_id) or {})
    if waits and attachment_id:
        shown["pre_attachment"] = pre_attachment_json(call, attachment_id)
    return shown


def abort(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/sis_imports/:id/abort."""
    record = find_import(call)
    pause = timedelta(seconds=call.settings["seconds_to_wait_after_abort"])
    others_wait_until = (datetime.now(UTC) + pause).isoformat()
    if not import_queue.abort(call.db, record["id"], now=now(), others_wait_until=others_wait_until):
        raise errors.not_found()
    call.wakes_worker = True
    return sis_import_json(call, find_import(call))


def abort_all_pending(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/sis_imports/abort_all_pending."""
    import_queue.abort_all_pending(call.db, importing_account(call)["id"], now())
    call.wakes_worker = True
    return {"aborted": True}


def restore_states(call: Call) -> dict[str, Any]:
    """PUT /api/v1/accounts/:account/sis_imports/:id/restore_states."""
    record = find_import(call)
    options = {name: call.params.flag(name) for name in RESTORE_OPTIONS}
    if options["undelete_only"] and options["unconclude_only"]:
        raise errors.ApiError(400, "undelete_only and unconclude_only cannot be combined")
    if not workflow_state(record["workflow_state"]).terminal:
        raise errors.bad_request("This import has not finished: there is nothing to restore yet.")
    progress_id = progresses.create(call.db, record["id"], options, now())
    call.wakes_worker = True
    return progress_json(call.base_url, records.find(call.db, "progresses", id=progress_id) or {})


ROUTES = (
    Route("GET", "accounts/:account/sis_imports", index),
    Route("POST", "accounts/:account/sis_imports", create, receives=True),
    Route("GET", "accounts/:account/sis_imports/importing", importing),
    Route("PUT", "accounts/:account/sis_imports/abort_all_pending", abort_all_pending, writes=True),
    Route("GET", "accounts/:account/sis_imports/:id", show),
    Route("PUT", "accounts/:account/sis_imports/:id/abort", abort, writes=True),
    Route("PUT", "accounts/:account/sis_imports/:id/restore_states", restore_states, writes=True),
)
