"""Stored files: how they are shown, and downloading them with the verifier in their address."""

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_canvas.api import errors
from practice_canvas.api.params import to_id
from practice_canvas.store import records
from practice_canvas.store.records import Record
from practice_canvas.store.store import Store


@dataclass(frozen=True)
class Download:
    """A stored file to be sent."""

    path: Path
    name: str
    content_type: str


def file_json(base_url: str, record: Record) -> dict[str, Any]:
    """Present a stored file."""
    address = f"{base_url}/files/{record['id']}/download?download_frd=1&verifier={record['uuid']}"
    return {
        "id": record["id"],
        "uuid": record["uuid"],
        "folder_id": None,
        "display_name": record["display_name"],
        "filename": record["display_name"],
        "upload_status": "success",
        "content-type": record["content_type"],
        "url": address,
        "size": record["size"],
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
        "modified_at": record["created_at"],
        "unlock_at": None,
        "locked": False,
        "hidden": False,
        "lock_at": None,
        "hidden_for_user": False,
        "thumbnail_url": None,
        "mime_class": "file",
        "media_entry_id": None,
        "category": "uncategorized",
        "locked_for_user": False,
    }


def find_download(store: Store, file_id: str, verifier: str) -> Download:
    """Return the file of a download address: GET /files/:id/download?verifier=….

    Raises:
        ApiError: there is no such file, or the verifier is not its own (404).
    """
    number = to_id(file_id)
    record = None if number is None else records.find(store.db, "attachments", id=number)
    if record is None or not hmac.compare_digest(record["uuid"].encode(), verifier.encode()):
        raise errors.not_found()
    path = store.files / record["path"]
    if not path.is_file():
        raise errors.not_found()
    return Download(path, record["display_name"], record["content_type"])
