"""The files that were sent, from disk or from Canvas: which kind they are, and what stands in which row.

Row numbers are Canvas's: the header is row 1, blank lines do not count. Source: Canvas's SIS CSV importer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from helpers.client.models import Json, SisImport
from helpers.errors import CanvasError, FileNotUsable
from helpers.messages.explain import file_kinds
from practice_canvas.sis_csv.archives import Member, UnreadableArchive, unpack
from practice_canvas.sis_csv.duplicates import MOST_REPEATED, deduplicate
from practice_canvas.sis_csv.kinds import KINDS, Kind, recognize
from practice_canvas.sis_csv.reading import MalformedCsv, records, summarize
from practice_canvas.sis_csv.values import BLANKS

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

ObjectId = tuple[str, str]
"""A kind of object and the SIS id of one, such as ("section", "S1")."""

LARGEST_DOWNLOAD = 100_000_000  # bytes; larger files are read from disk if you name them
ADDED = ("_deduplicated", "_filtered")  # what Canvas appends to the name of a file that it rewrote


@dataclass(frozen=True)
class SentFile:
    """One CSV file of an upload.

    Args:
        name: its path inside the archive, or its name.
        path: where it is.
        kind: which kind of rows it holds; None when Canvas does not recognize it.
        header: its first row as it stands.
        rows: its data rows, save those of only commas.
        fault: why Canvas rejects it as a whole; "" for a sound file.
    """

    name: str
    path: Path
    kind: Kind | None = None
    header: tuple[str, ...] = ()
    rows: int = 0
    fault: str = ""

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns, in lower case and without blanks around them."""
        return [name.strip(BLANKS).lower() for name in self.header]

    @property
    def id_column(self) -> str:
        """The column that says which object a row makes; "" where that takes more than one column."""
        return self.kind.identified_by[0] if self.kind and len(self.kind.identified_by) == 1 else ""

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Yield Canvas's number and the values of every data row; none of a file that has a fault."""
        return iter(()) if self.fault else enumerate(islice(records(self.path), 1, None), start=2)


@dataclass
class SentFiles:
    """All files of an upload, and remarks about what could not be had."""

    files: list[SentFile] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    folder: TemporaryDirectory[str] | None = None  # what was unpacked or fetched lives as long as this object

    def find(self, name: str | None) -> SentFile | None:
        """Return the file that a message names: by its path, by its name, or because there is no other."""
        if name is None:
            return None
        for same in (_same_path, _same_name):
            fitting = [file for file in self.files if same(file.name, name)]
            if len(fitting) == 1:
                return fitting[0]
        only = self.files[0] if len(self.files) == 1 else None
        return only if only and _may_be(only, name) else None

    def places(self, wanted: Collection[ObjectId]) -> dict[ObjectId, str]:
        """Say where the rows stand that make these objects; what no row makes is left out."""
        found: dict[ObjectId, str] = {}
        for file in self.files:
            kind = file.kind.name if file.kind else ""
            ids = {sis_id for name, sis_id in wanted if name == kind}
            if ids and file.id_column in file.columns:
                found |= {(kind, sis_id): place for sis_id, place in _places(file, ids)}
        return found


def _places(file: SentFile, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    at = file.columns.index(file.id_column)
    status = file.columns.index("status") if "status" in file.columns else len(file.columns)
    for number, values in file.numbered():
        sis_id = values[at].strip(BLANKS) if at < len(values) else ""
        if sis_id in ids:
            told = f" with status {values[status].strip(BLANKS)}" if status < len(values) else ""
            yield sis_id, f"in {file.name}, row {number}{told}"


def named_kind(name: str | None) -> Kind | None:
    """Return the kind that a file's name speaks of, None when it says nothing."""
    words = file_kinds(PurePosixPath(name).name) if name else []
    return next((kind for kind in KINDS if words and kind.count_key.startswith(words[0])), None)


def _same_path(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _same_name(one: str, other: str) -> bool:
    return PurePosixPath(_plain(one)).name == PurePosixPath(_plain(other)).name


def _may_be(file: SentFile, name: str) -> bool:
    """Say whether nothing in a name speaks against its being that of this file, renamed since."""
    kind = named_kind(name)
    return kind is None or file.kind is None or kind == file.kind


def _plain(name: str) -> str:
    """Return a file's name as it was sent, without what Canvas appended."""
    stem, dot, suffix = name.rpartition(".")
    for added in ADDED:
        stem = stem.removesuffix(added)
    return stem + dot + suffix


def files_from_disk(given: str | Path | Iterable[str | Path]) -> SentFiles:
    """Open what was sent: CSV files, archives, or folders of them.

    Raises:
        FileNotUsable: a path does not exist, cannot be read, or is neither CSV nor zip.
    """
    sent = SentFiles()
    paths = [given] if isinstance(given, str | Path) else given
    for path in (file for each in paths for file in _listed(Path(each))):
        try:
            _add(sent, path)
        except OSError as fault:
            raise FileNotUsable(
                f"{path.name} cannot be read: {fault.strerror or fault}.", "Check its name and folder."
            ) from None
    return sent


def _listed(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in (".csv", ".zip"))
    if not found:
        raise FileNotUsable(
            f"The folder {path.name} holds no CSV file and no zip.", "Give the files that were sent."
        )
    return found


def _add(sent: SentFiles, path: Path) -> None:
    if path.suffix.lower() == ".csv":
        members = [Member(path.name, path)]
    elif path.suffix.lower() == ".zip":
        try:
            members = unpack(path, _room(sent))
        except UnreadableArchive as why:
            sent.remarks.append(f"{path.name} was not looked into: {why}.")
            return
    else:
        raise FileNotUsable(f"{path.name} is neither a CSV file nor a zip.", "Give the files that were sent.")
    for each in members:
        if each.path and each.path.stat().st_size:  # Canvas passes over files of 0 bytes
            sent.files.append(_look_into(sent, each.name, each.path))


def _look_into(sent: SentFiles, name: str, path: Path) -> SentFile:
    """Read a CSV file as strictly as Canvas does, and without the copies of rows that Canvas leaves out."""
    try:
        summary = summarize(path)
    except MalformedCsv as fault:
        return SentFile(name, path, fault=str(fault))
    if summary.repeated_lines >= MOST_REPEATED:
        target = _room(sent) / "deduplicated.csv"
        path = target if deduplicate(path, target) else path
    rows = sum(1 for values in islice(records(path), 1, None) if any(value.strip(BLANKS) for value in values))
    return SentFile(name, path, recognize(summary.header), summary.header, rows)


def _room(sent: SentFiles) -> Path:
    """Return a new empty folder that lives as long as the files are needed."""
    sent.folder = sent.folder or TemporaryDirectory(prefix="sis-import-")
    room = Path(sent.folder.name) / str(len(list(Path(sent.folder.name).iterdir())))
    room.mkdir()
    return room


def files_from_canvas(client: CanvasClient, sis_import: SisImport) -> SentFiles:
    """Fetch the CSV files of an import from Canvas: where it was diffed, the differences that it ran.

    Calls: GET the url of each of the import's csv_attachments and diffed_csv_attachments
    """
    sent = SentFiles()
    offered = _offered(sis_import)
    size = sum(each.get("size") or 0 for each in offered)
    if size > LARGEST_DOWNLOAD:
        megabytes = size // 1_000_000
        sent.remarks.append(f"The files of {megabytes:,} MB were not fetched: name them on your disk.")
        return sent
    for each in offered:
        name = str(each.get("display_name") or each.get("filename"))
        path = _room(sent) / "sent.csv"
        try:
            client.download(each["url"], path)
        except (CanvasError, KeyError):
            sent.remarks.append(f"Canvas no longer offers {name}: name it on your disk to see its rows.")
        else:
            sent.files.append(_look_into(sent, name, path))
    return sent


def _offered(sis_import: SisImport) -> Sequence[Json]:
    """Return the files whose row numbers the messages use: the differences in place of what they are of."""
    whole, diffed = (sis_import.raw.get(key) or [] for key in ("csv_attachments", "diffed_csv_attachments"))
    return list({str(each.get("display_name")): each for each in (*whole, *diffed)}.values())
