"""Find the CSV files of a stored upload and recognize their kinds."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from practice_canvas.engine.messages import Messages
from practice_canvas.sis_csv.archives import Member, unpack
from practice_canvas.sis_csv.duplicates import MOST_REPEATED, deduplicate
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.reading import MalformedCsv, summarize
from practice_canvas.sis_csv.recognition import recognize_file
from practice_canvas.store import records
from practice_canvas.store.store import Store


@dataclass(frozen=True)
class Upload:
    """The stored file of an import, and the name it was sent under (its extension says what is in it)."""

    path: Path
    name: str


@dataclass(frozen=True)
class CsvFile:
    """A non-empty CSV file of an upload: its name (the path inside an archive) and where it is stored."""

    name: str
    path: Path


@dataclass(frozen=True)
class SuppliedFile:
    """A well-formed CSV file of a recognized kind."""

    name: str
    path: Path
    kind: str
    header: tuple[str, ...]
    rows: int


def find_upload(store: Store, import_id: int) -> Upload:
    """Return the upload of an import.

    Raises:
        LookupError: there is no such import, or it has no upload.
    """
    found = records.find(store.db, "sis_batches", id=import_id)
    upload = records.find(store.db, "attachments", id=found["attachment_id"]) if found else None
    if upload is None:
        raise LookupError(f"SIS import {import_id} does not exist or has no upload")
    return Upload(store.files / upload["path"], upload["display_name"])


def csv_files(upload: Upload, folder: Path, messages: Messages) -> list[CsvFile]:
    """Return the upload's CSV files, sorted by path; any other file in an archive gives a warning.

    Args:
        upload: by its extension, `.zip` is unpacked, `.csv` is used directly, others are ignored.
        folder: where an archive is unpacked.
        messages: takes the warnings.

    Raises:
        UnreadableArchive: the whole upload is rejected.
    """
    extension = Path(upload.name).suffix.lower()
    if extension == ".zip":
        members = unpack(upload.path, folder)
    else:
        members = [Member(upload.name, upload.path)] if extension == ".csv" else []
    for member in members:
        if member.path is None:
            messages.warn(member.name, f"{member.name} is not a CSV file and was skipped.")
    return [CsvFile(m.name, m.path) for m in members if m.path and m.path.stat().st_size]


def recognize_files(files: Iterable[CsvFile], folder: Path, messages: Messages) -> list[SuppliedFile]:
    """Check every file in full and recognize its kind; a file that fails gives an error, one without a row
    is ignored.

    Args:
        files: what the upload holds.
        folder: where files without their duplicate rows are written.
        messages: takes the errors.

    Returns:
        The well-formed files of a recognized kind, in the order in which kinds are imported.
    """
    found = [supplied for file in files if (supplied := _recognize(file, folder, messages))]
    order = [kind.name for kind in KINDS]
    return sorted(found, key=lambda supplied: order.index(supplied.kind))


def _recognize(file: CsvFile, folder: Path, messages: Messages) -> SuppliedFile | None:
    try:
        kind, summary = recognize_file(file.path)
    except MalformedCsv as malformed:
        where = f" at row {malformed.row}" if malformed.row else ""
        messages.error(file.name, f"{file.name} is malformed{where}: {malformed}.")
        return None
    if not summary.header:
        return None
    if kind is None:
        messages.error(
            file.name,
            f"The header of {file.name} does not match any kind of SIS file: {_shown(summary.header)}.",
        )
        return None
    target = folder / f"{uuid4().hex}.csv"
    if summary.repeated_lines >= MOST_REPEATED and deduplicate(file.path, target):
        name = f"{file.name[: -len('.csv')]}_deduplicated.csv"
        return SuppliedFile(name, target, kind.name, summary.header, summarize(target).rows)
    return SuppliedFile(file.name, file.path, kind.name, summary.header, summary.rows)


def _shown(header: tuple[str, ...]) -> str:
    text = ",".join(header)
    return (text if len(text) <= 200 else text[:200] + "…") or "(no columns)"
