"""Run one SIS import: a generator that does one chunk of work and then tells how far it is.

Whoever drives it commits after each `Progress`, so a chunk's rows, its messages and the import's progress are
stored together, and an abort between two chunks leaves whole chunks.
"""

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
from practice_canvas.engine.importer import Importer, ImportOptions, Progress, Run
from practice_canvas.engine.importers import IMPORTERS
from practice_canvas.engine.job import ImportJob, find_job
from practice_canvas.engine.messages import MessageLog, write_errors_attachment
from practice_canvas.engine.offered_files import attach
from practice_canvas.engine.rows import chunks
from practice_canvas.engine.statistics import statistics
from practice_canvas.engine.upload import CsvFile, SuppliedFile, csv_files, recognize_files
from practice_canvas.sis_csv.archives import UnreadableArchive
from practice_canvas.sis_csv.kinds import COUNT_KEYS
from practice_canvas.store.store import Store
from practice_canvas.store.writes import data_sets, roll_back_data

SMALL = 50  # an import of at most so many rows, counting one for itself, runs in one go
CHUNKS = 99
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
    job = find_job(store, import_id, now)
    work = _Work(store, job)
    with _folder(store) as folder:
        try:
            files = csv_files(job.upload, job.upload_name, folder, work.messages)
        except UnreadableArchive as why:
            work.messages.error(None, f"{job.upload_name} was not imported: {why}.")
        else:
            supplied = recognize_files(files, folder, work.messages)
            diff = Differ(store, job, folder, work.messages).diff(files, supplied)
            yield work.begin(diff.files, **_told(store, job, files, diff))
            yield from work.import_files(diff.files)
            if job.options.get("batch_mode"):
                yield from work.clean_up(diff.files)
    yield work.end()


def _told(store: Store, job: ImportJob, files: Sequence[CsvFile], diff: Diff) -> dict[str, Any]:
    """Keep the files for download and return what the import's data tell of them."""
    data: dict[str, Any] = {
        "downloadable_attachment_ids": attach(store, job.id, "csv", files, job.now),
    }
    if diff.exceeded:
        data_sets.record_threshold_exceeded(store.db, job.id)
    if diff.against is not None:
        data["diffed_against_sis_batch_id"] = diff.against
        data["diffed_attachment_ids"] = attach(store, job.id, "diffed", diff.generated, job.now)
    return data


@contextmanager
def _folder(store: Store) -> Iterator[Path]:
    """Lend an empty folder; what an import that was killed left behind goes first."""
    folder = store.home / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Work:
    """One running import, with what it counts and reports."""

    def __init__(self, store: Store, job: ImportJob) -> None:
        self.store, self.job = store, job
        self.messages = MessageLog(store, job.id, job.now)
        given = {field.name: bool(job.options.get(field.name)) for field in fields(ImportOptions)}
        self.run = Run(
            store, job.id, job.user_id, job.root_account_id, job.now, ImportOptions(**given), self.messages
        )
        self.completed: list[str] = []
        self.aborted = False
        self.small = True
        self.chunk_rows = MOST_ROWS
        self.chunks_to_do = 1
        self.chunks_done = 0

    def begin(self, supplied: Sequence[SuppliedFile], **data: Any) -> Progress:
        """Plan the chunks; the import's data then tell which kinds were supplied."""
        rows = sum(file.rows for file in supplied)
        self.small = rows + 1 <= SMALL
        self.chunk_rows = min(max(ceil(rows / CHUNKS), FEWEST_ROWS), MOST_ROWS)
        self.chunks_to_do = max(sum(ceil(file.rows / self.chunk_rows) for file in supplied), 1)
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
            yield self.progress()
        importer.finish_file()

    def clean_up(self, supplied: Sequence[SuppliedFile]) -> Iterator[Progress]:
        """Delete what batch mode finds left out; beyond the threshold the import ends aborted instead."""
        cleanup = Cleanup(self.run, self.job.options, {file.kind for file in supplied})
        if refusal := cleanup.refusal():
            self.aborted = True
            self.messages.warn(None, refusal)
            return
        for percent in cleanup.steps():
            yield replace(self.progress(), progress=percent, workflow_state="cleanup_batch")

    def progress(self, **data: Any) -> Progress:
        """Store what the chunk left behind and tell how far the import is."""
        self._flush()
        progress = {"counts": dict(self.run.counts), "completed_importers": list(self.completed)}
        return Progress(
            self._percent(), data={**progress, **data}, steps_left=self.chunks_to_do - self.chunks_done
        )

    def end(self) -> Progress:
        """Give the final state, counts and statistics."""
        self._flush()
        write_errors_attachment(self.store, self.job.id, self.job.now)
        counts = {
            **self.run.counts,
            "error_count": self.messages.errors,
            "warning_count": self.messages.warnings,
        }
        changes = statistics(roll_back_data.tally(self.store.db, self.job.id))
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
