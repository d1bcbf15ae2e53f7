"""Files that arrive in three steps: announced with `pre_attachment`, posted without a token, confirmed.

Canvas has this way for large files: the request that creates the import need not wait for the file.
"""

import hmac
import mimetypes
from datetime import UTC, datetime, timedelta
from typing import Any

from practice_canvas import scenarios
from practice_canvas.api import errors
from practice_canvas.api.answer import Answer
from practice_canvas.api.call import Call, Incoming
from practice_canvas.api.files import file_json
from practice_canvas.api.multipart import base_name
from practice_canvas.api.params import to_integer
from practice_canvas.api.routing import Route
from practice_canvas.api.upload import LARGEST_UPLOAD, Upload, receive_form
from practice_canvas.store import records
from practice_canvas.store.records import Record, new_uuid
from practice_canvas.store.store import now
from practice_canvas.store.writes import import_queue

FILE_PART = "file"
TIME_TO_UPLOAD = timedelta(minutes=30)
# What an attachment is until its import may begin: announced, then (only in the scenario) stored.
ANNOUNCED, UNCONFIRMED = "announced", "unconfirmed"


def is_announced(call: Call) -> bool:
    """Return whether the parameters announce a file in place of sending it."""
    return bool(call.params.nested("pre_attachment"))


def announce(call: Call) -> int:
    """Record the file that `pre_attachment` announces, and return its id.

    Raises:
        ApiError: it has no name (400), or is larger than any upload may be (413).
    """
    given = call.params.nested("pre_attachment")
    name, size = given.get("name", "").strip(), to_integer(given.get("size", ""))
    if not name:
        raise errors.unusable_attachment("pre_attachment[name] is missing: the name of the file.")
    if size > LARGEST_UPLOAD:
        raise errors.too_large(LARGEST_UPLOAD)
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    values = {
        "purpose": ANNOUNCED,
        "display_name": base_name(name),
        "content_type": given.get("content_type") or guessed,
        "path": "",
        "size": max(size, 0),
        "uuid": new_uuid(),
        "created_at": now(),
    }
    return records.insert(call.db, "attachments", values)


def pre_attachment_json(call: Call, attachment_id: int) -> dict[str, Any]:
    """Present where and how an announced file is uploaded."""
    record = records.one(call.db, "attachments", attachment_id)
    return {
        "upload_url": f"{call.base_url}/files/{record['id']}/upload?token={record['uuid']}",
        "upload_params": _upload_params(record),
        "file_param": FILE_PART,
        "progress": None,
    }


def _upload_params(record: Record) -> dict[str, str]:
    return {"filename": record["display_name"], "content_type": record["content_type"]}


async def receive(call: Call, incoming: Incoming) -> Answer:
    """POST /files/:id/upload?token=…: store an announced file, to which no access token belongs."""
    record = _expected(call)
    limit = record["size"] or LARGEST_UPLOAD
    path = call.store.new_file()
    upload = await receive_form(incoming.content_type, incoming.chunks, path, limit, FILE_PART)
    try:
        answer: Answer = await incoming.write(lambda writing: _store(writing, upload))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return answer


def _expected(call: Call) -> Record:
    """Return the announced file that the address is for.

    Raises:
        ApiError: there is none (404), it is there already (409), or it comes too late (400).
    """
    record = _addressed(call, "token")
    if record["purpose"] != ANNOUNCED:
        raise errors.conflict("This file has been uploaded already.")
    if datetime.now(UTC) - datetime.fromisoformat(record["created_at"]) > TIME_TO_UPLOAD:
        raise errors.refused("This upload address has expired: create a new import for the file.")
    if _import_of(call, record)["workflow_state"] != "initializing":
        raise errors.refused("The import that this file is for was aborted: create a new one.")
    return record


def _addressed(call: Call, parameter: str) -> Record:
    """Return the attachment of the path if the parameter proves that the caller was given its address."""
    record = records.find(call.db, "attachments", id=call.number("id"))
    given = call.params.get(parameter) or ""
    if record is None or not hmac.compare_digest(record["uuid"].encode(), given.encode()):
        raise errors.not_found()
    return record


def _import_of(call: Call, record: Record) -> Record:
    """Return the import that a file belongs to; other files have no address to upload to."""
    found = records.find(call.db, "sis_batches", attachment_id=record["id"])
    if found is None:
        raise errors.not_found()
    return found


def _store(call: Call, upload: Upload) -> Answer:
    """Check a received file against its announcement, and let its import begin."""
    record = _expected(call)  # it may have been aborted, or have arrived twice, in the meantime
    if upload.name is None:
        raise errors.refused(f"The form has no file part named {FILE_PART}.")
    if not upload.file_is_last:
        raise errors.refused(f"The part {FILE_PART} must be the last one of the form.")
    if missing := _upload_params(record).keys() - dict(upload.fields).keys():
        raise errors.refused(f"The form lacks what upload_params named: {', '.join(sorted(missing))}.")
    size = upload.path.stat().st_size
    if record["size"] not in (0, size):
        raise errors.refused(f"The file has {size} bytes, but {record['size']} were announced.")
    confirming = scenarios.UNCONFIRMED_UPLOAD in call.settings["scenarios"]
    stored = {"path": upload.path.name, "size": size, "purpose": UNCONFIRMED}
    records.update(call.db, "attachments", record["id"], stored)
    location = f"{call.base_url}/api/v1/files/{record['id']}/create_success?uuid={record['uuid']}"
    if confirming:
        return Answer({"location": location}, 303, {"Location": location})
    _begin(call, record)
    return Answer({**_shown(call, record), "location": location}, 201, {"Location": location})


def confirm(call: Call) -> dict[str, Any]:
    """GET /api/v1/files/:id/create_success: complete the upload of a file; only its sender may."""
    record = _addressed(call, "uuid")
    if _import_of(call, record)["user_id"] != call.person.id:
        raise errors.not_allowed()
    if record["purpose"] == ANNOUNCED:
        raise errors.refused("The file of this upload has not arrived yet.")
    if record["purpose"] == UNCONFIRMED:
        _begin(call, record)
    return _shown(call, record)


def _begin(call: Call, record: Record) -> None:
    records.update(call.db, "attachments", record["id"], {"purpose": "upload"})
    import_queue.begin(call.db, _import_of(call, record)["id"], now())
    call.wakes_worker = True


def _shown(call: Call, record: Record) -> dict[str, Any]:
    return file_json(call.base_url, records.one(call.db, "attachments", record["id"]))


ROUTES = (Route("GET", "files/:id/create_success", confirm, writes=True),)
STORAGE = (Route("POST", ":id/upload", receive, receives=True),)
