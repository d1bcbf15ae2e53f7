"""Run an import without a server: write the files, exhaust the engine's generator, return what came out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_canvas.engine.progress import Progress
from practice_canvas.engine.run import run_import
from practice_canvas.store import files, records
from practice_canvas.store.store import Store
from tests.zips import zipped

NOW = "2026-02-03T09:15:00Z"
ADMIN, ROOT = 1, 1


@dataclass(frozen=True)
class Outcome:
    """A finished import: everything it told, its final state and its messages (failure, file, row, text)."""

    id: int
    steps: list[Progress]
    messages: list[tuple[int, str | None, int | None, str]]

    @property
    def state(self) -> str | None:
        return self.steps[-1].workflow_state

    @property
    def data(self) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for step in self.steps:
            merged.update(step.data)
        return merged

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.data.get("counts", {})
        return counts

    @property
    def texts(self) -> list[str]:
        return [message[3] for message in self.messages]


def import_files(store: Store, files: Mapping[str, str | bytes], /, **options: Any) -> Outcome:
    """Import CSV files (several go into a zip) with the given options and commit after each step."""
    return run(store, make_import(store, *pack(files), **options))


def pack(files: Mapping[str, str | bytes]) -> tuple[str, bytes]:
    """Return name and bytes of the upload: the file itself when it is one CSV, else a zip."""
    contents = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    if len(contents) == 1 and next(iter(contents)).lower().endswith(".csv"):
        return next(iter(contents.items()))
    return "sis.zip", zipped(contents)


def make_import(store: Store, name: str, content: bytes, **options: Any) -> int:
    """Store an upload and its import as the server does and return the import's id."""
    path = store.new_file(Path(name).suffix)
    path.write_bytes(content)
    with store.write() as db:
        upload = files.add(store, None, "upload", name, path, NOW)
        return records.insert(
            db,
            "sis_batches",
            {
                "account_id": ROOT,
                "user_id": ADMIN,
                "workflow_state": "importing",
                "options": json.dumps(options),
                "attachment_id": upload,
                "diffing_data_set_identifier": options.get("diffing_data_set_identifier"),
                "diffing_remaster": options.get("diffing_remaster"),
                "created_at": NOW,
                "updated_at": NOW,
            },
        )


def run(store: Store, import_id: int) -> Outcome:
    """Exhaust the engine's generator as the worker does."""
    steps = []
    data: dict[str, Any] = {}
    for step in run_import(store, import_id, NOW):
        steps.append(step)
        data.update(step.data)
        state = {"workflow_state": step.workflow_state} if step.workflow_state else {}
        told = {"progress": step.progress, "data": json.dumps(data), **state}
        records.update(store.db, "sis_batches", import_id, told)
        store.db.commit()
    found = store.db.execute(
        "SELECT failure, file, row, message FROM sis_batch_errors WHERE sis_batch_id = ? ORDER BY id",
        (import_id,),
    )
    return Outcome(import_id, steps, [tuple(row) for row in found])
