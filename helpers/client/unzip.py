"""Unpack the CSV files of a zip archive."""

import shutil
from pathlib import Path
from zipfile import ZipFile


def unzip_csv_files(archive: Path, folder: Path) -> None:
    """Write the CSV files of an archive into a folder, whatever folders they are in.

    Raises:
        BadZipFile: it is not a complete zip archive.
    """
    with ZipFile(archive) as packed:
        for member in packed.namelist():
            name = Path(member).name  # without the folders, no file can be written outside `folder`
            if name.lower().endswith(".csv"):
                with packed.open(member) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
