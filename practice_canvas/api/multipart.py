"""Read multipart/form-data piece by piece."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from practice_canvas.api import errors

FILE_PART = "attachment"
LARGEST_FIELDS = 256 * 1024
MOST_PARTS = 500


class Target(Protocol):
    """Where the file's bytes go."""

    def write(self, data: bytes) -> None:
        """Append bytes."""
        ...

    def restart(self) -> None:
        """Drop the bytes so far: another file takes the place of this one."""
        ...


class Discard:
    """Drops the bytes of a file that is not needed."""

    def write(self, data: bytes) -> None:
        """Drop bytes."""

    def restart(self) -> None:
        """Do nothing: nothing was kept."""


@dataclass
class Form:
    """The content of a form without the file's bytes."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    file_name: str | None = None
    file_type: str = "application/octet-stream"
    file_is_last: bool = False


async def read_form(
    content_type: str, chunks: AsyncIterator[bytes], target: Target, file_part: str = FILE_PART
) -> Form:
    """Read a form; the bytes of its last file part of the given name go to `target`.

    Raises:
        ApiError: it is malformed (400) or its fields are too large (413).
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise errors.bad_request("The Content-Type of the form has no boundary.")
    reader = _Reader(target, file_part)
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]
        async for chunk in _from_first_boundary(b"--" + boundary, chunks):
            parser.write(chunk)
        parser.finalize()
    except FormParserError as malformed:
        raise errors.bad_request(f"The form is malformed: {malformed}") from malformed
    if not reader.complete:
        raise errors.bad_request("The form ends before its closing boundary.")
    return reader.form


async def _from_first_boundary(boundary: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a body without the text before its first boundary, which RFC 2046 allows."""
    before = b"\n"  # a boundary begins a line
    async for chunk in chunks:
        before += chunk
        if (start := before.find(b"\n" + boundary)) >= 0:
            yield before[start + 1 :]
            break
        before = before[-len(boundary) - 1 :]
    async for chunk in chunks:
        yield chunk


class _Reader:
    """Takes the parser's calls: collects fields and passes the file's bytes on."""

    def __init__(self, target: Target, file_part: str) -> None:
        self.form = Form()
        self.complete = False
        self._target = target
        self._file_part = file_part
        self._parts = self._field_bytes = 0
        self._headers: dict[str, str] = {}
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._name = ""
        self._value: bytearray | None = None

    def callbacks(self) -> dict[str, object]:
        """Return the parser's table of calls."""
        names = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end")
        table = {f"on_{name}": getattr(self, name) for name in names}
        return table | {"on_headers_finished": self.headers_finished, "on_end": self.end}

    def part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise errors.bad_request(f"The form has more than {MOST_PARTS} parts.")
        self._headers = {}

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def header_end(self) -> None:
        name, value = (part.decode("utf-8", "replace") for part in self._header)
        self._headers[name.lower()] = value
        self._header = (bytearray(), bytearray())

    def headers_finished(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        self._name = _parameter(disposition, "name") or ""
        file_name = _parameter(disposition, "filename")
        self.form.file_is_last = bool(file_name) and self._name == self._file_part
        if self.form.file_is_last:
            self._target.restart()
            self.form.file_name = base_name(file_name or "")
            self.form.file_type = self._headers.get("content-type", Form.file_type)
        self._value = bytearray() if file_name is None else None

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self.form.file_is_last:
            self._target.write(data[start:end])
        elif self._value is not None:
            self._field_bytes += end - start
            if self._field_bytes > LARGEST_FIELDS:
                raise errors.too_large(LARGEST_FIELDS)
            self._value.extend(data[start:end])

    def part_end(self) -> None:
        if self._value is not None:
            self.form.fields.append((self._name, self._value.decode("utf-8", "replace")))

    def end(self) -> None:
        self.complete = True


def _parameter(disposition: str, name: str) -> str | None:
    """Return a parameter of a Content-Disposition, written plainly or in the extended way (`filename*=`)."""
    if extended := re.search(rf"""; *{name}\*=utf-8''([^; ]+)""", disposition, re.IGNORECASE):
        return unquote(extended[1])
    plain = re.search(rf'; *{name}=(?:"((?:[^"\\]|\\.)*)"|([^; ]+))', disposition, re.IGNORECASE)
    if plain is None:
        return None
    quoted = plain[1] if plain[1] is not None else plain[2]
    return re.sub(r"%22|%0D|%0A", lambda m: unquote(m[0]), re.sub(r'\\(["\\])', r"\1", quoted))


def base_name(path: str) -> str:
    """Return a file's name without the folders that some clients send along."""
    name = re.split(r"[/\\]", path)[-1]
    return "".join(character for character in name if character.isprintable()) or "attachment"
