"""What a Canvas has, as far as the checks need it, whoever answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from helpers.client.school_ids import ServerObject
from helpers.scratch_database import ScratchDatabase


class Server(Protocol):
    """A Canvas to check against."""

    def objects(self, kind: str) -> Iterable[ServerObject] | None:
        """Return all objects of a kind (user, course, section, term, account, …), None if it cannot."""

    def has(self, kind: str, sis_id: str) -> bool | None:
        """Return whether there is an object with this SIS ID, None if unknown."""


COLUMNS = ("id", "name", "login", "within")
MOST_LOOK_UPS = 200
"""The most single IDs to look up if a kind cannot be listed as a whole."""


class ServerTables:
    """The server's answers, as tables server_<kind>; empty without a server."""

    def __init__(self, database: ScratchDatabase, server: Server | None) -> None:
        self._database, self._server = database, server
        self._listed: dict[str, bool] = {}
        self.exists = server is not None

    def has_table(self, kind: str) -> bool:
        """Return whether the table of a kind exists."""
        return kind in self._listed

    def load(self, kind: str) -> bool:
        """Create the table of a kind, once; return whether it has everything on the server."""
        if kind not in self._listed:
            found = self._server.objects(kind) if self._server else None
            self._database.fill(f"server_{kind}", COLUMNS, found or ())
            self._listed[kind] = found is not None
        return self._listed[kind]

    def look_up(self, kind: str, ids: Iterable[str]) -> bool:
        """Look up single IDs and add those that exist; return whether each got an answer."""
        if self._server is None:
            return False
        answers = {one: self._server.has(kind, one) for one in ids}
        for one, exists in answers.items():
            if exists:
                self._database.run(f"INSERT INTO server_{kind} (id) VALUES (?)", one)
        return None not in answers.values()
