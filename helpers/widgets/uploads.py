"""Files that come from the browser: kept in a private folder, and taken out of the widget at once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


class Uploads:
    """A private folder for uploaded files, which goes when this object does."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="sis-import-")

    def take(self, field: Any) -> list[Path]:
        """Keep what stands in a FileUpload, empty the field, and return where the files are.

        Raises OSError when a file cannot be kept.
        """
        try:
            return [self._keep(upload["name"], upload["content"]) for upload in field.value]
        finally:
            field.value = ()

    def holds(self, path: Path) -> bool:
        """Say whether a file came from the browser."""
        return path.is_relative_to(self._folder.name)

    def _keep(self, name: str, content: bytes) -> Path:
        path = Path(self._folder.name) / Path(name.replace("\\", "/")).name
        path.write_bytes(content)
        return path
