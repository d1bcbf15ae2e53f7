"""Leading zeros that a program took from IDs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from helpers.errors import FileNotRepairable

PADDED = "values of {column} padded with zeros to {pattern}"
_PATTERN = re.compile(r"(?P<prefix>.*?)(?P<zeros>0+)")


def patterns_of(names: Sequence[str], zeros: Mapping[str, str]) -> dict[int, tuple[str, re.Match[str]]]:
    """Return, by place in the row, the columns to pad and what their IDs look like."""
    patterns = {}
    lower = [name.lower() for name in names]
    for column, text in zeros.items():
        pattern = _PATTERN.fullmatch(text)
        if pattern is None:
            raise FileNotRepairable(
                f"“{text}” is not a pattern for IDs.", "Write an ID of zeros, such as 0000000 or S000000."
            )
        if column.lower() not in lower:
            raise FileNotRepairable(f"The file has no column {column}.", "Check the column name in zeros=…")
        patterns[lower.index(column.lower())] = (column, pattern)
    return patterns


def padded(value: str, pattern: re.Match[str]) -> str:
    """Pad the digits after the prefix; leave other values and longer numbers as they are."""
    prefix, zeros = pattern["prefix"], pattern["zeros"]
    digits = value.removeprefix(prefix)
    if not digits.isdecimal() or not digits.isascii() or not value.startswith(prefix):
        return value
    return prefix + digits.zfill(len(zeros))
