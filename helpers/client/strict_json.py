"""JSON from outside: as the standard has it, nested no deeper than Canvas nests, no half characters."""

import json
import re
from math import isfinite
from typing import Any, NoReturn

MOST_NESTED = 100
"""So many lists and objects may be in each other; in what Canvas sends, it is less than ten."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(text: str) -> Any:
    """Read JSON.

    Args:
        text: the whole of it.

    Raises:
        ValueError: it is not JSON, holds a number that JSON does not know, or is nested too deep.
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if _too_deep(value):
        raise ValueError("nested too deep")
    return _whole_characters(value) if _SURROGATE.search(text) else value


def parse_or_none(text: str) -> Any:
    """Read JSON; return None if it is not valid."""
    try:
        return parse(text)
    except ValueError:
        return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse(text[:20])


def _too_deep(value: Any) -> bool:
    """Go down level by level: recursion is what deep nesting would break."""
    level = [value]
    for _ in range(MOST_NESTED):
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _whole_characters(value: Any) -> Any:
    """Replace halves of surrogate pairs, which no file and no message to a browser can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(each) for each in value]
    if isinstance(value, dict):
        return {_whole_characters(name): _whole_characters(each) for name, each in value.items()}
    return value
