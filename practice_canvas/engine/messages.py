"""The messages of one import: collected during a chunk, counted, and stored together with the chunk."""

import csv
import io
from itertools import chain

from practice_canvas.engine.importer import Row
from practice_canvas.engine.offered_files import PASSWORD_COLUMNS
from practice_canvas.store import messages
from practice_canvas.store.store import Store


class MessageLog:
    """Holds messages until the chunk is stored, so that rows and their messages are committed together."""

    def __init__(self, store: Store, import_id: int, now: str) -> None:
        self._store, self._import_id, self._now = store, import_id, now
        self._pending: list[messages.MessageRow] = []
        self.errors = 0
        self.warnings = 0

    def warn(self, file: str | None, text: str, row: Row | None = None) -> None:
        """Add a warning: a row was skipped; the import continues."""
        self.warnings += 1
        number, contents = (row.number, contents_of(row)) if row else (None, None)
        self._pending.append((self._import_id, 0, file, text, number, contents, self._now))

    def error(self, file: str | None, text: str) -> None:
        """Add an error: a whole file, or the import, was rejected."""
        self.errors += 1
        self._pending.append((self._import_id, 1, file, text, None, None, self._now))

    def flush(self) -> None:
        """Store the pending messages; the caller commits."""
        if self._pending:
            messages.add_messages(self._store.db, self._pending)
            self._pending.clear()


def contents_of(row: Row) -> str:
    """Return a row as a line of CSV; passwords are left out."""
    line = io.StringIO()
    values = ("" if name.strip() in PASSWORD_COLUMNS else value for name, value in row.values.items())
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def write_errors_attachment(store: Store, import_id: int, now: str) -> None:
    """Write every message of an import into its errors attachment; without messages there is none.

    The CSV has the columns sis_import_id, file, message, row. The caller commits.
    """
    found = messages.messages_of(store.db, import_id)
    first = next(found, None)
    if first is None:
        return
    path = store.new_file(".csv")
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("sis_import_id", "file", "message", "row"))
        for file, message, row in chain([first], found):
            writer.writerow((import_id, file, message, row))
    name = f"sis_errors_attachment_{import_id}.csv"
    messages.add_attachment(store, import_id, "errors", name, path, now)
