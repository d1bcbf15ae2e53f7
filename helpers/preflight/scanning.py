"""Scan a file's bytes once, to decide whether the fast reader may read it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
BOM = codecs.BOM_UTF8
# A space next to a separator, a line ending or a quote: values must be trimmed.
_BLANKS = (b" ,", b", ", b" \n", b"\n ", b" \r", b'" ', b' "')


@dataclass
class Scan:
    """What the bytes of a file show.

    Args:
        bad_byte: the position of the first byte that is not UTF-8, from 0; None if there is none.
        bom: it begins with a byte-order mark.
        ascii: there is only ASCII.
        quotes: there are quotation marks.
        line_ends: all lines end in LF, or all in CRLF.
        nul: there are NUL characters.
        blanks: values may have spaces around them.
        control: there is the character U+0001.
        lines: how many lines there are, with or without a final line ending.
    """

    bad_byte: int | None = None
    bom: bool = False
    ascii: bool = True
    quotes: bool = False
    line_ends: bool = True
    nul: bool = False
    blanks: bool = False
    control: bool = False
    lines: int = 0


def scan(path: Path, advance: Callable[[int], None] = lambda _: None) -> Scan:
    """Read a file once and return what it contains; stop at a byte that is not UTF-8.

    Args:
        path: the file.
        advance: called with the bytes read since the last call.
    """
    found = Scan()
    decode = codecs.getincrementaldecoder("utf-8")("strict").decode
    done, pairs, returns, last = 0, 0, 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK) + file.readline(BLOCK):  # blocks end where lines do
            if not done:
                found.bom = block.startswith(BOM)
            try:
                _decode(decode, block, found)
            except UnicodeDecodeError as error:
                found.bad_byte = done - (len(error.object) - len(block)) + error.start
                return found
            found.lines += block.count(b"\n")
            if b"\r" in block:
                returns += block.count(b"\r")
                pairs += block.count(b"\r\n")
            _note(block, found)
            done, last = done + len(block), block[-1:]
            advance(len(block))
    try:
        decode(b"", True)
    except UnicodeDecodeError as error:
        found.bad_byte = done - len(error.object)
    found.line_ends = returns == 0 or returns == pairs == found.lines
    found.lines += last not in (b"\n", b"")
    return found


def _decode(decode: Callable[[bytes], str], block: bytes, found: Scan) -> None:
    if not block.isascii():
        found.ascii = False
    if not found.ascii:
        decode(block)


def _note(block: bytes, found: Scan) -> None:
    """Record what the block contains, without searching again for what is already known."""
    found.quotes = found.quotes or b'"' in block
    found.nul = found.nul or b"\0" in block
    found.control = found.control or b"\x01" in block
    found.blanks = found.blanks or _blanks_in(block)


def _blanks_in(block: bytes) -> bool:
    if any(blank in block for blank in (b"\t", b"\v", b"\f")):
        return True
    return b" " in block and (b" " in (block[:1], block[-1:]) or any(pair in block for pair in _BLANKS))
