"""The encodings of files that are not UTF-8, and whether a value read in one of them is text."""

from __future__ import annotations

import re
from unicodedata import category, name

WINDOWS = "cp1252"
CANDIDATES = {
    WINDOWS: "Windows-1252",
    "iso8859_15": "ISO 8859-15",
    "mac_roman": "MacRoman",
    "cp850": "DOS 850",
    "cp437": "DOS 437",
    "cp1250": "Windows-1250",
    "iso8859_2": "ISO 8859-2",
    "cp852": "DOS 852",
    "cp1254": "Windows-1254",
    "cp1257": "Windows-1257",
    "cp1258": "Windows-1258",
    "cp1251": "Windows-1251",
    "koi8_r": "KOI8-R",
    "cp866": "DOS 866",
    "iso8859_5": "ISO 8859-5",
    "cp1253": "Windows-1253",
    "iso8859_7": "ISO 8859-7",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp874": "Windows-874",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "cp949": "EUC-KR",
}
"""Python's name of an encoding, and its common name.

CSV files in them come from spreadsheets on Windows (one Windows encoding for each region) and on a Mac, from
the Windows console and tools such as sqlcmd (DOS), and from databases on Unix (ISO, KOI8, EUC). ISO 8859-1
and 8859-9 are not listed: their letters are those of Windows-1252 and Windows-1254.
"""

_NOTHING, _BESIDE, _SYMBOL, _MARK = "\0 #'"
"""What a character can be that is not a letter: not a character at all, punctuation between words, a symbol,
or a mark on a letter."""

_NO_CHARACTER = ("Cc", "Cn", "Co", "Cs")  # control, unassigned, private, half of a character
_BESIDE_WORDS = ("Cf", "Pd", "Pe", "Pf", "Pi", "Ps", "Zs")  # blanks, dashes, quotes
_MORE_BESIDE_WORDS = "…·、。，．：；！？・"
_EAST_ASIAN = ("BOPOMOFO", "CJK", "FULLWIDTH", "HALFWIDTH", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA")
_SCRIPTS = {"FEMININE": "LATIN", "MASCULINE": "LATIN", **dict.fromkeys(_EAST_ASIAN, "EAST ASIAN")}
_OTHER = f"{_BESIDE}{_SYMBOL}"
_SYMBOL_IN_WORD = f"[^{_OTHER}]{_SYMBOL}+[^{_OTHER}]"
_TWO_SCRIPTS = rf"([^{_OTHER}{_MARK}]){_MARK}*(?!\1)[^{_OTHER}{_MARK}]"
_NOT_TEXT = re.compile(f"{_SYMBOL_IN_WORD}|{_TWO_SCRIPTS}")


def label(codec: str) -> str:
    """Return the common name of an encoding."""
    return CANDIDATES.get(codec.replace("-", "_"), codec)


def decoded(value: bytes, codec: str) -> str | None:
    """Return a value as an encoding reads it, None if some bytes are not characters in it."""
    try:
        text = value.decode(codec)
    except UnicodeError:
        return None
    return None if _NOTHING in _forms(text) else text


def is_text(value: str) -> bool:
    """Return whether a person may have written this.

    A word has no symbol between its letters (`M√ºller`), and all its letters are from one script (`Mьller`).
    """
    return not _NOT_TEXT.search(_forms(value))


def has_symbols(value: str) -> bool:
    """Return whether there are symbols such as `©`, `¼` or `┌`, which names do not have."""
    return _SYMBOL in _forms(value)


def is_letters(value: str) -> bool:
    """Return whether all characters beyond ASCII are letters."""
    return all(c.isascii() or c.isalpha() for c in value)


def _forms(text: str) -> str:
    """Return a class for each character: one of the constants above, or a letter for its script."""
    return text.translate(_FORMS)


class _Forms(dict[int, str]):
    """The forms of the characters met so far."""

    def __init__(self) -> None:
        super().__init__((code, _BESIDE) for code in range(1, 128) if not chr(code).isalpha())
        self._scripts: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = category(character)
        if kind in _NO_CHARACTER:
            form = _NOTHING
        elif kind[0] in "LM" or kind == "Nd":
            form = self._script(character)
        elif kind in _BESIDE_WORDS or character in _MORE_BESIDE_WORDS:
            form = _BESIDE
        else:
            form = _SYMBOL
        self[code] = form
        return form

    def _script(self, character: str) -> str:
        first = re.split("[ -]", name(character, ""), maxsplit=1)[0]
        if first == "COMBINING":
            return _MARK
        return self._scripts.setdefault(_SCRIPTS.get(first, first), chr(ord("A") + len(self._scripts)))


_FORMS = _Forms()
