"""Archives that are damaged, protected, or packed in an unusual way: one exception for all, everywhere."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.client.unzip import unzip_csv_files
from helpers.errors import FileNotUsable
from helpers.rehearsal.bundle import fingerprint, unpacked
from helpers.widgets.file_preview import preview
from practice_canvas.sis_csv.archives import UnreadableArchive, unpack

DIRECTORY = (
    b"PK\x01\x02"  # begins the entry of a member; its version is at 6, its flags at 8, its method at 10
)


def packed(method: int) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as packing:
        packing.writestr("usérs.csv", "user_id,login_id\n" * 99)
    return archive.getvalue()


def changed(archive: bytes, offset: int, *values: int) -> bytes:
    """Return an archive with other bytes in its directory."""
    at = archive.rindex(DIRECTORY) + offset
    return archive[:at] + bytes(values) + archive[at + len(values) :]


def spoiled(archive: bytes) -> bytes:
    """Return an archive with other bytes in the middle of its content."""
    middle = archive.rindex(DIRECTORY) // 2 + 20
    return archive[:middle] + b"\xff" * 8 + archive[middle + 8 :]


DEFLATED = packed(zipfile.ZIP_DEFLATED)
ARCHIVES = {
    "deflate": spoiled(DEFLATED),
    "bzip2": spoiled(packed(zipfile.ZIP_BZIP2)),
    "lzma": spoiled(packed(zipfile.ZIP_LZMA)),
    "cut off": DEFLATED[:60],
    "password": changed(DEFLATED, 8, 0x01, 0x08),
    "unknown method": changed(DEFLATED, 10, 99),
    "later version": changed(DEFLATED, 6, 255),
    "name that is not UTF-8": changed(DEFLATED, 46 + 2, 0xFF),
    "wrong offset": changed(DEFLATED, 42, 0xFF, 0xFF, 0xFF, 0x7F),
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_an_archive_that_cannot_be_unpacked_raises_the_same_everywhere(tmp_path: Path, what: str) -> None:
    archive = tmp_path / "school.zip"
    archive.write_bytes(ARCHIVES[what])
    with pytest.raises(zipfile.BadZipFile):
        unzip_csv_files(archive, tmp_path)
    with pytest.raises(FileNotUsable, match="Download or save it again"):
        unpacked(archive, tmp_path)
    assert len(fingerprint([archive])) == 1
    with suppress(FileNotUsable):
        preview(archive)
    with suppress(UnreadableArchive):
        unpack(archive, tmp_path)


def test_a_file_that_cannot_be_written_is_not_taken_for_a_damaged_archive(tmp_path: Path) -> None:
    archive = tmp_path / "school.zip"
    archive.write_bytes(DEFLATED)
    with pytest.raises(FileNotFoundError):
        unzip_csv_files(archive, tmp_path / "no folder")
