"""Read CSV files as strictly as Canvas does: UTF-8, comma, Ruby's quoting rules, one kind of line end.

Files are read in blocks, so memory stays flat. A line without a quote is the usual case and simply split.
"""

import codecs
import re
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice
from operator import length_hint
from pathlib import Path
from typing import IO

BLOCK = 1 << 20  # bytes read at a time
LONGEST = 16 << 20  # characters; a longer line or quoted value is taken for a quote that never closes
PART = 1_000_000  # so many lines are compared at a time
_LINE_END = re.compile(r"\r\n|\n|\r")
_NOT_BARE = re.compile(r'["\r\n]')

NOT_UTF8 = "it is not UTF-8: save it as “CSV UTF-8”"
UNCLOSED_QUOTE = "a quote is opened and never closed"
QUOTE_IN_VALUE = "a quote is inside a value that is not quoted"
BLANK_BEFORE_QUOTE = "a space is before an opening quote"
TEXT_AFTER_QUOTE = "text follows a closing quote"
BARE_LINE_END = "a line has a different line ending than the first line (mixed line endings)"
TOO_LONG = "a line is too long"


class MalformedCsv(Exception):
    """Canvas rejects this file as a whole; with the position of the problem.

    Args:
        fault: what is wrong, one of the sentences above.
        line: the line in an editor, counted from 1.
        column: the character in that line, counted from 1.
        row: the row number as in Canvas's messages (the header is row 1), when known.
    """

    def __init__(self, fault: str, line: int, column: int, row: int | None = None) -> None:
        super().__init__(f"{fault} (line {line}, character {column})")
        self.fault, self.line, self.column, self.row = fault, line, column, row


@dataclass(frozen=True)
class CsvSummary:
    """What reading a well-formed file once finds.

    Args:
        header: the first non-blank row, unchanged; empty if there is none.
        rows: the records after it, rows of only commas included, blank lines not.
        repeated_lines: the number of lines that repeat an earlier line.
    """

    header: tuple[str, ...]
    rows: int
    repeated_lines: int


def summarize(path: Path) -> CsvSummary:
    """Read a whole file strictly and summarize it.

    Raises:
        MalformedCsv: Canvas would reject the file; its `row` is set unless the encoding is at fault.
    """
    header: list[str] = []
    hashes = array("q")
    row = 0
    try:
        with path.open("rb") as file:
            lines = _Lines(file, hashes)
            for record in _records(lines):
                header = header or record
                row += 1 + lines.skip_plain()
    except MalformedCsv as malformed:
        if malformed.fault != NOT_UTF8:  # which is found a block at a time, before the rows in it
            malformed.row = row + 1
        raise
    return CsvSummary(tuple(header), max(row - 1, 0), count_repeated(hashes))


def count_repeated(hashes: Sequence[int]) -> int:
    """Return how many of the numbers repeat an earlier one.

    They are compared in parts, so that memory stays flat however many there are.
    """
    parts = len(hashes) // PART + 1
    if parts == 1:
        return len(hashes) - len(set(hashes))
    different = (len({one for one in hashes if one % parts == part}) for part in range(parts))
    return len(hashes) - sum(different)


def header_names(path: Path) -> list[str]:
    """Return the column names that a malformed first record seems to hold: its line, without quotes.

    Canvas judges the header before anything else: a file without the columns of a kind is no SIS file,
    whatever else is wrong with it.
    """
    with path.open("rb") as file:
        first = next((line for _, line in _Lines(file, None) if line.strip()), "")
    return first.replace('"', "").split(",") if first else []


def check_encoding(path: Path) -> None:
    """Read a file for its encoding alone.

    Raises:
        MalformedCsv: it is not UTF-8, or a line is too long.
    """
    with path.open("rb") as file:
        for _ in _Lines(file, None):
            pass


def records(path: Path, *, blank_lines: bool = False) -> Iterator[list[str]]:
    """Yield each non-blank record's values as they are in the file; the first one is the header.

    Args:
        path: the file.
        blank_lines: whether to yield blank lines too, as records without a value.

    Raises:
        MalformedCsv: at the first fault, after the records before it (of the blocks before it, when it is
            the encoding).
    """
    with path.open("rb") as file:
        yield from _records(_Lines(file, None), blank_lines)


def _records(lines: "_Lines", blank_lines: bool = False) -> Iterator[list[str]]:
    for number, line in lines:
        if '"' in line or "\r" in line or "\n" in line:
            yield _split_strictly(number, line, lines)
        elif line:
            yield line.split(",")
        elif blank_lines:
            yield []


class _Lines:
    """The numbered lines of a file, split at the kind of line end that its first line has.

    Args:
        file: the file.
        hashes: takes the hash of every line.
    """

    def __init__(self, file: IO[bytes], hashes: "array[int] | None") -> None:
        self._file = file
        self._hashes = hashes
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._done = 0  # lines of the blocks before
        self.line_end = "\n"
        self.foreign = 0  # line ends of another kind in quoted values: an editor counts them, too
        self._block: list[str] = []
        self._rest = iter(self._block)  # of the block
        self._block_is_plain = False
        self._numbered = enumerate(chain.from_iterable(self._blocks()), start=1)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self._numbered

    def fault(self, fault: str, number: int, line: str, at: int) -> MalformedCsv:
        """Return a fault with its place as an editor shows it."""
        before = _LINE_END.split(self.line_end + line[:at])
        return MalformedCsv(fault, number + self.foreign + len(before) - 2, len(before[-1]) + 1)

    def leave(self, line: str) -> None:
        """Count the foreign line ends of a line that was read."""
        if "\r" in line or "\n" in line:  # with its ends, so that a pair split between two lines is one
            self.foreign += len(_LINE_END.findall(self.line_end + line + self.line_end)) - 2

    def skip_plain(self) -> int:
        """Skip the rest of the block if its lines need only splitting, and return how many had values."""
        left = length_hint(self._rest) if self._block_is_plain else 0
        deque(islice(self._numbered, left), maxlen=0)
        return left - self._block[len(self._block) - left :].count("")

    def _blocks(self) -> Iterator[Iterator[str]]:
        rest = ""
        try:
            for text in self._texts():
                text = rest + text
                lines = text.split(self.line_end)
                rest = lines.pop()
                ends = text.count("\r") + text.count("\n")
                self._block_is_plain = '"' not in text and ends == len(lines) * len(self.line_end)
                self._done += len(lines)
                if len(rest) > LONGEST:
                    raise MalformedCsv(TOO_LONG, self._done + 1, LONGEST)
                if self._hashes is not None:
                    self._hashes.extend(map(hash, lines))
                self._block, self._rest = lines, iter(lines)
                yield self._rest
        except UnicodeDecodeError as error:
            before = _LINE_END.split(rest + error.object[: error.start].decode("utf-8", "ignore"))
            line = self._done + self.foreign + len(before)
            raise MalformedCsv(NOT_UTF8, line, len(before[-1]) + 1) from None
        if rest:
            yield iter([rest])

    def _texts(self) -> Iterator[str]:
        """Yield the decoded text in blocks; the first one holds the first line end, which counts."""
        blocks = self._decoded()
        start = ""
        for block in blocks:
            start += block
            found = _LINE_END.search(start)
            if len(start) > LONGEST or (found and (found.end() < len(start) or found.group() != "\r")):
                break
        self.line_end = found.group() if (found := _LINE_END.search(start)) else "\n"
        yield start
        yield from blocks

    def _decoded(self) -> Iterator[str]:
        while block := self._file.read(BLOCK):
            yield self._decode(block)
        yield self._decode(b"", True)


def _split_strictly(number: int, line: str, lines: _Lines) -> list[str]:
    """Split a record that holds quotes or foreign line ends; a quoted value may go on in the next lines."""
    values, at = [], 0
    while True:
        if line.startswith('"', at):
            value, number, line, at = _quoted(number, line, at, lines)
        else:
            value = _unquoted(number, line, at, lines)
            at += len(value)
        values.append(value)
        if at == len(line):
            lines.leave(line)
            return values
        if line[at] != ",":
            fault = BARE_LINE_END if line[at] in "\r\n" else TEXT_AFTER_QUOTE
            raise lines.fault(fault, number, line, at)
        at += 1


def _unquoted(number: int, line: str, at: int, lines: _Lines) -> str:
    value = line[at:].partition(",")[0]
    if bad := _NOT_BARE.search(value):
        raise lines.fault(_fault(value, bad), number, line, at + bad.start())
    return value


def _fault(value: str, bad: re.Match[str]) -> str:
    if bad.group() != '"':
        return BARE_LINE_END
    return QUOTE_IN_VALUE if value[: bad.start()].strip() else BLANK_BEFORE_QUOTE


def _quoted(number: int, line: str, at: int, lines: _Lines) -> tuple[str, int, str, int]:
    """Return a quoted value and where reading goes on: line number, line and position in it."""
    opened = lines.fault(UNCLOSED_QUOTE, number, line, at)
    value = StringIO()  # a list of millions of short lines would take thirty times their length
    at += 1
    while True:
        close = line.find('"', at)
        if close < 0:
            value.write(line[at:] + lines.line_end)
            lines.leave(line)
            number, line = next(iter(lines), (0, ""))
            at = 0
            if not number or value.tell() > LONGEST:
                raise opened
        elif line.startswith('""', close):
            value.write(line[at : close + 1])
            at = close + 2
        else:
            value.write(line[at:close])
            return value.getvalue(), number, line, close + 1
