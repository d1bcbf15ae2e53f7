"""A list query built from conditions and read page by page."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any

LONGEST_IN = 500
# Not LIKE: instr() has no special characters and no length limit.
CONTAINS = "instr(lower({}), lower(?))"


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

    def where_in(self, expression: str, values: list[Any]) -> "Query":
        """Add a condition that an expression equals one of the values."""
        some = values[:LONGEST_IN]
        return self.where(f"{expression} IN ({', '.join('?' * len(some))})", *some)

    def among(self, expression: str, chosen: "Query") -> "Query":
        """Add a condition that an expression equals one of the values that another query selects."""
        return self.where(f"{expression} IN (SELECT {chosen.columns} {chosen._tail()})", *chosen.values)

    def containing(self, text: str, *expressions: str) -> "Query":
        """Keep rows with a text in one of the expressions, ignoring the case of ASCII letters."""
        tests = " OR ".join(CONTAINS.format(expression) for expression in expressions)
        return self.where(tests, *[text] * len(expressions))

    def rows(self, db: sqlite3.Connection, limit: int, offset: int = 0) -> list[sqlite3.Row]:
        """Return at most `limit` rows after the first `offset`."""
        asked = f"{self._tail()} ORDER BY {self.order} LIMIT ? OFFSET ?"
        if self.key:
            keys = f"SELECT {self.key} {asked}"
            asked = f"FROM {self.source} WHERE {self.key} IN ({keys}) ORDER BY {self.order}"
        return db.execute(f"SELECT {self.columns} {asked}", (*self.values, limit, offset)).fetchall()

    def count(self, db: sqlite3.Connection) -> int:
        """Return how many rows there are."""
        return int(db.execute(f"SELECT count(*) {self._tail()}", self.values).fetchone()[0])

    def _tail(self) -> str:
        tests = " AND ".join(self.conditions) or "1"
        return f"FROM {self.source} WHERE {tests}"
