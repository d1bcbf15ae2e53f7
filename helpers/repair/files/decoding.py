"""Decode a file that is not UTF-8: what is certain, and what only a person can choose.

The rule. A file without the mark of UTF-16 or UTF-32 is decoded as Windows-1252 only if

1. no value with non-ASCII bytes is UTF-8 (otherwise two programs wrote to it, or a letter was cut off),
2. each non-ASCII byte is a letter in Windows-1252,
3. and Windows-1252 has no rival: every other candidate gives the same text, or fails to read all values.

A candidate cannot read a value as text if one of its bytes is not a character, if a symbol appears between
two letters (MacRoman reads `Müller` as `M¸ller`), or if one word mixes two scripts (Windows-1251 reads
`Mьller`). One such value rules out the candidate for the whole file. A rival may have quotes, dashes, and
symbols next to words; Windows-1252 may not. So if the file was written in any of the candidates and its
words are words, the repaired file says what the original said.

In practice, a file with `ö` inside words and other German letters is certain. A file with `é` is not,
because MacRoman reads `È`, and neither is one with `å` (`ĺ` in Windows-1250): in these cases, the person
chooses.
"""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from helpers.errors import FileNotRepairable
from helpers.preflight.encodings import (
    CANDIDATES,
    WINDOWS,
    decoded,
    has_symbols,
    is_letters,
    is_text,
    label,
)
from helpers.repair.files.comparison import Choice, Comparison, Reading
from helpers.repair.files.raw import has_mark, parts, values

MOST_SHOWN = 5
_ASCII = string.printable.encode()
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_EXPORT_AGAIN = "Export the file again as CSV UTF-8."


def encoding_for(path: Path, encoding: str | None, mixed: bool | None) -> str | None:
    """Return the encoding of the values that are not UTF-8; None if all values are UTF-8.

    Args:
        path: the file; not in UTF-16.
        encoding: the encoding that a person chose; None to accept only what is certain.
        mixed: for values that make sense in both, whether they are UTF-8.

    Raises:
        FileNotRepairable: the encoding is not certain, or the chosen one does not fit.
    """
    if encoding is not None:
        _check_choice(path, _checked(encoding), mixed)
        return encoding
    found = _survey(path)
    if not found.foreign:
        return None
    comparison = _compare(found.foreign, found.groups or CANDIDATES)
    if found.any_utf8 or has_mark(path):
        raise FileNotRepairable(
            f"Some values in {path.name} are UTF-8 and others are not: a letter was cut off, or two programs"
            f" wrote to the file. {_first(found.foreign)}",
            f"If a letter was cut off, export the file again as CSV UTF-8. {_to_choose(path, comparison)}",
            comparison or None,
        )
    if not found.certain:
        raise FileNotRepairable(
            f"{path.name} is not UTF-8, and its encoding is not certain. {_first(found.foreign)}",
            _to_choose(path, comparison),
            comparison or None,
        )
    return WINDOWS


def read_line(line: bytes, encoding: str | None, mixed: bool | None) -> tuple[str, bool]:
    """Return a line as text, and whether some of it is not UTF-8; `encoding_for` has found no fault in it."""
    if line.isascii() or encoding is None:
        return line.decode("utf-8"), False
    read = -1 if mixed is False else 0
    text = "".join(
        part.decode() if part.isascii() else _readings(part, encoding)[read] for part in parts(line)
    )
    return text, text.encode() != line


def _readings(value: bytes, encoding: str) -> list[str]:
    """Return the readings of a value that make sense: UTF-8, the encoding, both, or (a fault) neither."""
    as_utf8, other = _utf8(value), decoded(value, encoding)
    if as_utf8 is None:
        return [] if other is None else [other]
    if other is None or not is_text(other) or has_symbols(other):
        return [as_utf8]
    return [as_utf8, other] if is_text(as_utf8) else [other]


def _utf8(value: bytes) -> str | None:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None


@dataclass
class _Survey:
    """What the values of a file show about its encoding.

    Args:
        foreign: values that are not UTF-8, with their lines: the first, and all that distinguish candidates.
        any_utf8: some values are UTF-8 and not just ASCII.
        letters: Windows-1252 reads all foreign bytes as letters.
        groups: the candidates that read all foreign values as text; those with the same number read the same.
    """

    foreign: dict[bytes, int] = field(default_factory=dict)
    any_utf8: bool = False
    letters: bool = True
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CANDIDATES, 0))

    @property
    def certain(self) -> bool:
        """Whether the file is in Windows-1252, by points 2 and 3 of the rule."""
        return self.letters and WINDOWS in self.groups and len(set(self.groups.values())) == 1

    def add(self, value: bytes, line: int) -> None:
        """Add a value that is not UTF-8."""
        usual = decoded(value, WINDOWS)
        self.letters = self.letters and usual is not None and is_letters(usual)
        texts = {codec: decoded(value, codec) for codec in self.groups}
        fitting = {codec: text for codec, text in texts.items() if text is not None and is_text(text)}
        before = len({self.groups[codec] for codec in fitting})
        apart = {codec: (self.groups[codec], text) for codec, text in fitting.items()}
        numbers = {group: number for number, group in enumerate(dict.fromkeys(apart.values()))}
        self.groups = {codec: numbers[group] for codec, group in apart.items()}
        if len(self.foreign) < MOST_SHOWN or len(numbers) > before:
            self.foreign.setdefault(value, line)


def _survey(path: Path) -> _Survey:
    found = _Survey()
    for line, value in values(path):
        if _utf8(value) is not None:
            found.any_utf8 = True
            continue
        _check_halves(path, line, value)
        found.add(value, line)
    return found


def _check_choice(path: Path, encoding: str, mixed: bool | None) -> None:
    """Raise FileNotRepairable unless each value of a file has one reading, given what a person chose."""
    doubtful: dict[bytes, int] = {}
    for line, value in values(path):
        readings = _readings(value, encoding)
        if _utf8(value) is None:
            _check_halves(path, line, value)
            _check_reading(path, line, value, encoding, readings)
        elif len(readings) > 1 and len(doubtful) < MOST_SHOWN:
            doubtful.setdefault(value, line)
    if doubtful and mixed is None:
        raise _both(path, encoding, doubtful)


def _check_halves(path: Path, line: int, value: bytes) -> None:
    if _HALVES.search(value):
        raise FileNotRepairable(
            f"Line {line:,} of {path.name} contains a character that was written as two halves (CESU-8):"
            f" {_shown(value)}.",
            _EXPORT_AGAIN,
        )


def _check_reading(path: Path, line: int, value: bytes, encoding: str, readings: Sequence[str]) -> None:
    """Raise FileNotRepairable if a value is not text in the encoding, or is UTF-8 in part."""
    where = f"Line {line:,} of {path.name} contains {_shown(value)}"
    if not readings:
        raise FileNotRepairable(
            f"{where}, which cannot be read as {label(encoding)}.",
            "Choose another encoding. Without one, repair_file() shows how each encoding reads the file.",
        )
    if _UTF8_LETTER.search(value) and (has_symbols(readings[0]) or not is_text(readings[0])):
        raise FileNotRepairable(
            f"{where}, part of which is UTF-8. {label(encoding)} would read it as “{readings[0]}”.",
            f"Correct this value in its source. {_EXPORT_AGAIN}",
        )


def _both(path: Path, encoding: str, doubtful: Mapping[bytes, int]) -> FileNotRepairable:
    name = label(encoding)
    readings = tuple(
        Reading(
            {"encoding": encoding, "mixed": mixed}, shown, tuple(value.decode(codec) for value in doubtful)
        )
        for mixed, shown, codec in ((True, "UTF-8", "utf-8"), (False, name, encoding))
    )
    comparison = Comparison(tuple(doubtful.values()), readings)
    return FileNotRepairable(
        f"Some values in {path.name} make sense both as UTF-8 and as {name}.",
        f"If the whole file is in {name}, type {_call(path, readings[1].choice)}. If these values are UTF-8,"
        f" type {_call(path, readings[0].choice)}.",
        comparison,
    )


def _checked(encoding: str) -> str:
    """Return an encoding that CSV files use: its ASCII letters are those of ASCII."""
    try:
        fits = _ASCII.decode(codecs.lookup(encoding).name) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        fits = False
    if not fits:
        raise FileNotRepairable(
            f"“{encoding}” is not an encoding for CSV files.",
            f"Use one of {', '.join(CANDIDATES)}, or another encoding that Python knows.",
        )
    return encoding


def _compare(foreign: Mapping[bytes, int], fitting: Iterable[str]) -> Comparison:
    """Show how each candidate reads the values, with equal readings in one row."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for codec in fitting:
        texts = [decoded(value, codec) for value in foreign]
        if None not in texts:
            alike.setdefault(tuple(text or "" for text in texts), []).append(codec)
    shown = _distinguishing(list(alike))
    lines = list(foreign.values())
    readings = (
        Reading(
            {"encoding": codecs_alike[0]},
            ", ".join(map(label, codecs_alike)),
            tuple(texts[at] for at in shown),
        )
        for texts, codecs_alike in alike.items()
    )
    return Comparison(tuple(lines[at] for at in shown), tuple(sorted(readings, key=_oddity)))


def _distinguishing(readings: Sequence[tuple[str, ...]]) -> list[int]:
    """Return which values to show: those that distinguish the readings, then the first ones."""
    if not readings:
        return []
    shown: list[int] = []
    rest = list(range(len(readings[0])))
    while rest and len(shown) < MOST_SHOWN:
        best = max(rest, key=lambda at: len({tuple(each[i] for i in [*shown, at]) for each in readings}))
        shown.append(best)
        rest.remove(best)
    return sorted(shown)


def _oddity(reading: Reading) -> tuple[int, int]:
    """Count what names do not have: symbols, and capital letters after lowercase ones."""
    capitals = sum(a.islower() and b.isupper() for text in reading.values for a, b in pairwise(text))
    return sum(map(has_symbols, reading.values)), capitals


def _to_choose(path: Path, comparison: Comparison) -> str:
    if not comparison.readings:
        return _EXPORT_AGAIN
    call = _call(path, comparison.readings[0].choice)
    return (
        f"Find the row that reads correctly and repair with its encoding, for example {call}. Values that are"
        " UTF-8 stay as they are. If no row reads correctly, export the file again as CSV UTF-8."
    )


def _call(path: Path, choice: Choice) -> str:
    return f"repair_file({path.as_posix()!r}, {Reading(choice, '', ()).typed})"


def _first(foreign: Mapping[bytes, int]) -> str:
    value, line = next(iter(foreign.items()))
    return f"The first value that is not UTF-8 is {_shown(value)} in line {line:,}."


def _shown(value: bytes) -> str:
    return f"“{value.decode('utf-8', 'backslashreplace')}”"
