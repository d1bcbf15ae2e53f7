"""The kind that a file's name suggests. Canvas ignores the name, but people go by it."""

from __future__ import annotations

import re

from helpers.near_misses import nearest
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Kind

_NAMES = {re.sub("[^a-z]", "", name): kind for kind in KINDS for name in (kind.name, kind.count_key)}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)


def kind_by_name(name: str) -> Kind | None:
    """Return the kind that a file's name suggests (the longest one it contains), or None."""
    letters = re.sub("[^a-z]", "", name.rpartition("/")[2].lower().removesuffix(".csv"))
    held = next((known for known in _LONGEST_FIRST if known in letters), None)
    found = held or nearest(letters, _LONGEST_FIRST, 0.85)
    return _NAMES[found] if found else None
