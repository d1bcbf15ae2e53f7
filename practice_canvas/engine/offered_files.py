"""Offer an import's CSV files for download (`csv_attachments`), without the passwords in them."""

import csv
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from practice_canvas.engine.upload import CsvFile
from practice_canvas.sis_csv.kinds import PASSWORD_COLUMNS
from practice_canvas.sis_csv.reading import MalformedCsv, records
from practice_canvas.store import files as stored_files
from practice_canvas.store.store import Store

_LONGEST_HEADER = 1 << 16


def attach(store: Store, import_id: int, purpose: str, files: Iterable[CsvFile], now: str) -> list[int]:
    """Store the files and record them as attachments of the import; the caller commits.

    A file with passwords is offered as `<name>_filtered.csv` without them, or not at all if it is
    malformed.

    Args:
        store: the store whose folder holds them.
        import_id: the import.
        purpose: csv or diffed.
        files: not empty.
        now: the time of creation.

    Returns:
        The ids of the attachments.
    """
    offered = [(name, path) for file in files for name, path in _offer(store, file)]
    return [stored_files.add(store, import_id, purpose, name, path, now) for name, path in offered]


def _offer(store: Store, file: CsvFile) -> list[tuple[str, Path]]:
    """Return the name and path of the file to offer; empty if it cannot be offered."""
    name = PurePosixPath(file.name.replace("\\", "/")).name
    if _mentions_passwords(file.path):
        target = store.new_file(".csv")
        try:
            _write_filtered(file.path, target)
        except MalformedCsv:
            target.unlink(missing_ok=True)
            return []
        return [(f"{name[: -len('.csv')]}_filtered.csv", target)]
    if file.path.parent == store.files:  # an uploaded CSV is already stored
        return [(name, file.path)]
    return [(name, stored_files.link(file.path, store.new_file(".csv")))]


def _mentions_passwords(path: Path) -> bool:
    """Return whether the first line has a password column, whatever the encoding."""
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER).replace(b"\0", b"").lower()
    names = (name.strip(b' "\r\n').decode("ascii", "ignore") for name in line.split(b","))
    return any(name in PASSWORD_COLUMNS for name in names)


def _write_filtered(path: Path, target: Path) -> None:
    rows = records(path)
    header = next(rows)
    kept = [at for at, name in enumerate(header) if name.strip().lower() not in PASSWORD_COLUMNS]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([header[at] for at in kept])
        writer.writerows([row[at] for at in kept if at < len(row)] for row in rows)
