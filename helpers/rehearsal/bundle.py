"""The files that an import sends: zipped if there are several, and recognized by their content."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from helpers.client.unzip import opened_zip, unzip_csv_files
from helpers.client.upload import check_file
from helpers.errors import FileNotUsable

_BLOCK = 1 << 20  # bytes

Paths = Path | str | Iterable[Path | str]


def files_to_send(paths: Paths) -> tuple[Path, ...]:
    """Return the files that paths name; a folder means the CSV files in it.

    A single file is checked when it is sent; several are checked here, before they become one zip.

    Raises:
        FileNotUsable: there is no file, or one of several that Canvas does not accept.
    """
    given = [Path(paths)] if isinstance(paths, Path | str) else [Path(path) for path in paths]
    found = tuple(file for path in given for file in _files_of(path))
    if not found:
        where = f" in {given[0]}" if given else ""
        raise FileNotUsable(f"No CSV files found{where}.", "Name CSV files, a folder of them, or a zip.")
    if len(found) == 1:
        return found
    for file in found:
        check_file(file)
    if len({file.name for file in found}) < len(found):
        raise FileNotUsable("Two of the files have the same name.", "Rename one, or zip them yourself.")
    return found


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")


def packed(files: Sequence[Path], folder: Path) -> Path:
    """Return the file to send: the only one, or a zip of all in `folder`."""
    if len(files) == 1:
        return files[0]
    target = folder / "files.zip"
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            archive.write(file, file.name)
    return target


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
