"""Wrappers that keep a spreadsheet from turning values into numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from practice_canvas.sis_csv.values import BLANKS

FORMULA = 'values unwrapped from =""'
APOSTROPHE = "apostrophes removed from numeric IDs"
QUOTES = "quotes around values removed"
_PAIRS = ("''", "‘’", "’’", "“”", "””", "„“", "‚‘", "«»", "``", "´´")
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_APOSTROPHE = re.compile(r"'([0-9]+)")


def unwrapped(value: str, is_id: bool, changes: Counter[str]) -> str:
    """Return a value without its wrapper; an apostrophe is a wrapper only before a number in an ID."""
    bare = value.strip(BLANKS)
    if found := _FORMULA.fullmatch(bare):
        changes[FORMULA] += 1
        return found[1].replace('""', '"')
    if is_id and (found := _APOSTROPHE.fullmatch(bare)):
        changes[APOSTROPHE] += 1
        return found[1]
    return value


def quotes_of(names: Sequence[str]) -> str:
    """Return the pair of odd quotes that all column names have around them, "" if there is none."""
    fitting = (pair for pair in _PAIRS if all(_is_between(name, pair) for name in names))
    return next(fitting, "")


def in_quotes(value: str, pair: str, changes: Counter[str]) -> str:
    """Return a value without the pair of quotes that the column names have as well."""
    bare = value.strip(BLANKS)
    if not pair or not _is_between(bare, pair):
        return value
    changes[QUOTES] += 1
    inner = bare[1:-1]
    return inner.replace(pair, pair[0]) if pair[0] == pair[1] else inner


def _is_between(text: str, pair: str) -> bool:
    return len(text) > 1 and text[0] == pair[0] and text[-1] == pair[1]


def in_doubt(value: str, is_id: bool, pair: str = "") -> bool:
    """Return whether a value still begins like a wrapped one, such as `=A2` or `'t-1`, or ends like one."""
    bare = value.strip(BLANKS)
    half = bool(pair) and bare.startswith(pair[0]) != bare.endswith(pair[1])
    return half or bare.startswith(("=", "'") if is_id else '="')
