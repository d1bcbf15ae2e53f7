"""The files of an import, unpacked, and recognized by their content."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import BadZipFile

from helpers.client.unzip import opened_zip, unzip_csv_files
from helpers.client.upload import check_file
from helpers.errors import FileNotUsable

_BLOCK = 1 << 20  # bytes


def unpacked(path: Path, folder: Path) -> Path:
    """Return a folder with the CSV files of a folder, a zip, or a single file.

    Raises:
        FileNotUsable: it cannot be read.
    """
    if path.is_dir():
        return path
    check_file(path)
    if path.suffix.lower() == ".csv":
        shutil.copyfile(path, folder / path.name)
        return folder
    try:
        unzip_csv_files(path, folder)
    except BadZipFile:
        raise FileNotUsable(
            f"{path} is not a complete zip file.", "Download or save it again, without a password."
        ) from None
    return folder


def fingerprint(files: Iterable[Path]) -> frozenset[str]:
    """Return hashes of the files' content; a zip counts as its members, so zipping changes nothing."""
    return frozenset(digest for file in files for digest in _digests(file))


def _digests(file: Path) -> list[str]:
    try:
        with opened_zip(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            return [_digest(archive.open(member)) for member in members]
    except BadZipFile:  # a CSV file, or an archive that Canvas cannot read either
        return [_digest(file.open("rb"))]


def _digest(stream: IO[bytes]) -> str:
    found = sha256()
    with stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
