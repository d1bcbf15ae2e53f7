"""Unpack what Canvas unpacks: zip, tar and gzipped tar, recognized by content, within Canvas's limits."""

import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

MOST_FILES = 100_000
MOST_TIMES = 100  # the unpacked files together may be this many times as large as the archive
MOST_BYTES = 50 * 10**9
BLOCK = 1 << 20
SYSTEM_FILE = "it is a hidden file or macOS metadata"
LEADS_OUT = "its path leads out of the archive"
LINK = "it is a link"
SECOND = "the archive has another file of this name before it"
METHOD = "it is packed in a way that Canvas cannot unpack (Deflate64, LZMA, AES encryption, or the like)"
_SYSTEM_FILE = re.compile(r"(^|/)(__macosx/|\.)|desktop d[bf]", re.IGNORECASE)
_LEADS_OUT = re.compile(r"[/\\]|[a-z]:|(.*[/\\])?\.\.([/\\]|$)", re.IGNORECASE | re.DOTALL)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1  # a flag of a zip's member
# Canvas goes by the content, as the Unix command `file` does: these zips are not archives to it.
_OFFICE_LIST = "[Content_Types].xml"
_OFFICE = {"xl": "an Excel workbook", "word": "a Word document", "ppt": "a PowerPoint presentation"}
_OPEN_DOCUMENT = b"application/vnd.oasis."
FAULTS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,  # a password, or a method that Python does not know
    ValueError,  # a name that is not UTF-8
)
"""What the archive modules raise for damaged or foreign content, beside OSError."""


class UnreadableArchive(Exception):
    """An archive that cannot be unpacked or is beyond the limits; its text says why."""


@dataclass(frozen=True)
class Member:
    """A file of an archive.

    Args:
        name: its path inside the archive.
        path: where it was unpacked; None for a file that is not a CSV, which is not stored.
    """

    name: str
    path: Path | None


@dataclass(frozen=True)
class _Entry:
    """A file that is still packed: how to open it, or why Canvas ignores it."""

    name: str
    open: Callable[[], IO[bytes] | None]
    ignored: str = ""


def unpack(archive: Path, folder: Path, ignored: dict[str, str] | None = None) -> list[Member]:
    """Unpack the CSV files of an archive and list its other files, sorted by name.

    Canvas ignores some files without a message: links, paths that lead out, hidden files and what macOS
    leaves behind, and members of a zip that are neither stored nor deflated. The limits apply to the bytes
    that are actually unpacked, whatever the archive claims.

    Args:
        archive: a zip, tar or gzipped tar, whatever its name.
        folder: where the CSV files go, under numbers for names.
        ignored: takes the names of the files that Canvas ignores, and why.

    Raises:
        UnreadableArchive: another format, damaged, encrypted, or beyond the limits.
    """
    left = min(archive.stat().st_size * MOST_TIMES, MOST_BYTES)
    members: dict[str, Member] = {}
    try:
        for count, entry in enumerate(_entries(archive), start=1):
            if count > MOST_FILES:
                raise _too_many_files()
            name = _plain(entry.name)
            why = entry.ignored or _why_ignored(entry.name, name, members)
            if why and ignored is not None:
                ignored[entry.name] = why
            if (why and why != SYSTEM_FILE) or (source := entry.open()) is None:
                continue
            member = Member(name, folder / f"{count}.csv" if _is_csv(name) and not why else None)
            left -= _copy(source, member.path, left)
            if not why:
                members[name] = member
    except (*FAULTS, OSError) as fault:
        why = getattr(fault, "strerror", None) or "it is damaged"
        raise UnreadableArchive(f"it cannot be unpacked ({why})") from fault
    return sorted(members.values(), key=lambda member: member.name)


def _plain(name: str) -> str:
    """Return a path without the parts that lead nowhere, as in `./users.csv`."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _why_ignored(packed: str, name: str, members: Container[str]) -> str:
    if _LEADS_OUT.match(packed):
        return LEADS_OUT
    if _SYSTEM_FILE.search(name):
        return SYSTEM_FILE
    return SECOND if name in members else ""


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def _too_many_files() -> UnreadableArchive:
    return UnreadableArchive(f"it contains more than {MOST_FILES:,} files")


def _copy(source: IO[bytes], path: Path | None, most: int) -> int:
    """Unpack one file (to nowhere when path is None) and return its size."""
    size = 0
    with source, path.open("wb") if path else nullcontext() as target:
        while block := source.read(BLOCK):
            size += len(block)
            if size > most:
                raise UnreadableArchive(f"its files are more than {MOST_TIMES} times as large as the archive")
            if target:
                target.write(block)
    return size


def _entries(archive: Path) -> Iterator[_Entry]:
    with archive.open("rb") as file:
        start = file.read(512)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_entries(archive)
    if start.startswith(b"\x1f\x8b"):
        return _tar_entries(gzip.open(archive))
    if start[257:262] == b"ustar":
        return _tar_entries(archive.open("rb"))
    raise UnreadableArchive("it is not a zip, tar or gzipped tar archive")


def _zip_entries(archive: Path) -> Iterator[_Entry]:
    # Python reads the whole directory of a zip at once: count before, whatever the zip says of itself.
    with archive.open("rb") as file:
        count = sum(block.count(b"PK\x01\x02") for block in iter(partial(file.read, BLOCK), b""))
    if count > MOST_FILES:
        raise _too_many_files()
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        if document := _document(packed, members):
            raise UnreadableArchive(f"it is {document}, not an archive of CSV files")
        for info in members:
            if info.is_dir():
                continue
            if info.compress_type in _METHODS and info.flag_bits & _ENCRYPTED:
                raise UnreadableArchive("it is protected with a password")
            yield _Entry(info.filename, partial(packed.open, info), _why_not_unpacked(info))


def _document(packed: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> str | None:
    """Return which document a zip is, None if it is an archive."""
    names = [info.filename for info in members]
    if _OFFICE_LIST in names:
        folders = {name.partition("/")[0] for name in names}
        return next((what for folder, what in _OFFICE.items() if folder in folders), None)
    if names[:1] == ["mimetype"] and members[0].compress_type == zipfile.ZIP_STORED:
        with packed.open(members[0]) as file:
            return "an OpenDocument file" if file.read(64).startswith(_OPEN_DOCUMENT) else None
    return None


def _why_not_unpacked(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return LINK
    return "" if info.compress_type in _METHODS else METHOD


def _tar_entries(source: BinaryIO | gzip.GzipFile) -> Iterator[_Entry]:
    with source, tarfile.open(fileobj=_ShortReads(source), mode="r:") as packed:
        for info in packed:
            if info.isfile() or info.issym() or info.islnk():
                yield _Entry(info.name, partial(packed.extractfile, info), "" if info.isfile() else LINK)


class _ShortReads(io.RawIOBase):
    """Refuses to hand out a huge piece at once: a tar's headers may claim names of any length."""

    def __init__(self, source: BinaryIO | gzip.GzipFile) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= BLOCK:
            raise UnreadableArchive("a file name in it is too long")
        return self._source.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()
