"""Wrappers that keep a spreadsheet from turning values into numbers."""

from __future__ import annotations

import re
from collections import Counter

from practice_canvas.sis_csv.values import BLANKS

FORMULA = 'values unwrapped from =""'
APOSTROPHE = "apostrophes removed from numeric IDs"
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


def in_doubt(value: str, is_id: bool) -> bool:
    """Return whether a value still begins like a wrapped one, such as `=A2` or `'t-1`."""
    return value.lstrip(BLANKS).startswith(("=", "'") if is_id else '="')
