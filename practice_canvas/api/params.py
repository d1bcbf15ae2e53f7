"""The parameters of a request as Rails reads them: `name`, `list[]`, `course[name]`."""

import json
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

TRUE_WORDS = {"1", "true", "t", "yes", "y", "on"}


def is_true(text: str | None) -> bool:
    """Return whether Canvas reads a text as true."""
    return (text or "").strip().lower() in TRUE_WORDS


def to_integer(text: str) -> int:
    """Read the integer a text begins with, 0 when there is none."""
    found = re.match(r"\s*[+-]?[0-9]{1,18}", text)
    return int(found.group()) if found else 0


class Params:
    """Parameters by name; where query and form give the same one, the query wins."""

    def __init__(self, query: Iterable[tuple[str, str]], form: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for source in (form, query):
            fresh: dict[str, list[str]] = {}
            for name, value in source:
                fresh.setdefault(name, []).append(value)
            self._values |= fresh

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        """Return the names of all parameters."""
        return list(self._values)

    def get(self, name: str) -> str | None:
        """Return a parameter's (last) value, None when it is missing."""
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
        return self._values.get(f"{name}[]", []) + self._values.get(name, [])

    def nested(self, name: str) -> dict[str, str]:
        """Return {key: value} of the parameters `name[key]`; deeper ones as `key][deeper`."""
        start = f"{name}["
        return {
            key[len(start) : -1]: values[-1]
            for key, values in self._values.items()
            if key.startswith(start) and key.endswith("]")
        }


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
