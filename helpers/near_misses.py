"""What looks right and is not: look-alike IDs, invisible characters, files of another format than their name.

Checks, repairs and reports share these facts, so that all of them see the same faults.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

ODD_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f"
"""Spaces that look like the plain one. The full-width space is not among them: East Asian names have it."""
JOINERS: Final = "\u200c\u200d"
"""They belong to the spelling of names in Persian, Hindi and other scripts."""
ZERO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
)
"""Characters without a width, marks of the direction of writing among them."""
DIRECTIONS: Final = "\u061c\u200e\u200f"
"""Marks that belong to a text in a script written from right to left."""
RIGHT_TO_LEFT: Final = "\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""The scripts written from right to left."""
OVERRIDES: Final = "\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
"""Marks that override the direction of the text around them."""
ASCII_CONTROLS: Final = "\x01-\x08\x0e-\x1f\x7f"
CONTROLS: Final = f"{ASCII_CONTROLS}\x80-\x9f"
INVISIBLE: Final = f"[{ODD_SPACES}{JOINERS}{ZERO_WIDTH}]"
"""A regular expression, for Python and for DuckDB: characters that change an ID and cannot be seen."""
INVISIBLE_IN_IDS: Final = (
    f"[{ODD_SPACES}{JOINERS}{ZERO_WIDTH}{CONTROLS}\u115f\u1160\u2800\u3000\u3164\ufe00-\ufe0f\uffa0]"
)
"""As `INVISIBLE`, with characters that belong to names or that no name has."""

PREFIX: Final = r"^(hex:)?(sis|lti)_([a-z_]+):"
"""A regular expression: how the API, but no file, marks a SIS ID."""

_LATIN: Final = {  # letters of other alphabets, and the Latin letters that they look like
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһѵ": "ABESIJKMHOPCTYXaesijopcyxdqwhv",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρϲϳ": "ABEZHIKMNOPTYXovpcj",
    "ıⅼ": "il",
    "‐‑‒–—―−⁃﹘﹣－ー": "-" * 12,
    "‘’‚‛′´`ʹʼ": "'" * 9,
    "“”„‟″«»": '"' * 7,
    "․⁎∗∕⁄∶": ".**//:",
}


def _twins() -> dict[str, str]:
    """Return each character that looks like one of ASCII, with that one: wide letters, digits, dashes …"""
    twins = {one: other for ours, theirs in _LATIN.items() for one, other in zip(ours, theirs, strict=True)}
    for code in (*range(0xA0, 0x3000), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)):
        character = chr(code)
        digit = unicodedata.digit(character, None)
        plain = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
        if len(plain) == 1 and "!" <= plain <= "~":
            twins.setdefault(character, plain)
    return twins


TWINS: Final[Mapping[str, str]] = _twins()
"""Characters that look like one of ASCII, and that one."""
ANY_TWIN: Final = f"[{''.join(TWINS)}]"
"""A regular expression for one of them."""
_TWINS: Final = str.maketrans(dict(TWINS))

# What two IDs may differ in and still look alike, in the order in which it is taken away: a name, and a
# regular expression for Python and DuckDB with its replacement. Values are in lowercase by then.
_STEPS: Final = (
    ("invisible characters", INVISIBLE_IN_IDS, ""),
    ("spaces", r"[ \t\n\v\f\r\x00]+", ""),
    ("an equals sign or quotes", "[=\"']", ""),
    ("an API prefix", PREFIX, ""),
    ("a decimal zero", r"^([0-9]+)[.,]0+$", r"\1"),
    ("separators between digits", r"^([0-9]{1,3})[.,]([0-9]{3})$", r"\1\2"),
    ("separators between digits", r"^([0-9]{1,3})[.,]([0-9]{3})[.,]([0-9]{3})$", r"\1\2\3"),
    ("leading zeros", "^0+", ""),
)
_SIMPLE: Final = r"[0-9]*([A-Za-z@_-][!#-&(-9;<>-~]*)?"
"""A regular expression, for Python and for DuckDB: texts of ASCII that look like others only because of case
and leading zeros, which are most of them. Only the last of the steps above changes them."""
_ALPHABETS: Final = "characters that look alike"
_ACCENTS: Final = "how accents are stored (NFC or NFD)"
_CASE: Final = "uppercase and lowercase letters"
_Step = tuple[str, Callable[[str], str]]


def _replacing(pattern: str, by: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


_ALL: Final[tuple[_Step, ...]] = (
    (_ACCENTS, lambda text: unicodedata.normalize("NFC", text)),
    (_ALPHABETS, lambda text: text.translate(_TWINS)),
    (_CASE, str.lower),
    *((named, _replacing(pattern, by)) for named, pattern, by in _STEPS),
)


_IS_SIMPLE: Final = re.compile(_SIMPLE).fullmatch


def normal(text: str) -> str:
    """Return what all texts that look alike have in common."""
    if _IS_SIMPLE(text):
        return text.lower().lstrip("0")
    return _without("", text)


def _without(left_out: str, text: str) -> str:
    for named, step in _ALL:
        text = text if named == left_out else step(text)
    return text


def sql_normal(value: str) -> str:
    """Return SQL for what `normal` returns, given SQL for a text."""
    ours, theirs = "".join(TWINS), "".join(TWINS.values())
    plain = f"translate(nfc_normalize({value}), '{ours}', '{_quoted(theirs)}')"
    found = (  # the slow translation only where it changes something
        f"lower(CASE WHEN strlen({value}) = length({value}) THEN {value}"
        f" WHEN regexp_matches({value}, '{ANY_TWIN}') THEN {plain} ELSE nfc_normalize({value}) END)"
    )
    for _, pattern, by in _STEPS:
        found = f"regexp_replace({found}, '{_quoted(pattern)}', '{by}', 'g')"
    simple = f"regexp_full_match({value}, '{_SIMPLE}')"
    zeros = f"CASE WHEN {value} < '1' THEN ltrim(lower({value}), '0') ELSE lower({value}) END"
    return f"CASE WHEN {simple} THEN {zeros} ELSE {found} END"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def difference(one: str, other: str) -> str:
    """Return in words what two texts that look alike differ in."""
    named = dict.fromkeys(name for name, _ in _ALL if _without(name, one) != _without(name, other))
    odd = sorted({c for c in {*one} ^ {*other} if not " " <= c <= "~"})
    shown = f" ({', '.join(map(described, odd[:4]))})" if odd else ""
    return (" and ".join(named) or "several things") + shown


def described(character: str) -> str:
    """Return a character's number and name, such as U+2013 EN DASH."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"


def look_alikes(wanted: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return for each wanted ID the known ID that looks like it, if there is exactly one."""
    wanted = list(wanted)
    keys = {key for one in wanted if (key := normal(one))}
    found: dict[str, set[str]] = {}
    for each in known:
        if (key := normal(each)) in keys:
            found.setdefault(key, set()).add(each)
    return {one: min(found[key]) for one in wanted if len(found.get(key := normal(one), ())) == 1}


ZIP_SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES: Final = {
    **dict.fromkeys(ZIP_SIGNATURES, "a zip archive or an Excel workbook"),
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_DATABASE_ERROR: Final = "a database error message"
_TEXTS: Final = {
    r"<(!doctype html|html|head|body|title|meta|br)\b|<!--": "a web page",
    r"<(\?xml|!doctype)\b": "an XML document",
    r"\{\\rtf": "an RTF document",
    r"[{\[]\s*[\"'{}\[\]]": "JSON data",
    r"(ORA|SP2|TNS|DPI|DPY)-\d{4}": _DATABASE_ERROR,  # Oracle
    r"(\w+: )?(got )?(error|fatal):|error \d+ \(\w+\)": _DATABASE_ERROR,  # PostgreSQL, SQLite, MySQL
    r"Msg \d+, Level \d+|Sqlcmd: |SQL\d{4}N|SQLSTATE": _DATABASE_ERROR,  # SQL Server, Db2
    r"\[[\w /]+\]\[[\w /]+\]|(java|com|org|net)\.[\w.]+(Exception|Error)": _DATABASE_ERROR,  # ODBC, JDBC
    r"Traceback \(most recent": "a program error message",
}
SIGNATURE_BYTES: Final = 1024


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known word that a word was most likely meant to be; None if none is like it.

    Args:
        word: the word as it was written.
        known: the words that there are.
        likeness: how like it must be, from 0 (not at all) to 1 (the same).
    """
    return next(iter(get_close_matches(word, list(known), 1, likeness)), None)


def binary_format(start: bytes) -> str | None:
    """Return what a file is that begins with these bytes, None when it may be text."""
    return next((name for signature, name in _SIGNATURES.items() if start.startswith(signature)), None)


def text_format(start: bytes) -> str | None:
    """Return which text other than CSV begins with these bytes, None when it may be CSV."""
    text = start.decode("utf-8-sig", "replace").lstrip()
    return next((name for form, name in _TEXTS.items() if re.match(form, text, re.IGNORECASE)), None)
