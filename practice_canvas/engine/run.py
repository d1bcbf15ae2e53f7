"""Run one SIS import: a generator that does one chunk of work and then reports how far it is.

Whoever drives it commits after each `Progress`, so a chunk's rows, its messages and the import's progress are
stored together, and an abort between two chunks leaves whole chunks.
"""

import json
import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from itertools import groupby
from math import ceil
from pathlib import Path, PurePosixPath
from typing import Any

from practice_canvas.engine.batch_mode import Cleanup
from practice_canvas.engine.diffing import Diff, Differ
from practice_canvas.engine.importer import Importer, ImportOptions, Run
from practice_canvas.engine.importers import IMPORTERS
from practice_canvas.engine.messages import MessageLog, write_errors_attachment
from practice_canvas.engine.offered_files import attach
from practice_canvas.engine.progress import Progress
from practice_canvas.engine.rows import chunks
from practice_canvas.engine.statistics import statistics
from practice_canvas.engine.upload import CsvFile, SuppliedFile, csv_files, find_upload, recognize_files
from practice_canvas.sis_csv.archives import UnreadableArchive
from practice_canvas.sis_csv.kinds import COUNT_KEYS
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.store import Store
from practice_canvas.store.writes import data_sets, roll_back_data

SMALL = 50  # an import of at most so many rows, counting one for itself, runs in one go
CHUNKS = 49  # of a large import; with twice as many, it takes a tenth longer
MOST_STEPS = 2 * CHUNKS  # with more chunks than that, as of many small files, several are one step
MOST_OFFERED = 100  # files to download: an import's JSON lists them all, whenever somebody polls
# Of a chunk. Canvas makes no more than 1,000 rows of it; so few would cost a third more with a million rows.
FEWEST_ROWS, MOST_ROWS = 100, 20_000


def run_import(store: Store, import_id: int, now: str) -> Generator[Progress, None, None]:
    """Apply an import chunk by chunk.

    Args:
        store: the worker's connection; the caller commits after each yield and rolls back when this raises.
        import_id: which import.
        now: the time of the run, ISO 8601 UTC.

    Yields:
        Progress after each chunk; the last one has a terminal `workflow_state`.
    """
    messages = MessageLog(store, import_id, now)
    run = _run(store, import_id, now, messages)
    steps = _Steps(run, messages)
    with _folder(store) as folder:
        try:
            files = csv_files(run.upload, folder, messages)
        except UnreadableArchive as why:
            messages.error(None, f"{run.upload.name} was not imported: {why}.")
        else:
            supplied = recognize_files(files, folder, messages)
            diff = Differ(run, folder).diff(files, supplied)
            yield steps.begin(diff.files, **_offer(run, files, diff))
            yield from steps.import_files(diff.files)
            if run.parameters.get("batch_mode"):
                yield from steps.clean_up(diff.files)
    yield steps.end()


def _run(store: Store, import_id: int, now: str, messages: MessageLog) -> Run:
    upload = find_upload(store, import_id)
    record = sis_imports.find(store.db, import_id)
    assert record is not None, "it has an upload"  # noqa: S101
    parameters = json.loads(record["options"])
    options = ImportOptions(**{each.name: bool(parameters.get(each.name)) for each in fields(ImportOptions)})
    return Run(
        store, import_id, record["user_id"], record["account_id"], now, upload, parameters, options, messages
    )


def _offer(run: Run, files: Sequence[CsvFile], diff: Diff) -> dict[str, Any]:
    """Offer the files for download and return what the import's data say about them."""
    store, import_id = run.store, run.import_id
    offered = attach(store, import_id, "csv", files[:MOST_OFFERED], run.now)
    data: dict[str, Any] = {"downloadable_attachment_ids": offered}
    if diff.exceeded:
        data_sets.record_threshold_exceeded(store.db, import_id)
    if diff.against is not None:
        data["diffed_against_sis_batch_id"] = diff.against
        generated = diff.generated[:MOST_OFFERED]
        data["diffed_attachment_ids"] = attach(store, import_id, "diffed", generated, run.now)
    return data


@contextmanager
def _folder(store: Store) -> Iterator[Path]:
    """Provide an empty folder; remove first what a killed import left behind."""
    folder = store.home / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rows_per_chunk(rows: int) -> int:
    """Return the size of the chunks of an import with so many rows."""
    return min(max(ceil(rows / CHUNKS), FEWEST_ROWS), MOST_ROWS)


class _Steps:
    """The steps of a run, each with how far the import then is."""

    def __init__(self, run: Run, messages: MessageLog) -> None:
        self.run, self.messages = run, messages
        self.completed: list[str] = []
        self.aborted = False
        self.small = True
        self.chunk_rows = MOST_ROWS
        self.chunks_to_do = 1
        self.chunks_done = 0
        self.chunks_per_step = 1

    def begin(self, supplied: Sequence[SuppliedFile], **data: Any) -> Progress:
        """Plan the chunks; the import's data then list the supplied kinds."""
        rows = sum(file.rows for file in supplied)
        self.small = rows + 1 <= SMALL
        self.chunk_rows = rows_per_chunk(rows)
        self.chunks_to_do = max(sum(ceil(file.rows / self.chunk_rows) for file in supplied), 1)
        self.chunks_per_step = ceil(self.chunks_to_do / MOST_STEPS)
        self.run.counts.update(dict.fromkeys(COUNT_KEYS, 0))
        kinds = list(dict.fromkeys(file.kind for file in supplied))
        return self.progress(supplied_batches=kinds, running_immediately=self.small, **data)

    def import_files(self, supplied: Sequence[SuppliedFile]) -> Iterator[Progress]:
        """Run kind by kind, and inside a kind file by file; a small import names a kind once per file."""
        for kind, files in groupby(supplied, key=lambda file: file.kind):
            same_kind = list(files)
            importer = IMPORTERS[kind](self.run)
            for file in same_kind:
                yield from self._import_file(importer, file)
            importer.finish()
            self.completed += [kind] * (len(same_kind) if self.small else 1)
            yield self.progress()

    def _import_file(self, importer: Importer, file: SuppliedFile) -> Iterator[Progress]:
        name = file.name if self.small else PurePosixPath(file.name).name
        for chunk in chunks(file.path, name, self.chunk_rows):
            importer.import_rows(chunk)
            self.chunks_done += 1
            if self.chunks_done % self.chunks_per_step == 0 or len(chunk.lines) == self.chunk_rows:
                yield self.progress()
        importer.finish_file()

    def clean_up(self, supplied: Sequence[SuppliedFile]) -> Iterator[Progress]:
        """Delete what batch mode finds left out; beyond the threshold the import ends aborted instead."""
        cleanup = Cleanup(self.run, {file.kind for file in supplied})
        if refusal := cleanup.refusal():
            self.aborted = True
            self.messages.warn(None, refusal)
            return
        for percent in cleanup.steps():
            yield replace(self.progress(), progress=percent, workflow_state="cleanup_batch")

    def progress(self, **data: Any) -> Progress:
        """Store what the chunk left behind and report how far the import is."""
        self._flush()
        progress = {"counts": dict(self.run.counts), "completed_importers": list(self.completed)}
        return Progress(
            self._percent(), data={**progress, **data}, steps_left=self.chunks_to_do - self.chunks_done
        )

    def end(self) -> Progress:
        """Give the final state, counts and statistics."""
        self._flush()
        write_errors_attachment(self.run.store, self.run.import_id, self.run.now)
        counts = {
            **self.run.counts,
            "error_count": self.messages.errors,
            "warning_count": self.messages.warnings,
        }
        changes = statistics(roll_back_data.tally(self.run.store.db, self.run.import_id))
        state = self._state()
        return Progress(
            self._percent() if state == "failed_with_messages" else 100,
            state,
            {"counts": counts, "completed_importers": self.completed, "statistics": changes},
        )

    def _state(self) -> str:
        if self.aborted:
            return "aborted"
        if self.messages.errors:
            return "failed_with_messages"
        return "imported_with_messages" if self.messages.warnings else "imported"

    def _percent(self) -> int:
        return 0 if self.small else min(100 * self.chunks_done // self.chunks_to_do, 99)

    def _flush(self) -> None:
        self.messages.flush()
        self.run.store_state_changes()
