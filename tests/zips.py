"""Zip archives for tests."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Pack contents by their names."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def zipped_folder(folder: Path) -> bytes:
    """Pack the files of a folder."""
    return zipped({path.name: path.read_bytes() for path in sorted(folder.iterdir())})


def write_zip(folder: Path, target: Path) -> Path:
    """Pack the files of a folder into a new file."""
    target.write_bytes(zipped_folder(folder))
    return target
