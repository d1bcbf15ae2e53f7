"""The text of a file, line by line, whatever its encoding and its line ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.preflight.files.encoding import encoding_of
from helpers.preflight.scanning import BOM

DECODED, UTF16, NO_BOM = (
    "lines decoded from Windows-1252 to UTF-8",
    "lines decoded from UTF-16 to UTF-8",
    "byte-order mark left out",
)
LINE_ENDS, BARE_RETURN = (
    "line ends that differed from the first one made alike",
    "line breaks inside values made blanks",
)
_BLOCK = 1 << 20


def text_lines(path: Path, changes: Counter[str]) -> Iterator[str]:
    """Yield the lines of a file, each ending in LF.

    Args:
        path: the file.
        changes: counts what had to be changed.

    Raises:
        UnicodeDecodeError: some bytes make sense in no encoding that is known here.
    """
    encoding = encoding_of(path)
    if encoding != "cp1252":
        with path.open(encoding=encoding) as text:
            for line in text:
                changes[UTF16] += 1
                yield line.removeprefix("\ufeff").removesuffix("\n") + "\n"
        return
    ending: bytes | None = None
    for raw in _byte_lines(path):
        content = raw.removesuffix(b"\n").removesuffix(b"\r")
        ended = raw[len(content) :]
        ending = ending or ended
        changes[LINE_ENDS] += bool(ended) and ended != ending
        changes[BARE_RETURN] += content.count(b"\r")
        yield _decoded(content, changes).replace("\r", " ") + "\n"


def _byte_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines as bytes with their ends; the byte-order mark is left to `_decoded`."""
    with path.open("rb") as file:
        if b"\n" in file.read(_BLOCK):
            file.seek(0)
            yield from file
            return
    with path.open(encoding="latin-1", newline="\r") as text:  # lines may end in CR alone
        for line in text:
            yield line.encode("latin-1")


def _decoded(line: bytes, changes: Counter[str]) -> str:
    """Decode one line: a file may be UTF-8 in most lines and Windows-1252 in some."""
    if line.startswith(BOM):
        changes[NO_BOM] += 1
        line = line.removeprefix(BOM)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        changes[DECODED] += 1
        return line.decode("cp1252")
