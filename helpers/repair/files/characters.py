"""Characters in values that nobody can see."""

from __future__ import annotations

import re
from collections import Counter

from helpers import near_misses
from helpers.preflight.rows.texts import decoded_once
from practice_canvas.sis_csv.values import BLANKS

INVISIBLE = "values cleaned of invisible characters"
NUL = "values cleaned of NUL characters"
_NO_BREAK = re.compile(f"[{near_misses.ODD_SPACES}]")
# A joiner next to ASCII belongs to no script that needs it.
_JOINERS = f"(?<![^\\x00-\\x7f])[{near_misses.JOINERS}]|[{near_misses.JOINERS}](?![^\\x00-\\x7f])"
# The controls beyond ASCII are what another encoding made of letters: without them, the letter is lost.
_ZERO_WIDTH = re.compile(f"[{near_misses.ZERO_WIDTH}{near_misses.ASCII_CONTROLS}]|{_JOINERS}")
_DIRECTED = re.compile(f"[{near_misses.RIGHT_TO_LEFT}]")
_NO_DIRECTION = re.compile(f"(?![{near_misses.DIRECTIONS}])(?:{_ZERO_WIDTH.pattern})")
_IN_IDS = re.compile(near_misses.INVISIBLE_IN_IDS.replace(near_misses.CONTROLS, near_misses.ASCII_CONTROLS))


def cleaned(value: str, is_id: bool, changes: Counter[str]) -> str:
    """Return a value without characters that nobody can see; an ID loses more of them than a text."""
    if value.isascii() and value.isprintable():
        return value
    if decoded_once(value) != value:  # its invisible characters are parts of letters
        return value
    without = value.replace("\0", "")
    zero_width = _NO_DIRECTION if _DIRECTED.search(without) else _ZERO_WIDTH
    clean = zero_width.sub("", _NO_BREAK.sub(" ", without))
    if is_id:
        clean = _IN_IDS.sub("", clean.replace("\u3000", " "))
    if "\0" in value:
        changes[NUL] += 1
    if clean != without:
        changes[INVISIBLE] += 1
    return clean.strip(BLANKS) if clean != value else value
