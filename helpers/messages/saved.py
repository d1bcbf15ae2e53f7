"""Read saved files of an import: the JSON from Canvas, its error CSV, or the folder of a report.

Source of the facts: Canvas's API documentation. An import's JSON lists at most 24 errors and 24 warnings,
without row numbers. Its error CSV (`errors_attachment`) has them all: sis_import_id, file, message, row.
"""

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from sys import intern
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client.models import ImportMessage, Json, SisImport
from helpers.errors import FileNotUsable, NotUnderstood, reason
from helpers.messages.explain import explain
from practice_canvas.sis_csv.reading import MalformedCsv, records

IMPORT_FILE, MESSAGES_FILE = "sis_import.json", "messages.csv"
COLUMNS = ("sis_import_id", "file", "message", "row")
AT_ONCE = 1000  # rows of an error CSV: few enough to stay in the processor's cache
LISTED = 24  # the most errors, and the most warnings, in the JSON of an import
ERROR_KINDS = {
    "file-archive",
    "file-headers",
    "file-encoding",
    "file-malformed",
    "import-internal-fault",
    "import-interrupted",
}
EXPECTED = (
    "Use the JSON of one import, which Canvas returns at /api/v1/accounts/self/sis_imports/ID, or its error"
    " CSV, whose address is errors_attachment in that JSON. Save them without changes."
)
ODD = (
    MalformedCsv,
    NotUnderstood,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True)
class Saved:
    """What saved files contain: the import (None without its JSON) and its messages (None without a list)."""

    sis_import: SisImport | None = None
    messages: tuple[ImportMessage, ...] | None = None


def read_saved(paths: Iterable[Path]) -> Saved:
    """Read the saved files of one import, in any order.

    Args:
        paths: the import's JSON, its error CSV, its list of errors as JSON, or the folder of a report.

    Raises:
        FileNotUsable: a file is missing, empty, cut off, of another kind, or of another import.
    """
    found = [_read(file) for path in paths for file in _files(path)]
    imports = [each.sis_import for each in found if each.sis_import]
    if len(imports) > 1:
        ids = " and ".join(str(each.id) for each in imports)
        raise FileNotUsable(f"These files contain several imports: {ids}.", "Use the files of one import.")
    lists = [each.messages for each in found if each.messages is not None]
    sis_import = imports[0] if imports else None
    if not lists:
        return Saved(sis_import)
    return Saved(sis_import, _of_one_import([message for each in lists for message in each], sis_import))


def messages_of_csv(path: Path, sis_import: SisImport) -> tuple[ImportMessage, ...]:
    """Read the error CSV of an import.

    Raises:
        FileNotUsable: it is not an error CSV, or it is that of another import.
    """
    return _of_one_import(_read(path).messages or (), sis_import)


def listed_messages(sis_import: SisImport) -> tuple[ImportMessage, ...]:
    """Return the messages in the import's JSON: at most 24 of each severity, without row numbers."""
    import_id, errors, warnings = sis_import.id, sis_import.errors, sis_import.warnings
    return (
        *(ImportMessage(import_id, file, text, None, "error") for file, text in errors[:LISTED]),
        *(ImportMessage(import_id, file, text, None, "warning") for file, text in warnings[:LISTED]),
    )


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [path / name for name in (IMPORT_FILE, MESSAGES_FILE) if (path / name).is_file()]
    if not found:
        raise FileNotUsable(
            f"The folder {path.name} has no {IMPORT_FILE} or {MESSAGES_FILE}.",
            "Use a folder that report.save() created, or the files themselves.",
        )
    return found


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """Turn every error in a file into one that names the file."""
    try:
        yield
    except OSError as fault:
        what = f"{path.name} cannot be read: {reason(fault)}."
        raise FileNotUsable(what, "Check its name and folder.") from None
    except ODD as fault:
        why = fault.what.rstrip(".") if isinstance(fault, NotUnderstood) else reason(fault)
        what = f"{path.name} is not a saved import from Canvas: {why}."
        raise FileNotUsable(what, EXPECTED) from None


def _read(path: Path) -> Saved:
    with _file_errors(path):
        with path.open("rb") as file:
            start = file.read(64).strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
        if not start:
            raise ValueError("it is empty")
        if start[:1] in b"{[" or path.suffix.lower() == ".json":
            return _of_json(_json(path.read_bytes()))
        return Saved(None, _of_csv(path))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as fault:
        raise ValueError(f"it does not contain JSON alone: {fault}") from None


def _of_json(raw: Any) -> Saved:
    """Read an import or a list of messages."""
    if isinstance(raw, dict) and "sis_import_errors" in raw:
        return Saved(None, tuple(_message(row) for row in raw["sis_import_errors"]))
    if isinstance(raw, dict) and "sis_imports" in raw:
        raw = raw["sis_imports"]
    if isinstance(raw, list):
        if len(raw) != 1:
            raise ValueError(f"it contains {len(raw)} imports, not one")
        raw = raw[0]
    sis_import = SisImport.from_json(raw)
    odd = [name for name, valid in _checked(raw).items() if not valid]
    if odd:
        raise ValueError(f"{' and '.join(odd)} has an unexpected format")
    return Saved(sis_import)


def _checked(raw: Json) -> dict[str, bool]:
    """Return for each field that is read later whether it has the form that Canvas gives it.

    A saved file that was edited or mistaken for another one is read more strictly than an accepted import.
    """
    data = raw.get("data") or {}
    if not isinstance(data, dict):
        return {"data": False}
    messages = [*(raw.get("processing_warnings") or []), *(raw.get("processing_errors") or [])]
    return {
        "id": isinstance(raw["id"], int),
        "workflow_state": isinstance(raw["workflow_state"], str),
        "progress": isinstance(raw.get("progress") or 0, int),
        "created_at or ended_at": _are_times(raw.get("created_at"), raw.get("ended_at")),
        "data.counts": all(isinstance(count, int) for count in (data.get("counts") or {}).values()),
        "data.statistics": isinstance(data.get("statistics") or {}, dict),
        "data.supplied_batches": all(isinstance(name, str) for name in data.get("supplied_batches") or []),
        "processing_warnings or _errors": all(
            isinstance(file, str | None) and isinstance(text, str | None) for file, text in messages
        ),
    }


def _are_times(*stamps: str | None) -> bool:
    try:
        return all(stamp is None or datetime.fromisoformat(stamp) for stamp in stamps)
    except (TypeError, ValueError):
        return False


def _of_csv(path: Path) -> tuple[ImportMessage, ...]:
    with path.open("rb") as file:
        wide = file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    if wide:  # the redirection of Windows PowerShell 5.1 saves a download so
        with TemporaryDirectory() as folder:
            copy = Path(folder, path.name)
            copy.write_text(path.read_text(encoding="utf-16"), encoding="utf-8")
            return _of_csv(copy)
    lines = records(path)
    header = [name.strip().lower() for name in next(lines, [])]
    if not header or header[0].startswith("<"):
        raise ValueError("it is a web page, perhaps the page where you log in")
    if len(header) == 1 and (separator := next((each for each in ";\t|" if each in header[0]), "")):
        raise ValueError(f"its columns are separated by {separator!r}, not by commas; a spreadsheet saves so")
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise ValueError(f"an error CSV has the columns {', '.join(COLUMNS)}, but {missing[0]} is missing")
    found: list[ImportMessage] = []
    while rows := list(islice(lines, AT_ONCE)):
        lengths = list(map(len, rows))
        if min(lengths) < len(header):
            short = next(at for at, length in enumerate(lengths) if length < len(header))
            raise ValueError(f"it is cut off in row {len(found) + short + 2}")
        found += _messages(header, rows)
    return tuple(found)


def _messages(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[ImportMessage]:
    """Read rows of an error CSV column by column; with a number they need no guess and keep no `raw`."""
    columns = dict(zip(header, zip(*rows, strict=False), strict=False))
    read = map(
        ImportMessage,
        map(int, columns["sis_import_id"]),
        [intern(file) or None for file in columns["file"]],  # few names: they are compared again and again
        columns["message"],
        _row_numbers(columns["row"]),
        ["error" if each == "error" else "warning" for each in columns.get("severity", [""] * len(rows))],
    )
    for message, row in zip(read, rows, strict=True):
        yield message if message.row is not None else _message(dict(zip(header, row, strict=False)))


def _row_numbers(texts: Iterable[str]) -> list[int | None]:
    return [int(float(number)) if number else None for number in map(str.strip, texts)]  # pandas writes 4.0


def _message(row: Json) -> ImportMessage:
    """Read one message; guess the severity if the list does not have it."""
    text, file = row["message"], row.get("file") or ""
    if not isinstance(text, str) or not isinstance(file, str):
        raise ValueError("a message or its file is not text")
    [at] = _row_numbers([str(row.get("row") or "")])
    import_id, is_error = int(row["sis_import_id"]), row.get("severity") == "error"
    if at is None and not is_error:
        is_error = explain(ImportMessage(import_id, file or None, text, at, "error")).kind in ERROR_KINDS
    return ImportMessage(import_id, file or None, text, at, "error" if is_error else "warning", None, row)


def _of_one_import(
    messages: Iterable[ImportMessage], sis_import: SisImport | None
) -> tuple[ImportMessage, ...]:
    """Return the messages of the import; without its JSON, all messages must be of the same import."""
    found = tuple(messages)
    ids = sorted({message.sis_import_id for message in found})
    named = ", ".join(map(str, ids[:5]))
    if sis_import is None:
        if len(ids) > 1:
            raise FileNotUsable(
                f"These messages are from several imports: {named}.",
                "Add the JSON of the import that you mean.",
            )
        return found
    if ids and sis_import.id not in ids:
        raise FileNotUsable(
            f"These messages are from import {named}, but the JSON is from import {sis_import.id}.",
            "Use the error CSV and the JSON of the same import.",
        )
    return tuple(
        _with_severity(message, sis_import) for message in found if message.sis_import_id == sis_import.id
    )


def _with_severity(message: ImportMessage, sis_import: SisImport) -> ImportMessage:
    """Correct a guessed severity according to the import's JSON."""
    if message.row is not None or "severity" in message.raw:
        return message
    pair = (message.file, message.message)
    if pair in sis_import.warnings or sis_import.counts.get("error_count") == 0:
        return message._replace(severity="warning")
    return message._replace(severity="error") if pair in sis_import.errors else message
