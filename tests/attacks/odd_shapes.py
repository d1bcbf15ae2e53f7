"""Answers in which one value, wherever it is, has another shape than Canvas would give it."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

ODD: dict[str, Any] = {
    "null": None,
    "false": False,
    "true": True,
    "-1": -1,
    "a huge number": 10**400,
    "a fraction": 2.5,
    "an empty text": "",
    "a text": "odd",
    "control characters": "\x1b[2J\0\r\n\ud800",
    "HTML": "<script>alert(1)</script>[b]",
    "an address": "http://[",
    "an empty list": [],
    "a list": [7, None, "a", {}],
    "lists": [[[[1]]], [[], [None, None, None]]],
    "an empty object": {},
    "an object": {"id": "a", "message": [], "": {"url": 7}},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def variants(good: Any) -> Iterator[tuple[str, Any]]:
    """Yield (what is odd, the answer) for every value in an answer and every odd shape, or without it."""
    for path in _paths(good):
        where = ".".join(map(str, path)) or "all of it"
        for name, odd in ODD.items():
            yield f"{where} is {name}", _replaced(good, path, odd)
        if path and isinstance(path[-1], str):
            yield f"{where} is missing", _without(good, path)


Path = tuple[str | int, ...]


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _paths(each, (*path, name))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _paths(each, (*path, number))


def _replaced(value: Any, path: Path, odd: Any) -> Any:
    if not path:
        return odd
    copied = value.copy()
    copied[path[0]] = _replaced(value[path[0]], path[1:], odd)
    return copied


def _without(value: Any, path: Path) -> Any:
    copied = value.copy()
    if len(path) == 1:
        del copied[path[0]]
    else:
        copied[path[0]] = _without(value[path[0]], path[1:])
    return copied
