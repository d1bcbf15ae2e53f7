"""Receive a file while it arrives: straight to disk, never whole in memory, nothing left after a failure."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from practice_canvas.api import errors
from practice_canvas.api.multipart import FILE_PART, read_form

LARGEST_UPLOAD = 8 * 1024**3


@dataclass
class Upload:
    """What arrived.

    Args:
        path: where the file is stored.
        name: the name it was sent under, without folders; None when there was no file.
        content_type: as sent with the file.
        fields: the form's other fields in their order.
        file_is_last: whether no other part of the form came after the file.
    """

    path: Path
    name: str | None = None
    content_type: str = "application/octet-stream"
    fields: list[tuple[str, str]] = field(default_factory=list)
    file_is_last: bool = False


class Sink:
    """Writes bytes to a file as they come, within a limit.

    Args:
        file: where to.
        limit: the most bytes.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._size = 0

    def write(self, data: bytes) -> None:
        """Append bytes.

        Raises:
            ApiError: there are too many (413).
            OSError: the disk is full, or the like.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise errors.too_large(self._limit)
        self._file.write(data)

    def restart(self) -> None:
        """Drop the bytes so far: another file takes the place of this one."""
        self._file.seek(0)
        self._file.truncate()
        self._size = 0


@contextmanager
def _stored(path: Path, limit: int) -> Iterator[Sink]:
    """Yield a sink for a new file, which is deleted if anything goes wrong."""
    try:
        with path.open("xb") as file:
            yield Sink(file, limit)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def receive_form(
    content_type: str,
    chunks: AsyncIterator[bytes],
    path: Path,
    limit: int = LARGEST_UPLOAD,
    file_part: str = FILE_PART,
) -> Upload:
    """Receive multipart/form-data: the part with the file goes to the disk, fields are kept.

    Args:
        content_type: the request's, with the boundary.
        chunks: the request's body.
        path: where the file shall go; it must not exist yet.
        limit: the most bytes.
        file_part: the name of the part that holds the file.

    Returns:
        What arrived; the file is there only when `name` is not None.

    Raises:
        ApiError: malformed (400) or too large (413).
        OSError: the disk is full, or the like.
    """
    with _stored(path, limit) as sink:
        form = await read_form(content_type, chunks, sink, file_part)
    if form.file_name is None:
        path.unlink()
    return Upload(path, form.file_name, form.file_type, form.fields, form.file_is_last)


async def receive_raw(name: str, content_type: str, chunks: AsyncIterator[bytes], path: Path) -> Upload:
    """Receive a body that is the file itself.

    Raises:
        ApiError: too large (413).
        OSError: the disk is full, or the like.
    """
    with _stored(path, LARGEST_UPLOAD) as sink:
        async for chunk in chunks:
            sink.write(chunk)
    return Upload(path, name, content_type)
