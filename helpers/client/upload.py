"""A file on its way to Canvas: refuse what cannot work, and stream the rest without holding it in memory."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

from helpers.errors import FileNotUsable
from helpers.near_misses import ZIP_SIGNATURES, binary_format, nearest, text_format

Progress = Callable[[int, int], None]
"""Called while sending with the bytes sent so far and the bytes in all."""

CONTENT_TYPES: Final = {".csv": "text/csv", ".zip": "application/zip"}

_SPREADSHEETS: Final = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
# A NUL and another control character. NULs alone only pad values, and Canvas trims them.
_BINARY: Final = re.compile(rb"\0.*[\x01-\x08\x0e-\x1f]|[\x01-\x08\x0e-\x1f].*\0", re.DOTALL)


def check_file(file: Path) -> None:
    """Refuse a file that Canvas could not read as SIS data.

    Raises:
        FileNotUsable: it is missing, a folder, empty or unreadable, or not a CSV or zip file, judged by
            its name (Canvas would accept it and then silently ignore it) or by what is in it.
    """
    try:
        _check_place(file)
        _check_name(file)
        _check_content(file)
    except OSError as error:
        raise FileNotUsable(
            f"{file} cannot be read: {error.strerror}.",
            "Close it in other programs and check that you are allowed to read it.",
        ) from None


def _check_place(file: Path) -> None:
    if file.is_dir():
        raise FileNotUsable(
            f"{file} is a folder.", "Choose one CSV or zip file; a zip file can contain several CSV files."
        )
    if not file.is_file():
        raise not_there(file)
    if file.stat().st_size == 0:
        raise FileNotUsable(f"{file} is empty.", "Save it again with a header line and at least one row.")


def not_there(file: Path) -> FileNotUsable:
    """Return the error for a file that does not exist; it names one that is called alike."""
    return FileNotUsable(f"There is no file {file} (looked in {Path.cwd()}).", _did_you_mean(file))


def _did_you_mean(file: Path) -> str:
    names = [path.name for path in file.parent.iterdir()] if file.parent.is_dir() else []
    by_lower_case = {name.lower(): name for name in names}
    close = nearest(file.name.lower(), by_lower_case, 0.7)
    if close:
        return f"Did you mean {by_lower_case[close]}? Uppercase and lowercase letters matter."
    return "Check the name and the folder; uppercase and lowercase letters matter."


def _check_name(file: Path) -> None:
    if file.suffix.lower() not in CONTENT_TYPES:
        sheet = file.suffix.lower() in _SPREADSHEETS
        raise FileNotUsable(
            f"{file.name} is neither a .csv nor a .zip file: Canvas would accept it and silently ignore it.",
            "In your spreadsheet program, save it as “CSV UTF-8”."
            if sheet
            else "If it contains comma-separated rows, give it a name that ends in .csv.",
        )


def _check_content(file: Path) -> None:
    with file.open("rb") as stream:
        start = stream.read(4096)
    if file.suffix.lower() == ".zip":
        if not start.startswith(ZIP_SIGNATURES):
            raise FileNotUsable(
                f"{file.name} is called .zip but is not a zip archive.", "Pack the CSV files again as .zip."
            )
        return
    if message := text_format(start):
        raise FileNotUsable(
            f"{file.name} is called .csv but contains {message}, not rows.",
            "Check whether the export that writes this file succeeded.",
        )
    other = binary_format(start)
    if other is None and _BINARY.search(start) and not start.startswith(_UTF_16):
        other = "binary data"
    if other:
        raise FileNotUsable(
            f"{file.name} is called .csv but contains {other}, not text.",
            "Renaming does not convert a file: save it as “CSV UTF-8” in the program it comes from.",
        )


class MultipartFile:
    """A request body of a form that ends with a file: read once, piece by piece, of known length.

    The file is read while it is sent, so that a file of any size takes no more memory than one piece.

    Args:
        file: the file; it must stay as it is until all of it is sent.
        field: the name of the form field.
        progress: called after each piece.
        fields: what the form holds before the file.

    Raises:
        FileNotUsable: the file became shorter while it was being sent.
    """

    def __init__(
        self,
        file: Path,
        field: str,
        progress: Progress | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        boundary = uuid4().hex
        self.content_type = f"multipart/form-data; boundary={boundary}"
        before = "".join(_field(boundary, name, value) for name, value in (fields or {}).items())
        self._head = before.encode() + _part_head(boundary, field, file)
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._file, self._name = file.open("rb"), file.name
        self._left = file.stat().st_size
        self._length = len(self._head) + self._left + len(self._tail)
        self._sent = 0
        self._progress = progress

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = 65536) -> bytes:
        """Return the next piece of at most `size` bytes, b"" at the end."""
        piece = self._next(size)
        self._sent += len(piece)
        if piece and self._progress:
            self._progress(self._sent, self._length)
        return piece

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _next(self, size: int) -> bytes:
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
        elif self._left:
            piece = self._file.read(min(size, self._left))
            self._left -= len(piece)
            if not piece:
                raise FileNotUsable(
                    f"{self._name} became shorter while it was being sent.",
                    "Wait until the program that writes it has finished, then send it again.",
                )
        else:
            piece, self._tail = self._tail[:size], self._tail[size:]
        return piece


def _field(boundary: str, name: str, value: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'


def _part_head(boundary: str, field: str, file: Path) -> bytes:
    return (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{_quoted(field)}"; filename="{_quoted(file.name)}"\r\n'
        f"Content-Type: {content_type(file)}\r\n\r\n"
    ).encode("utf-8", "surrogateescape")


def content_type(file: Path) -> str:
    """Return the Content-Type of a file by its name."""
    return CONTENT_TYPES.get(file.suffix.lower(), "application/octet-stream")


def _quoted(name: str) -> str:
    """Escape a name for a multipart header: UTF-8 as it is, and these three as browsers do (RFC 7578)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
