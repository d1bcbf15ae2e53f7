"""What a page is made from: the database, the address, and how to search and list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice_canvas.store.reads import sis_ids
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import Query
from practice_canvas.store.store import Database

PER_PAGE = 25
# The query's parameters that leave something of a list out, or put more into it.
FILTERS = ("search", "deleted", "state", "account", "term", "section", "severity")
# What a page shows: its template and what the template needs.
Content = tuple[str, dict[str, Any]]


class PageNotFoundError(LookupError):
    """There is nothing at this address."""


def number_in(text: str) -> int:
    """Return the number that a text is, 0 when it is none that the database may hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@dataclass(frozen=True)
class Part:
    """One page of a list.

    Args:
        rows: its records.
        number: which page it is, from 1.
        pages: how many there are, at least 1.
        total: the length of the whole list.
        parameter: the query parameter that asks for another page.
    """

    rows: list[Any]
    number: int
    pages: int
    total: int
    parameter: str


@dataclass(frozen=True)
class View:
    """One request for one page.

    Args:
        db: a connection inside a read transaction.
        home: the practice Canvas's folder.
        path: the path below the practice Canvas's address, as sent.
        arguments: the path's arguments, decoded.
        query: the query's parameters.
    """

    db: Database
    home: Path
    path: str
    arguments: dict[str, str]
    query: dict[str, str]

    @property
    def filtered(self) -> bool:
        """Whether the lists show a selection."""
        return any(self.text(name) for name in FILTERS)

    def text(self, name: str) -> str:
        """Return what was typed into a search field, trimmed."""
        return self.query.get(name, "").strip()

    def number(self, name: str) -> int:
        """Return a parameter's number, 0 when there is none."""
        return number_in(self.text(name))

    def find(self, kind: str) -> Record:
        """Return the record that the path names, deleted or not, such as `5` or `sis_course_id:X`.

        Raises:
            PageNotFoundError: there is none.
        """
        found = sis_ids.find(self.db, kind, self.arguments["id"], fresh.PEOPLE[0][0])
        if found is None:
            raise PageNotFoundError
        return found

    def searched(self, query: Query, *expressions: str) -> Query:
        """Keep what contains the text of the search field."""
        text = self.text("search")
        return query.containing(text, *expressions) if text else query

    def without_deleted(self, query: Query, state: str) -> Query:
        """Leave out what is deleted, by the column `state`, unless it is asked for."""
        return query if self.text("deleted") else query.not_equal(state, "deleted")

    def part(self, query: Query, parameter: str = "page") -> Part:
        """Return the asked page of a list; beyond its end, the last one."""
        return self._part(query.count(self.db), parameter, lambda first: query.rows(self.db, PER_PAGE, first))

    def part_of(self, items: Sequence[Any]) -> Part:
        """Return the asked page of what is in memory."""
        return self._part(len(items), "page", lambda first: list(items[first : first + PER_PAGE]))

    def _part(self, total: int, parameter: str, rows_from: Callable[[int], list[Any]]) -> Part:
        pages = max(1, -(-total // PER_PAGE))
        number = min(max(self.number(parameter), 1), pages)
        rows = rows_from((number - 1) * PER_PAGE) if total else []
        return Part(rows, number, pages, total, parameter)
