"""Unpack the CSV files of a zip archive."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from practice_canvas.sis_csv.archives import FAULTS

MOST_UNPACKED = 20_000_000_000  # bytes
# Of an OSError that reading a damaged archive raises: bzip2 gives no number, a wrong offset this one.
_DAMAGED = (None, errno.EINVAL)


def unzip_csv_files(archive: Path, folder: Path) -> None:
    """Write the CSV files of an archive into a folder, whatever folders they are in.

    Raises:
        BadZipFile: it is not a complete zip archive, or it would unpack to more than MOST_UNPACKED.
        OSError: a file cannot be written.
    """
    with opened_zip(archive) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise BadZipFile("it unpacks to too many bytes")
        for member in packed.namelist():
            name = Path(member).name  # without the folders, no file can be written outside `folder`
            if name.lower().endswith(".csv"):
                with packed.open(member) as source, (folder / name).open("wb") as target:
                    shutil.copyfileobj(source, target)


@contextmanager
def opened_zip(archive: Path) -> Iterator[ZipFile]:
    """Yield an archive to read from.

    Raises:
        BadZipFile: it is not a zip archive, is damaged or encrypted, or is packed in an unknown way.
        OSError: it cannot be read, or the block raised it.
    """
    try:
        with ZipFile(archive) as packed:
            yield packed
    except FAULTS as fault:
        raise BadZipFile(str(fault) or "it is cut off") from None
    except OSError as fault:
        if fault.errno in _DAMAGED:
            raise BadZipFile(str(fault)) from None
        raise
