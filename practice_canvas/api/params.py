"""The parameters of a request as Rails reads them: `name`, `list[]`, `course[name]`."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import parse_qsl

from practice_canvas.sis_csv.values import TRUE

# What clients send with any call, and what the dispatcher reads.
EVERYWHERE = ("access_token", "as_user_id", "page", "per_page")
WITH_BODY = {"POST", "PUT", "DELETE"}
"""The methods of requests that may have parameters in a body: those that change something."""


def is_true(text: str | None) -> bool:
    """Return whether Canvas reads a text as true."""
    return (text or "").strip().lower() in TRUE


def to_id(text: str) -> int | None:
    """Return a text as the number of a record, None if no record can have it."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def to_integer(text: str) -> int:
    """Read the integer a text begins with, 0 when there is none."""
    found = re.match(r"\s*[+-]?[0-9]{1,18}", text)
    return int(found.group()) if found else 0


class Params:
    """Parameters by name; where query and form give the same one, the query wins.

    It notes what is read: whatever is left had no effect on the answer.
    """

    def __init__(self, query: Iterable[tuple[str, str]], form: Iterable[tuple[str, str]] = ()) -> None:
        self._values = _by_name(query)
        self._read = set(EVERYWHERE)
        self._known: dict[str, set[str]] = {
            "include": set()
        }  # list → those of its values that have an effect
        self.add_form(form)

    def __contains__(self, name: str) -> bool:
        self._read.add(name)
        return name in self._values

    def add_form(self, form: Iterable[tuple[str, str]]) -> None:
        """Add the fields of a form that arrives after the query."""
        self._values = _by_name(form) | self._values

    def names(self) -> list[str]:
        """Return the names of all parameters."""
        return list(self._values)

    def ignored(self) -> list[str]:
        """Return what was not read: the names, and of lists such as `include[]` the values."""
        left: list[str] = []
        for name, values in self._values.items():
            known = self._known.get(name.removesuffix("[]"))
            if known is not None:
                left += [f"{name}={value}" for value in values if value and value not in known]
            elif name not in self._read:
                left.append(name)
        return left

    def get(self, name: str) -> str | None:
        """Return a parameter's (last) value, None when it is missing."""
        self._read.add(name)
        values = self._values.get(name)
        return values[-1] if values else None

    def filled(self, name: str) -> str | None:
        """Return a parameter's value without surrounding spaces, None when it is missing or empty."""
        return (self.get(name) or "").strip() or None

    def flag(self, name: str) -> bool:
        """Return whether a boolean parameter is on."""
        return is_true(self.get(name))

    def all(self, name: str) -> list[str]:
        """Return every value of `name[]` and `name`."""
        self._read |= {name, f"{name}[]"}
        return self._values.get(f"{name}[]", []) + self._values.get(name, [])

    def chosen(self, name: str, known: Iterable[str]) -> list[str]:
        """Return those of the known values that `name[]` or `name` lists; others have no effect."""
        known = list(known)
        self._known.setdefault(name, set()).update(known)
        given = self.all(name)
        return [value for value in known if value in given]

    def nested(self, name: str) -> Mapping[str, str]:
        """Return {key: value} of the parameters `name[key]`; deeper ones as `key][deeper`."""
        start = f"{name}["
        return _Nested(
            {
                key[len(start) : -1]: values[-1]
                for key, values in self._values.items()
                if key.startswith(start) and key.endswith("]")
            },
            lambda key: self._read.add(f"{start}{key}]"),
        )


class _Nested(Mapping[str, str]):
    """Parameters below one name, which notes those that are read."""

    def __init__(self, values: dict[str, str], note: Callable[[str], None]) -> None:
        self._values = values
        self._note = note

    def __getitem__(self, key: str) -> str:
        self._note(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def parse_form(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a body that is a form or JSON; none for another kind.

    Raises:
        ValueError: the body should be JSON but is not.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(body)
    if kind == "application/x-www-form-urlencoded":
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return []


def _from_json(body: bytes) -> list[tuple[str, str]]:
    try:
        return list(_flatten("", json.loads(body or b"{}")))
    except RecursionError as deep:
        raise ValueError("too deep") from deep


def _flatten(name: str, value: object) -> Iterable[tuple[str, str]]:
    """Yield JSON as the pairs a form would have."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flatten(f"{name}[{key}]" if name else str(key), one)
    elif isinstance(value, list):
        for one in value:
            yield from _flatten(f"{name}[]", one)
    elif name:
        yield name, "" if value is None else _text(value)


def _text(value: object) -> str:
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")  # JSON may hold halves of characters
