"""Read a GraphQL query: fields with aliases, arguments, variables, fragments and nothing else.

Source: the GraphQL specification; directives, mutations and subscriptions are refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r"(?:[\s,\ufeff]|#[^\n\r]*)*(?:(\.\.\.|[!$()\[\]{}:=@])|([_A-Za-z]\w*)|(-?\d+(?:\.\d+)?)"
    r'|"""((?:[^"\\]|\\.|"(?!""))*)"""|("(?:[^"\\\n]|\\.)*")|(.))',
    re.DOTALL,
)
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
DEEPEST = 30
MOST_SELECTIONS = 1000  # each use of a fragment counts again


class BadQuery(ValueError):
    """The query cannot be read; the text says why."""


@dataclass
class Selection:
    """One field of a query."""

    name: str
    alias: str
    arguments: dict[str, Any] = field(default_factory=dict)
    selections: "list[Selection]" = field(default_factory=list)


class Reader:
    """Reads one document.

    Args:
        text: the query.
        variables: their values by name.
    """

    def __init__(self, text: str, variables: Mapping[str, Any]) -> None:
        found = [token for token in _TOKEN.findall(text) if any(token)]
        self._tokens = found
        self._at = 0
        self._depth = self._read = 0
        self._variables = dict(variables)
        self._fragments: dict[str, int] = {}

    def operation(self) -> list[Selection]:
        """Return the fields of the document's first operation.

        Raises:
            BadQuery: it is not a query that can be read.
        """
        start = self._find_fragments()
        self._at = start
        if self._word() in ("mutation", "subscription"):
            raise BadQuery(f"A {self._word()} is not available here: use the REST API to change something.")
        if self._word() == "query":
            self._at += 1
            self._at += bool(self._word())
            self._declared_variables()
        return self._selections()

    def _find_fragments(self) -> int:
        """Note where each fragment's selections begin, and return where the operation begins."""
        start, depth = None, 0
        for at, (sign, word, *_) in enumerate(self._tokens):
            if depth == 0 and word == "fragment" and at + 1 < len(self._tokens):
                self._fragments[self._tokens[at + 1][1]] = at + 4  # fragment NAME on TYPE {
            elif depth == 0 and (word in ("query", "mutation", "subscription") or sign == "{"):
                start = at if start is None and at not in self._fragments.values() else start
            depth += {"{": 1, "}": -1, "(": 1, ")": -1}.get(sign, 0)
        if start is None:
            raise BadQuery("There is no query.")
        return start

    def _declared_variables(self) -> None:
        if not self._takes("("):
            return
        while not self._takes(")"):
            self._needs("$")
            name = self._name()
            self._needs(":")
            while self._sign() in ("[", "]", "!") or self._word():
                self._at += 1
            if self._takes("="):
                self._variables.setdefault(name, self._value())

    def _selections(self) -> list[Selection]:
        self._needs("{")
        self._read += 1
        if self._read > MOST_SELECTIONS:
            raise BadQuery(f"The query has more than {MOST_SELECTIONS} selections in braces.")
        found: list[Selection] = []
        with self._deeper():
            while not self._takes("}"):
                found += self._fragment() if self._takes("...") else [self._field()]
        return found

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadQuery(f"The query is nested more than {DEEPEST} levels deep.")
        yield
        self._depth -= 1

    def _fragment(self) -> list[Selection]:
        if self._word() == "on":
            self._at += 2
            return self._selections()
        if self._sign() == "{":
            return self._selections()
        name = self._name()
        if name not in self._fragments:
            raise BadQuery(f"There is no fragment {name}.")
        back, self._at = self._at, self._fragments[name]
        found = self._selections()
        self._at = back
        return found

    def _field(self) -> Selection:
        alias = name = self._name()
        if self._takes(":"):
            name = self._name()
        arguments = {}
        if self._takes("("):
            while not self._takes(")"):
                key = self._name()
                self._needs(":")
                arguments[key] = self._value()
        if self._sign() == "@":
            raise BadQuery("Directives such as @include are not available here.")
        return Selection(name, alias, arguments, self._selections() if self._sign() == "{" else [])

    def _value(self) -> Any:
        with self._deeper():
            return self._any_value()

    def _any_value(self) -> Any:
        if self._takes("$"):
            return self._variables.get(self._name())
        if self._takes("["):
            values = []
            while not self._takes("]"):
                values.append(self._value())
            return values
        if self._takes("{"):
            values_by_name = {}
            while not self._takes("}"):
                key = self._name()
                self._needs(":")
                values_by_name[key] = self._value()
            return values_by_name
        _, word, number, block, text, _ = self._token()
        self._at += 1
        if word:
            return _WORDS.get(word, word)
        if number:
            return json.loads(number)
        return json.loads(text, strict=False) if text else block

    # one token at a time

    def _token(self) -> tuple[str, ...]:
        if self._at >= len(self._tokens):
            raise BadQuery("The query ends too early: is a } or ) missing?")
        token: tuple[str, ...] = self._tokens[self._at]
        if token[5]:
            raise BadQuery(f"The query has an unexpected {token[5]!r}.")
        return token

    def _sign(self) -> str:
        return self._token()[0]

    def _word(self) -> str:
        return self._token()[1]

    def _takes(self, sign: str) -> bool:
        taken = self._sign() == sign
        self._at += taken
        return taken

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise BadQuery(f"The query has {''.join(self._token())!r} where it needs {sign!r}.")

    def _name(self) -> str:
        name = self._word()
        if not name:
            raise BadQuery(f"The query has {''.join(self._token())!r} where it needs a name.")
        self._at += 1
        return name


def read_query(text: str, variables: Mapping[str, Any]) -> list[Selection]:
    """Return the fields that a query asks for, with variables and fragments put in.

    Raises:
        BadQuery: it cannot be read.
    """
    try:
        return Reader(text, variables).operation()
    except json.JSONDecodeError as bad:
        raise BadQuery("The query contains a string that cannot be read.") from bad
