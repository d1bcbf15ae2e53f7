"""Column names not spelled as Canvas expects: `User ID`, `userid`, or with quotes around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from helpers.near_misses import normal
from practice_canvas.sis_csv.kinds import KINDS, recognize

FEATURES = frozenset(kind.feature for kind in KINDS if kind.feature)


@lru_cache(4096)  # each file is compared with the same names of many formats
def letters(name: str) -> str:
    """Return a name without what spellings differ in: case, spaces, hyphens, underscores, quotes."""
    return re.sub(r"[^0-9a-z]", "", normal(name))


_KNOWN = {letters(column.name): column.name for kind in KINDS for column in kind.columns}


def canonical(header: Sequence[str]) -> list[str]:
    """Return the column names as Canvas spells them, if that is certain.

    Only names of the file's own kind are changed, and none that would appear twice.
    """
    spelled = [_KNOWN.get(letters(name), name) for name in header]
    kind = recognize(spelled, FEATURES)
    if kind is None or recognize(header, FEATURES) not in (None, kind):
        return list(header)
    times = Counter(name.lower() for name in spelled)
    return [
        new if kind.column(new) and times[new] == 1 else old for old, new in zip(header, spelled, strict=True)
    ]
