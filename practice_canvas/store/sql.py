"""SQL made of parts, and a list query that conditions are added to.

What is put into SQL at run time has the type `Sql`, so that mypy finds a text that came from somewhere else.
Values never go into SQL: they go beside it, for a `?`.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NewType

Sql = NewType("Sql", str)
_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)?")

LONGEST_IN = 500
# Not LIKE: instr() has no special characters and no length limit.
CONTAINS = "instr(lower({}), lower(?))"


def sql(template: str, *parts: Sql | int) -> Sql:
    """Put parts into the `{}` of a template."""
    return Sql(template.format(*parts))


@cache
def name(text: str) -> Sql:
    """Return the name of a table or a column.

    Raises:
        ValueError: the text is anything else.
    """
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a table or a column")
    return Sql(text)


def quoted(text: str) -> Sql:
    """Return a text as SQL; a `?` is better, except for what is the same in a million rows."""
    return Sql("'{}'".format(text.replace("'", "''")))


def literal(value: str | int | None) -> Sql:
    """Return a value as SQL; a `?` is better, except for what is the same in a million rows."""
    if value is None:
        return Sql("NULL")
    return quoted(value) if isinstance(value, str) else Sql(f"{value:d}")


def joined(separator: str, parts: Iterable[Sql]) -> Sql:
    """Join parts, such as conditions by " AND "."""
    return Sql(separator.join(parts))


def names(texts: Iterable[str]) -> Sql:
    """Return the names of columns as a list."""
    return joined(", ", map(name, texts))


def assignments(columns: Iterable[str]) -> Sql:
    """Return what an UPDATE sets: `?` for each column."""
    return joined(", ", (sql("{} = ?", name(column)) for column in columns))


def marks(values: Sized) -> Sql:
    """Return a `?` for each value."""
    return Sql(", ".join("?" * len(values)))


@dataclass
class Query:
    """A SELECT that conditions are added to.

    Args:
        columns: what to select.
        source: the FROM part.
        order: the ORDER BY part.
        counted: whether the total number is reported.
        key: a unique key of the rows; if given, only the rows of the requested page are joined in full.
    """

    columns: str
    source: str
    order: str = "id"
    counted: bool = True
    key: str = ""
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def where(self, condition: str, *values: Any) -> "Query":
        """Add a condition (all of them must hold)."""
        self.conditions.append(f"({condition})")
        self.values.extend(values)
        return self

    def where_not(self, condition: str, *values: Any) -> "Query":
        """Add a condition that must not hold."""
        return self.where(f"NOT ({condition})", *values)

    def where_any(self, condition: str, values: Sequence[Any]) -> "Query":
        """Add a condition that has to hold for one of the values; it does not for none."""
        return self.where(" OR ".join([condition] * len(values)) or "0", *values)

    def not_equal(self, column: str, value: Any) -> "Query":
        """Add a condition that a column has another value."""
        return self.where(sql("{} <> ?", name(column)), value)

    def equal(self, column: str, value: Any) -> "Query":
        """Add a condition that a column has a value."""
        return self.where(sql("{} = ?", name(column)), value)

    def where_in(self, expression: str, values: Sequence[Any]) -> "Query":
        """Add a condition that an expression equals one of the values."""
        some = values[:LONGEST_IN]
        return self.where(f"{expression} IN ({marks(some)})", *some)

    def where_in_query(self, expression: str, query: Sql, *values: Any) -> "Query":
        """Add a condition that an expression is among the results of another query."""
        return self.where(f"{expression} IN ({query})", *values)

    def among(self, expression: str, chosen: "Query") -> "Query":
        """Add a condition that an expression equals one of the values that another query selects."""
        return self.where(f"{expression} IN (SELECT {chosen.columns} {chosen._tail()})", *chosen.values)

    def containing(self, text: str, *expressions: str) -> "Query":
        """Keep rows with a text in one of the expressions, ignoring the case of ASCII letters."""
        tests = " OR ".join(CONTAINS.format(expression) for expression in expressions)
        return self.where(tests, *[text] * len(expressions))

    def sort_by(self, expression: str, *, descending: bool) -> None:
        """Sort by an expression before the present order."""
        self.order = f"{expression} {'DESC' if descending else 'ASC'}, {self.order}"

    def rows(self, db: sqlite3.Connection, limit: int = -1, offset: int = 0) -> list[sqlite3.Row]:
        """Return at most `limit` rows (-1: all) after the first `offset`."""
        asked = f"{self._tail()} ORDER BY {self.order} LIMIT ? OFFSET ?"
        if self.key:
            keys = f"SELECT {self.key} {asked}"
            asked = f"FROM {self.source} WHERE {self.key} IN ({keys}) ORDER BY {self.order}"
        return db.execute(f"SELECT {self.columns} {asked}", (*self.values, limit, offset)).fetchall()

    def first(self, db: sqlite3.Connection) -> sqlite3.Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(db, 1)), None)

    def count(self, db: sqlite3.Connection) -> int:
        """Return how many rows there are."""
        return int(db.execute(f"SELECT count(*) {self._tail()}", self.values).fetchone()[0])

    def _tail(self) -> str:
        tests = " AND ".join(self.conditions) or "1"
        return f"FROM {self.source} WHERE {tests}"
