"""The encoding must be UTF-8; a byte-order mark is allowed."""

from __future__ import annotations

import codecs
import csv
import re
from io import IncrementalNewlineDecoder
from pathlib import Path

from helpers.preflight.encodings import CANDIDATES, decoded, is_letters, label
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import FILES, Position, Rule
from helpers.preflight.scanning import BLOCK

NOT_UTF8 = Rule(
    slug="not-utf8",
    severity="stops the file",
    title="File is not UTF-8",
    template="{file} is not UTF-8: {more}.",
    fix=(
        "Save it as “CSV UTF-8”, or let repair_file() rewrite it. If the encoding is not "
        "certain, you choose it."
    ),
    repairable=True,
)
BOM = Rule(
    slug="bom",
    severity="note",
    title="File begins with a byte-order mark",
    template="{file} begins with a byte-order mark. Canvas accepts it.",
    fix="Nothing to do.",
    taught_in=FILES,
)
_WIDE = {  # the longer mark first: the one of UTF-32 begins like that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_WITHOUT_MARK = {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}
_MOST_READINGS = 3
LONGEST_LINE = 1 << 20


def wide_encoding(path: Path) -> str | None:
    """Return the kind of UTF-16 or UTF-32 of a file, by its mark or because every other byte is NUL."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((codec for mark, codec in _WIDE.items() if start.startswith(mark)), None)
    return marked or _WITHOUT_MARK.get("".join("0" if byte == 0 else "x" for byte in start))


def has_wide_mark(path: Path) -> bool:
    """Return whether a file begins with the byte-order mark of UTF-16 or UTF-32."""
    with path.open("rb") as file:
        return file.read(4).startswith(tuple(_WIDE))


def report_bad_byte(name: str, path: Path, offset: int, file_findings: FileFindings) -> None:
    """Report the first byte that is not UTF-8: where it is, and which letter it may be.

    Args:
        name: the file's name.
        path: the file.
        offset: the position of the byte, from 0.
    """
    if wide := wide_encoding(path):
        more = f"it looks like {wide[:6].upper()}"
        file_findings.add(NOT_UTF8, Position(name, row=1, line=1, character=1), more=more)
        return
    with path.open("rb") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(max(0, offset - LONGEST_LINE))
        before = file.read(min(offset, LONGEST_LINE))
    line_start = re.split(rb"[\r\n]", before)[-1]
    character = len(line_start.decode("utf-8", "replace").removeprefix("\ufeff")) + 1
    line, row, column = _place(path, offset)
    value = f"0x{byte.hex().upper()}"
    file_findings.add(NOT_UTF8, Position(name, row, line, character, column, value), more=_meanings(byte))


def _meanings(byte: bytes) -> str:
    """List which letters a byte is in the most likely encodings."""
    letters: dict[str, str] = {}
    for codec in CANDIDATES:
        if (letter := decoded(byte, codec)) and is_letters(letter):
            letters.setdefault(letter, label(codec))
    readings = [f"“{letter}” in {where}" for letter, where in letters.items()][:_MOST_READINGS]
    meanings = f" is {', '.join(readings)}" if readings else " is not a letter in any common encoding"
    return f"the byte 0x{byte.hex().upper()}{meanings}"


def _place(path: Path, offset: int) -> tuple[int, int | None, str | None]:
    """Return line, row and column of the byte at an offset."""
    line = 1 + _count_line_ends(path, offset)
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


def _count_line_ends(path: Path, offset: int) -> int:
    """Count the line ends of any kind before an offset."""
    count, newlines = 0, IncrementalNewlineDecoder(None, translate=True)
    with path.open("rb") as file:
        while block := file.read(min(BLOCK, offset)):
            offset -= len(block)
            count += newlines.decode(block.decode("latin-1"), final=offset == 0).count("\n")
    return count
