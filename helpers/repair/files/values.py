"""Values that a program wrote in its own way, although a file wants them in another."""

from __future__ import annotations

import re
from collections import Counter

from helpers.near_misses import PREFIX
from helpers.preflight.rows.allowed import REPORT_WORDS
from helpers.preflight.rows.placeholders import ALWAYS
from helpers.preflight.school import stored_texts
from practice_canvas.sis_csv.model import Column, Kind
from practice_canvas.sis_csv.values import BLANKS

EMPTIED = "placeholders for a missing value removed"
PREFIXES = "prefixes such as sis_user_id: removed"
STATUS = "statuses from Canvas reports changed to those of SIS files"
_PREFIX = re.compile(PREFIX)
_SURNAME = "NULL"


def emptied(value: str, kind: Kind, column: Column, changes: Counter[str]) -> str:
    """Return nothing for a placeholder; a text in capitals such as NULL may be a name."""
    word = value.strip(BLANKS)
    if word not in ALWAYS or (word == _SURNAME and column.name in stored_texts(kind.columns)):
        return value
    changes[EMPTIED] += 1
    return ""


def without_prefix(value: str, kind: Kind, column: Column, changes: Counter[str]) -> str:
    """Return an ID without the prefix that the API has for IDs of this sort."""
    found = _PREFIX.match(value)
    sort = column.refers_to or kind.name
    if (
        not found
        or found[1]
        or found[2] != "sis"
        or found[3] != f"{sort}_id"
        or not column.name.endswith("_id")
    ):
        return value
    changes[PREFIXES] += 1
    return value[found.end() :]


def in_files(value: str, column: Column, changes: Counter[str]) -> str:
    """Return a status as files have it."""
    meant = REPORT_WORDS.get(value.lower()) if column.name == "status" else None
    if meant not in column.values:
        return value
    changes[STATUS] += 1
    return str(meant)
