"""The bytes of a file, line by line and value by value, before their encoding is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from helpers.preflight.scanning import BLOCK, BOM

# No encoding in use has one of these bytes inside a letter, so lines can be split before decoding.
_BETWEEN_VALUES = re.compile(rb'([,;\t"]+)')


def byte_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines with their line endings and without the byte-order mark."""
    for number, line in enumerate(_lines(path)):
        yield line if number else line.removeprefix(BOM)


def has_mark(path: Path) -> bool:
    """Return whether a file begins with the byte-order mark of UTF-8."""
    with path.open("rb") as file:
        return file.read(len(BOM)) == BOM


def parts(line: bytes) -> list[bytes]:
    """Split a line into its values and their separators; joined, they are the line again."""
    return _BETWEEN_VALUES.split(line)


def values(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield line number and bytes of each value that is not only ASCII."""
    for number, line in enumerate(byte_lines(path), start=1):
        if not line.isascii():
            yield from ((number, part.strip()) for part in parts(line) if not part.isascii())


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if b"\n" in file.read(BLOCK):
            file.seek(0)
            yield from file
            return
    with path.open(encoding="latin-1", newline="\r") as text:  # each byte is a character; lines may end in CR
        for line in text:
            yield line.encode("latin-1")
