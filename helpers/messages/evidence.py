"""Collect all messages of an import, and check against Canvas's own counts that none is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage, SisImport
from helpers.display.text import plural
from helpers.errors import BadInput, CanvasError
from helpers.messages.saved import listed_messages, messages_of_csv, read_saved

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

Source = SisImport | int | str | Path | Sequence[str | Path]
Messages = tuple[ImportMessage, ...]

MANY = 1000
"""Above this number of messages, the error CSV is faster than pages of 100 messages."""


@dataclass(frozen=True)
class Proof:
    """How many messages Canvas counted (None if unknown), how many were found, and where."""

    counted: int | None
    found: int
    where: str

    @property
    def complete(self) -> bool:
        """Whether it is certain that no message is missing."""
        return self.counted is not None and self.found >= self.counted

    def __str__(self) -> str:
        found = f"{plural(self.found, 'message')} from {self.where}"
        if self.counted is None:
            return f"{found}. Without the import's counts, some may be missing."
        if self.complete:
            return f"{found}: all that Canvas counted."
        missing = self.counted - self.found
        return (
            f"{found}, but Canvas counted {self.counted:,}: {missing:,} missing. Canvas keeps messages for"
            " 30 days. Download the full errors list or errors_attachment again."
        )

    __repr__ = __str__


@dataclass(frozen=True)
class Evidence:
    """An import's ID, its JSON (None if not available), its messages, and whether they are complete."""

    import_id: int | None
    sis_import: SisImport | None
    messages: Messages
    proof: Proof


def gather(source: Source, client: CanvasClient | None = None) -> Evidence:
    """Collect what Canvas or saved files contain about one import.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors, or
    the import's errors_attachment

    Args:
        source: an import or its ID, to read it with a client; or saved files, see `read_saved`.
        client: the Canvas to read from.

    Raises:
        BadInput: the source is an ID, and there is no client.
        FileNotUsable: a saved file cannot be used.
    """
    if isinstance(source, str) and source.strip().isdecimal():
        source = int(source)
    if isinstance(source, int | SisImport):
        return _from_canvas(source, client)
    paths = [source] if isinstance(source, str | Path) else list(source)
    if not paths:
        raise BadInput(
            "There is no file to read.", "Pass the saved JSON of an import, its error CSV, or both."
        )
    saved = read_saved(map(Path, paths))
    messages = saved.messages
    where = "the saved list"
    if messages is None:
        messages, where = listed_messages(saved.sis_import) if saved.sis_import else (), "the saved JSON"
    import_id = saved.sis_import.id if saved.sis_import else next((m.sis_import_id for m in messages), None)
    return _evidence(import_id, saved.sis_import, messages, where)


def _from_canvas(source: int | SisImport, client: CanvasClient | None) -> Evidence:
    if isinstance(source, int):
        if client is None:
            raise BadInput(
                f"{source} is an ID, and there is no client to read the import with.",
                "Pass a client: explain_import(id, client=client).",
            )
        source = client.get_sis_import(source)
    if client is None:
        return _evidence(source.id, source, listed_messages(source), "the import's JSON")
    source = client.get_sis_import(source.id)
    return _evidence(source.id, source, *_all_messages(client, source))


def _evidence(
    import_id: int | None, sis_import: SisImport | None, messages: Messages, where: str
) -> Evidence:
    proof = Proof(_counted(sis_import), len(messages), where)
    return Evidence(import_id, sis_import, _ordered(messages), proof)


def _ordered(messages: Messages) -> Messages:
    """Sort by severity, file, and row: file by file, so that most comparisons are of numbers."""
    by_file: dict[tuple[str, str], list[ImportMessage]] = defaultdict(list)
    for each in messages:
        by_file[each.severity, each.file or ""].append(each)
    files = (sorted(by_file[name], key=lambda each: each.row or 0) for name in sorted(by_file))
    return tuple(chain.from_iterable(files))


def _counted(sis_import: SisImport | None) -> int | None:
    counts = sis_import.counts if sis_import else {}
    if "error_count" not in counts or "warning_count" not in counts:
        return None
    return counts["error_count"] + counts["warning_count"]


def _all_messages(client: CanvasClient, sis_import: SisImport) -> tuple[Messages, str]:
    """Read the messages in one way, and in the other if the first returns fewer than Canvas counted."""
    counted = _counted(sis_import)
    if counted == 0:
        return (), "Canvas"
    sources: list[tuple[str, Callable[[], Messages]]] = [
        ("the errors list", lambda: tuple(client.list_sis_import_errors(sis_import.id))),
        ("the errors_attachment", lambda: _attached(client, sis_import)),
    ]
    found: list[tuple[Messages, str]] = []
    faults: list[CanvasError] = []
    for where, read in reversed(sources) if (counted or 0) > MANY else sources:
        try:
            found.append((read(), where))
        except CanvasError as fault:
            faults.append(fault)
        if found and len(found[-1][0]) >= (counted or 1):
            break
    if not found:
        raise faults[0]
    return max(found, key=lambda each: len(each[0]))


def _attached(client: CanvasClient, sis_import: SisImport) -> Messages:
    url = next((each.url for each in sis_import.files("errors_attachment")), "")
    if not url:
        return ()
    with TemporaryDirectory(prefix="sis-import-") as folder:
        path = Path(folder) / f"the errors_attachment of import {sis_import.id}"
        client.download(url, path)
        return messages_of_csv(path, sis_import)
