"""The files that were sent, from disk or from Canvas: their kinds and their rows.

Row numbers are Canvas's: the header is row 1, and blank lines do not count.
Source: Canvas's SIS CSV importer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from helpers.client.models import OfferedFile, SisImport
from helpers.errors import CanvasError, FileNotUsable, clip, reason
from helpers.messages.explain import file_kinds
from helpers.near_misses import look_alikes
from practice_canvas.sis_csv.archives import Member, UnreadableArchive, unpack
from practice_canvas.sis_csv.duplicates import MOST_REPEATED, deduplicate
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.reading import MalformedCsv, records
from practice_canvas.sis_csv.recognition import recognize_file
from practice_canvas.sis_csv.values import BLANKS

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

ObjectId = tuple[str, str]
"""A kind of object and the SIS id of one, such as ("section", "S1")."""

LARGEST_DOWNLOAD = 100_000_000  # bytes; larger files must be on disk
ADDED = ("_deduplicated", "_filtered")  # what Canvas appends to the names of files that it rewrites


@dataclass(frozen=True)
class SentFile:
    """One CSV file of an upload.

    Args:
        name: its path inside the archive, or its name.
        path: where it is.
        kind: the kind of its rows; None if Canvas does not recognize it.
        header: its first row, unchanged.
        rows: its data rows, except those with nothing but commas.
        fault: why Canvas rejects the whole file; "" if it does not.
    """

    name: str
    path: Path
    kind: Kind | None = None
    header: tuple[str, ...] = ()
    rows: int = 0
    fault: str = ""

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns, in lower case and without surrounding whitespace."""
        return [name.strip(BLANKS).lower() for name in self.header]

    @property
    def id_column(self) -> str:
        """The column that identifies a row's object; "" if that takes more than one column."""
        return self.kind.identified_by[0] if self.kind and len(self.kind.identified_by) == 1 else ""

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Yield Canvas's row number and the values of every data row; nothing if the file has a fault."""
        return iter(()) if self.fault else enumerate(islice(records(self.path), 1, None), start=2)


@dataclass
class SentFiles:
    """All files of an upload, and remarks about what is not available."""

    files: list[SentFile] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    folder: TemporaryDirectory[str] | None = (
        None  # unpacked and downloaded files exist as long as this object
    )

    def find(self, name: str | None) -> SentFile | None:
        """Return the file that a message names: by its path, by its name, or because it is the only one."""
        if name is None:
            return None
        for same in (_same_path, _same_name):
            matching = [file for file in self.files if same(file.name, name)]
            if len(matching) == 1:
                return matching[0]
        only = self.files[0] if len(self.files) == 1 else None
        return only if only and _may_be(only, name) else None

    def places(self, wanted: Collection[ObjectId]) -> dict[ObjectId, str]:
        """Return the places of the rows for these objects; objects without a row are left out."""
        found: dict[ObjectId, str] = {}
        for file in self.files:
            kind = file.kind.name if file.kind else ""
            ids = {sis_id for name, sis_id in wanted if name == kind}
            if ids and file.id_column in file.columns:
                found |= {(kind, sis_id): place for sis_id, place in _places(file, ids)}
        return found

    def near(self, wanted: Collection[ObjectId]) -> dict[ObjectId, str]:
        """Return for objects without a row the one ID in the files that looks the same."""
        found: dict[ObjectId, str] = {}
        for kind in {kind for kind, _ in wanted}:
            files = [each for each in self.files if each.kind and each.kind.name == kind]
            known = (sis_id for file in files if file.id_column in file.columns for sis_id in _ids(file))
            ids = [sis_id for name, sis_id in wanted if files and name == kind]
            found |= {(kind, sis_id): near for sis_id, near in look_alikes(ids, known).items()}
        return found


def _ids(file: SentFile) -> Iterator[str]:
    at = file.columns.index(file.id_column)
    return (values[at].strip(BLANKS) for _, values in file.numbered() if at < len(values))


def _places(file: SentFile, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    at = file.columns.index(file.id_column)
    status = file.columns.index("status") if "status" in file.columns else len(file.columns)
    for number, values in file.numbered():
        sis_id = values[at].strip(BLANKS) if at < len(values) else ""
        if sis_id in ids:
            suffix = f" with status {values[status].strip(BLANKS)}" if status < len(values) else ""
            yield sis_id, f"in {file.name}, row {number}{suffix}"


@lru_cache(1000)  # the same few file names come up again and again
def named_kind(name: str | None) -> Kind | None:
    """Return the kind that a file's name suggests, None if it suggests none."""
    words = file_kinds(PurePosixPath(name).name) if name else []
    return next((kind for kind in KINDS if words and kind.count_key.startswith(words[0])), None)


def _same_path(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _same_name(one: str, other: str) -> bool:
    return PurePosixPath(_plain(one)).name == PurePosixPath(_plain(other)).name


def _may_be(file: SentFile, name: str) -> bool:
    """Return whether a name could be that of this file before it was renamed."""
    kind = named_kind(name)
    return kind is None or file.kind is None or kind == file.kind


def _plain(name: str) -> str:
    """Return a file's name without what Canvas appended."""
    stem, dot, suffix = name.rpartition(".")
    for added in ADDED:
        stem = stem.removesuffix(added)
    return stem + dot + suffix


def files_from_disk(given: str | Path | Iterable[str | Path]) -> SentFiles:
    """Open the files that were sent: CSV files, archives, or folders of them.

    Raises:
        FileNotUsable: a path does not exist, cannot be read, or is neither a CSV file nor a zip.
    """
    sent = SentFiles()
    paths = [given] if isinstance(given, str | Path) else given
    for path in (file for each in paths for file in _listed(Path(each))):
        try:
            _add(sent, path)
        except OSError as fault:
            raise FileNotUsable(
                f"{path.name} cannot be read: {reason(fault)}.", "Check its name and folder."
            ) from None
    return sent


def _listed(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in (".csv", ".zip"))
    if not found:
        raise FileNotUsable(
            f"The folder {path.name} has no CSV file and no zip.", "Use the files that you sent."
        )
    return found


def _add(sent: SentFiles, path: Path) -> None:
    if path.suffix.lower() == ".csv":
        members = [Member(path.name, path)]
    elif path.suffix.lower() == ".zip":
        try:
            members = unpack(path, _new_folder(sent))
        except UnreadableArchive as why:
            sent.remarks.append(f"{path.name} was not read: {why}.")
            return
    else:
        raise FileNotUsable(f"{path.name} is neither a CSV file nor a zip.", "Use the files that you sent.")
    for each in members:
        if each.path and each.path.stat().st_size:  # Canvas ignores files of 0 bytes
            sent.files.append(_read(sent, each.name, each.path))


def _read(sent: SentFiles, name: str, path: Path) -> SentFile:
    """Read a CSV file as strictly as Canvas does, without the duplicate rows that Canvas removes."""
    try:
        kind, summary = recognize_file(path)
    except MalformedCsv as fault:
        return SentFile(name, path, fault=str(fault))
    if summary.repeated_lines >= MOST_REPEATED:
        target = _new_folder(sent) / "deduplicated.csv"
        path = target if deduplicate(path, target) else path
    found = SentFile(name, path, kind, summary.header)
    try:
        return replace(found, rows=sum(any(map(_holds_text, values)) for _, values in found.numbered()))
    except MalformedCsv:  # Canvas rejects it for its header, before it reads the rows
        return replace(found, fault=f"its header: {', '.join(summary.header)}")


def _holds_text(value: str) -> bool:
    return bool(value.strip(BLANKS))


def _new_folder(sent: SentFiles) -> Path:
    """Return a new empty folder that exists as long as `sent`."""
    sent.folder = sent.folder or TemporaryDirectory(prefix="sis-import-")
    folder = Path(sent.folder.name) / str(len(list(Path(sent.folder.name).iterdir())))
    folder.mkdir()
    return folder


def files_from_canvas(client: CanvasClient, sis_import: SisImport) -> SentFiles:
    """Download the CSV files of an import; if it was diffed, the differences that it applied.

    Calls: GET the URL of each of the import's csv_attachments and diffed_csv_attachments
    """
    sent = SentFiles()
    offered = _offered(sis_import)
    size = sum(each.size for each in offered)
    if size > LARGEST_DOWNLOAD:
        megabytes = size // 1_000_000
        sent.remarks.append(
            f"Files of {megabytes:,} MB were not downloaded. To see their rows, pass the files on disk."
        )
        return sent
    for each in offered:
        path = _new_folder(sent) / "sent.csv"
        if each.url and _downloaded(client, each, path):
            sent.files.append(_read(sent, each.name, path))
        else:
            sent.remarks.append(
                f"Canvas no longer has {clip(each.name, 80)}. To see its rows, pass the file on your disk."
            )
    return sent


def _downloaded(client: CanvasClient, offered: OfferedFile, path: Path) -> bool:
    try:
        client.download(offered.url, path)
    except CanvasError:
        return False
    return True


def _offered(sis_import: SisImport) -> Sequence[OfferedFile]:
    """Return the files that the row numbers refer to: a difference instead of the file it was made from."""
    whole, diffed = (sis_import.files(key) for key in ("csv_attachments", "diffed_csv_attachments"))
    return list({each.name: each for each in (*whole, *diffed)}.values())
