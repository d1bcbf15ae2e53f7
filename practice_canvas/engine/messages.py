"""The messages of one import: collected during a chunk, counted, and stored together with the chunk."""

import csv
from itertools import chain
from typing import Protocol

from practice_canvas.store import files, messages
from practice_canvas.store.store import Store


class NumberedRow(Protocol):
    """What a message keeps of the row that it is about."""

    number: int

    @property
    def contents(self) -> str:
        """The row as text."""
        ...


class Messages(Protocol):
    """Takes the messages of an import."""

    def warn(self, file: str | None, text: str, row: NumberedRow | None = None) -> None:
        """Add a warning: a row was skipped; the import continues."""
        ...

    def error(self, file: str | None, text: str) -> None:
        """Add an error: a whole file, or the import, was rejected."""
        ...


class MessageLog:
    """Holds messages until the chunk is stored, so that rows and their messages are committed together."""

    def __init__(self, store: Store, import_id: int, now: str) -> None:
        self._store, self._import_id, self._now = store, import_id, now
        self._pending: list[messages.MessageRow] = []
        self.errors = 0
        self.warnings = 0

    def warn(self, file: str | None, text: str, row: NumberedRow | None = None) -> None:
        """Add a warning: a row was skipped; the import continues."""
        self.warnings += 1
        number, contents = (row.number, row.contents) if row else (None, None)
        self._pending.append((self._import_id, 0, file, text, number, contents, self._now))

    def error(self, file: str | None, text: str) -> None:
        """Add an error: a whole file, or the import, was rejected."""
        self.errors += 1
        self._pending.append((self._import_id, 1, file, text, None, None, self._now))

    def flush(self) -> None:
        """Store the pending messages; the caller commits."""
        if self._pending:
            messages.add(self._store.db, self._pending)
            self._pending.clear()


def write_errors_attachment(store: Store, import_id: int, now: str) -> None:
    """Write every message of an import into its errors attachment; without messages there is none.

    The CSV has the columns sis_import_id, file, message, row. The caller commits.
    """
    found = messages.of_import(store.db, import_id)
    first = next(found, None)
    if first is None:
        return
    with store.writing_file(".csv") as path, path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("sis_import_id", "file", "message", "row"))
        for file, message, row in chain([first], found):
            writer.writerow((import_id, file, message, row))
    name = f"sis_errors_attachment_{import_id}.csv"
    files.add(store, import_id, "errors", name, path, now)
