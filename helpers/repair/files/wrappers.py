"""What people put around values so that a spreadsheet does not take them for numbers."""

from __future__ import annotations

import re
from collections import Counter

from practice_canvas.sis_csv.values import BLANKS

FORMULA = 'values freed of =""'
APOSTROPHE = "IDs freed of the apostrophe before a number"
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_APOSTROPHE = re.compile(r"'([0-9]+)")


def unwrapped(value: str, is_id: bool, changes: Counter[str]) -> str:
    """Return what a value is without its wrapper; an apostrophe only hides numbers, and only in IDs."""
    bare = value.strip(BLANKS)
    if found := _FORMULA.fullmatch(bare):
        changes[FORMULA] += 1
        return found[1].replace('""', '"')
    if is_id and (found := _APOSTROPHE.fullmatch(bare)):
        changes[APOSTROPHE] += 1
        return found[1]
    return value


def in_doubt(value: str, is_id: bool) -> bool:
    """Say whether a value still begins like a wrapped one, such as `=A2` or `'t-1`."""
    return value.lstrip(BLANKS).startswith(("=", "'") if is_id else '="')
