"""Do what the browser does with an upload button, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from helpers.widgets.upload_field import UploadField
from helpers.widgets.uploads import Uploads
from tests.waiting import LONGEST_WAIT

CHANGED = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def announce(source: Uploads | UploadField, size: int | None = None, /, **files: str) -> None:
    """Say that files were selected; `size` is that of each, if its text does not show it."""
    field = source._field if isinstance(source, Uploads) else source
    field._announcement.files = [
        {
            "name": name,
            "type": "",
            "size": size or len(text),
            "last_modified": CHANGED.timestamp() * 1000,
            "content": {},
        }
        for name, text in files.items()
    ]


def deliver(field: UploadField, **files: str) -> None:
    """Send the content of files."""
    field.button.value = tuple(_content(name, text) for name, text in files.items())


def upload(uploads: Uploads, **files: str) -> None:
    """Select files that arrive."""
    field = uploads._field
    announce(field, **files)
    deliver(field, **files)


def answer(uploads: Uploads, field: UploadField | None = None) -> None:
    """Wait until all pings are sent, and answer the last."""
    assert uploads._pinging and uploads._pinging.join(LONGEST_WAIT), "the pings have no end"
    (field or uploads._field)._pings[-1].answered = True


def fail_to_read(source: Uploads | UploadField) -> None:
    """Say that the browser could not read what was selected."""
    field = source._field if isinstance(source, Uploads) else source
    field._unreadable.set_state({})


def _content(name: str, text: str) -> dict[str, Any]:
    content = text.encode()
    return {
        "name": name,
        "type": "",
        "size": len(content),
        "content": memoryview(content),
        "last_modified": CHANGED,
    }
