"""The text of a file, line by line, whatever its encoding and line endings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpers.errors import FileNotRepairable
from helpers.preflight.encodings import decoded, is_text, label
from helpers.preflight.files.encoding import has_wide_mark, wide_encoding
from helpers.repair.files.decoding import encoding_for, read_line
from helpers.repair.files.raw import byte_lines, has_mark

DECODED = "lines decoded from {encoding} to UTF-8"
NO_BOM = "byte-order mark removed"
LINE_ENDS, BARE_RETURN = (
    "line endings made the same as the first one",
    "line breaks inside values replaced by spaces",
)
_SEPARATORS = ",;\t|"


def text_lines(
    path: Path, changes: Counter[str], encoding: str | None = None, mixed: bool | None = None
) -> Iterator[str]:
    """Yield the lines of a file, each ending in LF.

    Args:
        path: the file.
        changes: counts the changes.
        encoding: the encoding that a person chose for values that are not UTF-8.
        mixed: for values that make sense in both, whether they are UTF-8.

    Raises:
        FileNotRepairable: the meaning of some bytes is not certain.
    """
    if wide := wide_encoding(path):
        yield from _wide_lines(path, wide, changes)
        return
    chosen = encoding_for(path, encoding, mixed)
    changes[NO_BOM] += has_mark(path)
    ending: bytes | None = None
    for raw in byte_lines(path):
        content = raw.removesuffix(b"\n").removesuffix(b"\r")
        ended = raw[len(content) :]
        ending = ending or ended
        changes[LINE_ENDS] += bool(ended) and ended != ending
        changes[BARE_RETURN] += content.count(b"\r")
        text, is_decoded = read_line(content, chosen, mixed)
        if is_decoded and chosen:
            changes[DECODED.format(encoding=label(chosen))] += 1
        yield text.replace("\r", " ") + "\n"


def _wide_lines(path: Path, codec: str, changes: Counter[str]) -> Iterator[str]:
    """Yield the lines of UTF-16 or UTF-32; raise if another program added something else to the file.

    Without a byte-order mark, the encoding is certain only if every line reads as text.
    """
    marked = has_wide_mark(path)
    name = codec[:6].upper()
    try:
        with path.open(encoding=codec) as text:
            header = ""
            for number, line in enumerate(text, start=1):
                header = header or line
                if _is_foreign(line, header, codec) or not (marked or _is_readable(line)):
                    raise _not_all(path, name, f"line {number:,} is not")
                changes[DECODED.format(encoding=name)] += 1
                yield line.removeprefix("\ufeff").removesuffix("\n") + "\n"
    except UnicodeDecodeError:
        raise _not_all(path, name, "some of its bytes are not") from None


def _is_foreign(line: str, header: str, codec: str) -> bool:
    """Return whether a line has the separators of a row only if each byte is read as a character."""
    separator = max(_SEPARATORS, key=header.count)
    most = header.count(separator)
    return most > 0 and separator not in line and line.encode(codec).count(separator.encode()) >= most


def _is_readable(line: str) -> bool:
    """Return whether a line has only characters that exist, in words that a person may have written."""
    return decoded(line.encode("utf-8"), "utf-8") is not None and is_text(line)


def _not_all(path: Path, name: str, what: str) -> FileNotRepairable:
    return FileNotRepairable(
        f"{path.name} begins as {name}, but {what}: two programs wrote to the file, or it was cut off.",
        "Export the file again as CSV UTF-8.",
    )
