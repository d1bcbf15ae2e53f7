"""Unpack the CSV files of a zip archive."""

import shutil
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

MOST_UNPACKED = 20_000_000_000  # bytes


def unzip_csv_files(archive: Path, folder: Path) -> None:
    """Write the CSV files of an archive into a folder, whatever folders they are in.

    Raises:
        BadZipFile: it is not a complete zip archive, or it would unpack to more than MOST_UNPACKED.
        OSError: a file cannot be written.
    """
    try:
        with ZipFile(archive) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
                raise BadZipFile("it unpacks to too many bytes")
            for member in packed.namelist():
                name = Path(member).name  # without the folders, no file can be written outside `folder`
                if name.lower().endswith(".csv"):
                    with packed.open(member) as source, (folder / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
    except (RuntimeError, ValueError, EOFError, zlib.error) as error:  # encrypted, damaged, cut off
        raise BadZipFile(str(error)) from None
