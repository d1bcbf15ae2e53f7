"""Unpack what Canvas unpacks: zip, tar and gzipped tar, recognized by content, within Canvas's limits."""

import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

MOST_FILES = 100_000
MOST_TIMES = 100  # the unpacked files together may be this many times as large as the archive
MOST_BYTES = 50 * 10**9
BLOCK = 1 << 20
_IGNORED = re.compile(r"(^|/)(__macosx/|\.)|desktop d[bf]", re.IGNORECASE)
_PATH_PARTS = re.compile(r"[/\\]")
# What the archive modules raise for damaged, encrypted or foreign content.
_FAULTS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


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
    """What is still packed; `open` is None for a folder or a link."""

    name: str
    open: Callable[[], IO[bytes] | None] | None


def unpack(archive: Path, folder: Path, ignored: list[str] | None = None) -> list[Member]:
    """Unpack the CSV files of an archive and list its other files, sorted by name.

    Skipped without a warning: links, paths with `..`, hidden files, and what macOS leaves behind. The limits
    apply to the bytes that are actually unpacked, whatever the archive claims.

    Args:
        archive: a zip, tar or gzipped tar, whatever its name.
        folder: where the CSV files go, under numbers for names.
        ignored: takes the names of the files that are left out.

    Raises:
        UnreadableArchive: another format, damaged, encrypted, or beyond the limits.
    """
    left = min(archive.stat().st_size * MOST_TIMES, MOST_BYTES)
    members: dict[str, Member] = {}
    try:
        for count, entry in enumerate(_entries(archive), start=1):
            if count > MOST_FILES:
                raise _too_many_files()
            outside = ".." in _PATH_PARTS.split(entry.name)
            source = entry.open() if entry.open and not outside else None
            if entry.open and ignored is not None and (outside or _IGNORED.search(entry.name)):
                ignored.append(entry.name)
            if source is None:
                continue
            member = Member(entry.name, _place(entry.name, folder, count))
            left -= _copy(source, member.path, left)
            if not _IGNORED.search(entry.name):
                members[entry.name] = member
    except _FAULTS as fault:
        raise UnreadableArchive(f"it cannot be unpacked ({fault})") from fault
    return sorted(members.values(), key=lambda member: member.name)


def _too_many_files() -> UnreadableArchive:
    return UnreadableArchive(f"it contains more than {MOST_FILES:,} files")


def _place(name: str, folder: Path, count: int) -> Path | None:
    wanted = name.lower().endswith(".csv") and not _IGNORED.search(name)
    return folder / f"{count}.csv" if wanted else None


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
        for info in packed.infolist():
            skipped = info.is_dir() or stat.S_ISLNK(info.external_attr >> 16)
            yield _Entry(info.filename, None if skipped else partial(packed.open, info))


def _tar_entries(source: BinaryIO | gzip.GzipFile) -> Iterator[_Entry]:
    with source, tarfile.open(fileobj=_ShortReads(source), mode="r:") as packed:
        for info in packed:
            yield _Entry(info.name, partial(packed.extractfile, info) if info.isfile() else None)


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
