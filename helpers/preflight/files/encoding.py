"""The encoding: UTF-8 and nothing else; a byte-order mark does no harm."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers.preflight.findings import FILES, Position, Rule
from helpers.preflight.report import Report

NOT_UTF8 = Rule(
    "not-utf8",
    "stops the file",
    "A file is not UTF-8",
    "{file} is not UTF-8: {more}.",
    "Save it as “CSV UTF-8”, or let repair() write it anew.",
    FILES,
    mended=True,
)
BOM = Rule(
    "bom",
    "note",
    "A file begins with a byte-order mark",
    "{file} begins with a byte-order mark; Canvas does not mind.",
    "Nothing to do.",
    FILES,
)
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
LONGEST_LINE = 1 << 20


def encoding_of(path: Path) -> str:
    """Return how a file that is not UTF-8 is encoded, as far as can be told: UTF-16 or Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4)
    with_mark = next((name for mark, name in _UTF16.items() if start.startswith(mark)), None)
    return with_mark or {0: "utf-16-be", 1: "utf-16-le"}.get(start.find(b"\0"), "cp1252")


def is_utf16(path: Path) -> bool:
    """Tell whether a file looks like UTF-16, which without letters like é can pass for UTF-8."""
    return encoding_of(path) != "cp1252"


def tell_bad_byte(name: str, path: Path, offset: int, report: Report) -> None:
    """Report where the first byte that is no UTF-8 stands and what it probably means.

    Args:
        name: the file's name.
        path: the file.
        offset: the position of the byte, from 0.
    """
    if is_utf16(path):
        report.add(NOT_UTF8, Position(name, row=1, line=1, character=1), more="it looks like UTF-16")
        return
    with path.open("rb") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(max(0, offset - LONGEST_LINE))
        before = file.read(min(offset, LONGEST_LINE))
    start = before.rfind(b"\n") + 1
    character = len(before[start:].decode("utf-8", "replace")) + 1
    line, row, column = _place(path, offset)
    sign = byte.decode("cp1252", "replace")
    more = f"the byte 0x{byte.hex().upper()} would be “{sign}” in Windows-1252"
    report.add(NOT_UTF8, Position(name, row, line, character, column, sign), more=more)


def _place(path: Path, offset: int) -> tuple[int, int | None, str | None]:
    """Return line, row and column of the byte at an offset."""
    line = 1 + _count_feeds(path, offset)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader, header, row = csv.reader(file), None, 0
            for record in reader:
                row += bool(record)
                header = header or record
                if reader.line_num >= line:
                    at = next((at for at, value in enumerate(record) if "\ufffd" in value), len(header or ()))
                    return line, row, header[at] if header and at < len(header) and row > 1 else None
    except csv.Error:
        pass
    return line, None, None


def _count_feeds(path: Path, offset: int) -> int:
    feeds = 0
    with path.open("rb") as file:
        while offset > 0 and (block := file.read(min(1 << 20, offset))):
            feeds += block.count(b"\n")
            offset -= len(block)
    return feeds
