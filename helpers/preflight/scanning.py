"""Scan a file's bytes once, to decide whether the fast reader may read it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
BOM = codecs.BOM_UTF8
MARKS = b"\x02\x03"
"""What replaces the line breaks in values, LF and CR, in a file that has neither."""
# A space next to a separator, a line ending or a quote: values must be trimmed.
_BLANKS = (b" ,", b", ", b" \n", b"\n ", b" \r", b"\r ", b'" ', b' "')


@dataclass
class Scan:
    """What the bytes of a file show.

    Args:
        bad_byte: the position of the first byte that is not UTF-8, from 0; None if there is none.
        bom: it begins with a byte-order mark.
        seen: each byte that occurs, once.
        line_ends: all lines end in LF, all in CRLF, or all in CR.
        blanks: values may have spaces around them.
        lines: how many lines there are, with or without a final line ending, if all end alike.
    """

    bad_byte: int | None = None
    bom: bool = False
    seen: bytes = b""
    line_ends: bool = True
    blanks: bool = False
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
            found.seen += bytes({*block.translate(None, found.seen)})
            try:
                if not found.seen.isascii():
                    decode(block)
            except UnicodeDecodeError as error:
                found.bad_byte = done - (len(error.object) - len(block)) + error.start
                return found
            found.lines += block.count(b"\n")
            if b"\r" in block:
                returns += block.count(b"\r")
                pairs += block.count(b"\r\n")
            found.blanks = found.blanks or _blanks_in(block, found.seen)
            done, last = done + len(block), block[-1:]
            advance(len(block))
    try:
        decode(b"", True)
    except UnicodeDecodeError as error:
        found.bad_byte = done - len(error.object)
    found.line_ends = returns == 0 or returns == pairs == found.lines or not found.lines
    found.lines = (found.lines or returns) + (last not in (b"\n", b"\r", b""))
    return found


def _blanks_in(block: bytes, seen: bytes) -> bool:
    if any(blank in seen for blank in b"\t\v\f" + MARKS):
        return True
    if b" " not in seen:
        return False
    return block.startswith(b" ") or block.endswith(b" ") or any(pair in block for pair in _BLANKS)
