"""What one run of an import has to work on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_canvas.store import records
from practice_canvas.store.store import Store


@dataclass(frozen=True)
class ImportJob:
    """One SIS import to run.

    Args:
        id: its id.
        root_account_id: whose school it changes.
        user_id: who started it.
        upload: the stored file.
        upload_name: the name it was sent under; its extension decides what is done with it.
        options: the parameters as Canvas echoes them (`batch_mode`, `batch_mode_term_id`, …).
        now: the time of the run, ISO 8601 UTC.
    """

    id: int
    root_account_id: int
    user_id: int
    upload: Path
    upload_name: str
    options: Mapping[str, Any]
    now: str


def find_job(store: Store, import_id: int, now: str) -> ImportJob:
    """Return the stored import as a job.

    Raises:
        LookupError: there is no such import, or it has no upload.
    """
    found = records.find(store.db, "sis_batches", id=import_id)
    upload = records.find(store.db, "attachments", id=found["attachment_id"]) if found else None
    if found is None or upload is None:
        raise LookupError(f"SIS import {import_id} is not there or has no upload")
    return ImportJob(
        import_id,
        found["account_id"],
        found["user_id"],
        store.files / upload["path"],
        upload["display_name"],
        json.loads(found["options"]),
        now,
    )
