"""Diffing: replace an import's files with what changed since the base of its data set.

A diff holds the changed and new rows as they were sent, then the removed rows with their old values and a
forced status. Source of the rules: Canvas's SIS batch and its diff generator.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from practice_canvas.engine.importer import Run
from practice_canvas.engine.messages import NumberedRow
from practice_canvas.engine.rows import column_names, read_rows
from practice_canvas.engine.upload import CsvFile, SuppliedFile, csv_files, find_upload, recognize_files
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store.writes.data_sets import MOST_EXCEEDED, DiffTables, base_of, is_blocked

# The parameter with the status of removed rows; rows of any other kind are deleted.
STATUS_OPTIONS = {"enrollment": "diffing_drop_status", "user": "diffing_user_remove_status"}


@dataclass(frozen=True)
class Diff:
    """What is imported in place of the upload.

    Args:
        files: the diffed files, and those that are imported in full.
        against: the import they were compared with; None if nothing was compared.
        generated: the files that diffing made.
        exceeded: whether a threshold prevented the diff.
    """

    files: Sequence[SuppliedFile]
    against: int | None = None
    generated: Sequence[CsvFile] = field(default_factory=list)
    exceeded: bool = False


class _DiscardMessages:
    """Drops messages about the base: its own import reported them."""

    def warn(self, file: str | None, text: str, row: NumberedRow | None = None) -> None:
        """Drop a message."""

    def error(self, file: str | None, text: str) -> None:
        """Drop a message."""


class Differ:
    """Compares one import with the base of its data set.

    Args:
        run: the import.
        folder: where files are unpacked and written.
    """

    def __init__(self, run: Run, folder: Path) -> None:
        self._run, self._folder, self._messages = run, folder, run.messages

    def diff(self, files: Sequence[CsvFile], supplied: Sequence[SuppliedFile]) -> Diff:
        """Return what to import instead of the supplied files.

        Args:
            files: all CSV files of the upload.
            supplied: the valid files whose kind was recognized.
        """
        base_id = self._base_id()
        if base_id is None:
            return Diff(supplied)
        run, identifier = self._run, self._run.parameters["diffing_data_set_identifier"]
        if is_blocked(run.store.db, run.import_id, run.root_account_id, identifier):
            self._messages.error(
                None,
                f"The last {MOST_EXCEEDED} imports of the series {identifier} were over their"
                " change_threshold, so this one was not imported: send one with"
                " diffing_remaster_data_set=true.",
            )
            return Diff([])
        base_folder = self._folder / "base"
        base_folder.mkdir()
        base_files = csv_files(find_upload(self._run.store, base_id), base_folder, _DiscardMessages())
        if self._grew_too_much(files, base_files):
            return Diff(supplied, exceeded=True)
        old = recognize_files(base_files, base_folder, _DiscardMessages())
        diffed = [self._diff_or_keep(file, supplied, old) for file in supplied]
        rows = sum(file.rows for file in diffed)
        limit = self._run.parameters.get("diff_row_count_threshold")
        if limit and 0 < int(limit) < rows:
            self._warn(f"The diff has {rows} rows, more than the diff_row_count_threshold of {limit}")
            return Diff(supplied, exceeded=True)
        generated = [
            CsvFile(new.name, new.path) for new, given in zip(diffed, supplied, strict=True) if new != given
        ]
        return Diff(diffed, base_id, generated)

    def _base_id(self) -> int | None:
        options = self._run.parameters
        identifier = options.get("diffing_data_set_identifier")
        if not identifier or options.get("batch_mode") or options.get("diffing_remaster"):
            return None
        return base_of(self._run.store.db, self._run.import_id, self._run.root_account_id, identifier)

    def _grew_too_much(self, files: Sequence[CsvFile], base_files: Sequence[CsvFile]) -> bool:
        threshold = self._run.parameters.get("change_threshold")
        if threshold is None:
            return False
        now, before = _size(files), _size(base_files)
        percent = abs(1 - now / before) * 100 if before else 0.0
        if percent <= int(threshold):
            return False
        self._warn(
            f"The data changed by {percent:.0f} percent, more than the change_threshold of {threshold}"
        )
        return True

    def _warn(self, why: str) -> None:
        self._messages.warn(
            None, f"{why}: nothing was compared, every row was imported, and nothing was deleted."
        )

    def _diff_or_keep(
        self, file: SuppliedFile, supplied: Sequence[SuppliedFile], old: Sequence[SuppliedFile]
    ) -> SuppliedFile:
        """Return the diffed file, or the file itself if it is imported in full."""
        mine = [one for one in supplied if one.kind == file.kind]
        theirs = [one for one in old if one.kind == file.kind]
        if not theirs:
            return file
        before = _counterpart(file, mine, theirs)
        if before is None:
            if file is mine[0]:
                self._messages.warn(
                    file.name,
                    f"The files of kind {file.kind} were not compared but imported in full:"
                    " their number or their names have changed.",
                )
            return file
        if set(column_names(before.header)) != set(column_names(file.header)):
            self._messages.warn(
                file.name,
                f"{file.name} was not compared but imported in full: its columns have changed.",
            )
            return file
        return self._write_diff(file, before)

    def _write_diff(self, file: SuppliedFile, before: SuppliedFile) -> SuppliedFile:
        columns = column_names(file.header)
        status = str(self._run.parameters.get(STATUS_OPTIONS.get(file.kind, "")) or "deleted")
        target = self._folder / f"{uuid4().hex}.csv"
        tables = DiffTables(target.with_suffix(".sqlite3"))
        tables.load("old", _keyed(before, columns))
        tables.load("new", _keyed(file, columns))
        rows = 0
        with target.open("w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow(columns)
            for record in _diff_rows(tables, columns, status):
                writer.writerow(record)
                rows += 1
        tables.close()
        return replace(file, path=target, header=columns, rows=rows)


def _size(files: Sequence[CsvFile]) -> int:
    return sum(file.path.stat().st_size for file in files)


def _counterpart(
    file: SuppliedFile, mine: Sequence[SuppliedFile], theirs: Sequence[SuppliedFile]
) -> SuppliedFile | None:
    """Return the base's file to compare with: the only one, or else the one with the same name."""
    if len(mine) == len(theirs) == 1:
        return theirs[0]
    names = {one.name for one in mine}
    if len(names) != len(mine) or sorted(names) != sorted(one.name for one in theirs):
        return None
    return next(one for one in theirs if one.name == file.name)


def _keyed(file: SuppliedFile, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (key, record) of a file's rows as JSON, the values in the order of the given columns."""
    keys = KIND_OF[file.kind].identified_by
    for row in read_rows(file.path, file.name):
        yield json.dumps([row[key] for key in keys]), json.dumps([row[column] for column in columns])


def _diff_rows(tables: DiffTables, columns: Sequence[str], status: str) -> Iterator[list[str | None]]:
    for record in tables.changed():
        yield json.loads(record)
    at = columns.index("status") if "status" in columns else None
    for record in tables.removed():
        values = json.loads(record)
        if at is not None:
            values[at] = status
        yield values
