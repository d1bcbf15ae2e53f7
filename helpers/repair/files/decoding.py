"""What the values of a file that is not UTF-8 say: what is certain, and what only a person can choose.

The rule. A file without the mark of UTF-16 or UTF-32 is read as Windows-1252 only if

1. none of its values beyond ASCII is UTF-8 (else two programs wrote to it, or a letter was cut off),
2. each byte beyond ASCII is a letter in Windows-1252,
3. and Windows-1252 has no rival: every other candidate reads the same, or does not make text of all values.

A candidate does not make text of a value if a byte is no character in it, if it puts a symbol between two
letters (MacRoman reads `Müller` as `M¸ller`), or if it mixes two scripts in one word (Windows-1251 reads
`Mьller`). One such value rules the candidate out for the whole file. A rival may have quotes, dashes and
symbols beside words; Windows-1252 may not. So if the file was written in any of the candidates, and its
words are words, the repaired file says what the original said.

Mostly that means: a file with `ö` inside words and other German letters is certain. One with `é` is not,
since MacRoman reads `È`, nor one with `å` (`ĺ` in Windows-1250): there the person chooses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from helpers.preflight.encodings import (
    CANDIDATES,
    WINDOWS,
    decoded,
    has_symbols,
    is_letters,
    is_text,
    label,
)
from helpers.repair.files.raw import has_mark, parts, values
from helpers.repair.files.refusing import Choice, Comparison, NotRepairable, Reading

MOST_SHOWN = 5
_ASCII = bytes(range(32, 127))
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_EXPORT_AGAIN = "Export the file again as CSV UTF-8."


def encoding_for(path: Path, encoding: str | None, mixed: bool | None) -> str | None:
    """Return what the values of a file are read in that are not UTF-8; None when all of them are UTF-8.

    Args:
        path: the file; not in UTF-16.
        encoding: what a person chose; None asks for what is certain.
        mixed: for values that make sense in both, whether they are UTF-8.

    Raises:
        NotRepairable: it is not certain, or the choice does not fit.
    """
    if encoding is not None:
        _check_choice(path, _known(encoding), mixed)
        return encoding
    found = _survey(path)
    if not found.foreign:
        return None
    comparison = _compare(found.foreign, found.groups or CANDIDATES)
    if found.any_utf8 or has_mark(path):
        raise NotRepairable(
            f"some values of {path.name} are UTF-8, and others are not: a letter was cut off, or two programs"
            f" wrote to the file. {_told(found.foreign)}",
            f"If a letter was cut off, export the file again as CSV UTF-8. {_to_choose(path, comparison)}",
            comparison,
        )
    if not found.certain:
        raise NotRepairable(
            f"{path.name} is not UTF-8, and its encoding is not certain. {_told(found.foreign)}",
            _to_choose(path, comparison),
            comparison,
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
    """Return the ways in which a value makes sense: as UTF-8, in an encoding, both, or (as a fault) none."""
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
    """What the values of a file tell of its encoding.

    Args:
        foreign: values that are not UTF-8, with their lines: the first, and all that tell candidates apart.
        any_utf8: some values are UTF-8 beyond ASCII.
        letters: Windows-1252 makes letters of all foreign bytes.
        groups: the candidates that make text of all foreign values; those of one number read the same.
    """

    foreign: dict[bytes, int] = field(default_factory=dict)
    any_utf8: bool = False
    letters: bool = True
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CANDIDATES, 0))

    @property
    def certain(self) -> bool:
        """Whether the file is in Windows-1252, by the second and the third point of the rule."""
        return self.letters and WINDOWS in self.groups and len(set(self.groups.values())) == 1

    def add(self, value: bytes, line: int) -> None:
        """Take in a value that is not UTF-8."""
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
    """Raise NotRepairable unless each value of a file has one reading, given what a person chose."""
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
        raise NotRepairable(
            f"line {line:,} of {path.name} holds a character that was written as two halves (CESU-8):"
            f" {_shown(value)}.",
            _EXPORT_AGAIN,
        )


def _check_reading(path: Path, line: int, value: bytes, encoding: str, readings: Sequence[str]) -> None:
    """Raise NotRepairable when a value is no text in the encoding, or UTF-8 in part."""
    where = f"line {line:,} of {path.name} holds {_shown(value)}"
    if not readings:
        raise NotRepairable(
            f"{where}, which cannot be read in {label(encoding)}.",
            "Choose another encoding; without one, repair() shows how each would read.",
        )
    if _UTF8_LETTER.search(value) and (has_symbols(readings[0]) or not is_text(readings[0])):
        raise NotRepairable(
            f"{where}, of which a part is UTF-8; {label(encoding)} would make “{readings[0]}” of it.",
            f"Correct this value in the file it comes from. {_EXPORT_AGAIN}",
        )


def _both(path: Path, encoding: str, doubtful: Mapping[bytes, int]) -> NotRepairable:
    name = label(encoding)
    readings = tuple(
        Reading(
            {"encoding": encoding, "mixed": mixed}, told, tuple(value.decode(codec) for value in doubtful)
        )
        for mixed, told, codec in ((True, "UTF-8", "utf-8"), (False, name, encoding))
    )
    comparison = Comparison(tuple(doubtful.values()), readings)
    return NotRepairable(
        f"some values of {path.name} make sense both as UTF-8 and in {name}.",
        f"If all of the file is in {name}, type {_call(path, readings[1].choice)}. If what makes sense as"
        f" UTF-8 is UTF-8, type {_call(path, readings[0].choice)}.",
        comparison,
    )


def _known(encoding: str) -> str:
    """Return an encoding in which files come: it has the letters of ASCII where ASCII has them."""
    try:
        fits = _ASCII.decode(codecs.lookup(encoding).name) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        fits = False
    if not fits:
        raise NotRepairable(
            f"“{encoding}” is no encoding that CSV files are saved in.",
            f"Use one of {', '.join(CANDIDATES)}, or another one of Python's.",
        )
    return encoding


def _compare(foreign: Mapping[bytes, int], fitting: Iterable[str]) -> Comparison:
    """Show how each candidate reads the values, equal ones together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for codec in fitting:
        texts = [decoded(value, codec) for value in foreign]
        if None not in texts:
            alike.setdefault(tuple(text or "" for text in texts), []).append(codec)
    shown = _telling(list(alike))
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


def _telling(readings: Sequence[tuple[str, ...]]) -> list[int]:
    """Return which values to show: those that tell the readings apart, then the first ones."""
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
    """Return how much in a reading names do not have: symbols, and capitals after small letters."""
    capitals = sum(a.islower() and b.isupper() for text in reading.values for a, b in pairwise(text))
    return sum(map(has_symbols, reading.values)), capitals


def _to_choose(path: Path, comparison: Comparison) -> str:
    if not comparison.readings:
        return _EXPORT_AGAIN
    call = _call(path, comparison.readings[0].choice)
    return (
        f"Find the row that reads right, and repair with its encoding, for example {call}: what is UTF-8"
        " stays. If none reads right, export the file again as CSV UTF-8."
    )


def _call(path: Path, choice: Choice) -> str:
    return f"repair({path.as_posix()!r}, {Reading(choice, '', ()).typed})"


def _told(foreign: Mapping[bytes, int]) -> str:
    value, line = next(iter(foreign.items()))
    return f"The first such value is {_shown(value)} in line {line:,}."


def _shown(value: bytes) -> str:
    return f"“{value.decode('utf-8', 'backslashreplace')}”"
