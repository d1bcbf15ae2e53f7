"""What a Canvas has: the little that the checks ask of it. Who answers is not their business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from helpers.client.school_ids import ServerObject
from helpers.scratch_database import Desk


class Server(Protocol):
    """A Canvas to check against."""

    def objects(self, kind: str) -> Iterable[ServerObject] | None:
        """Return all objects of a kind (user, course, section, term, account, …), None if that cannot be."""

    def has(self, kind: str, sis_id: str) -> bool | None:
        """Say whether there is an object with this SIS id, None if that cannot be told."""


COLUMNS = ("id", "name", "login", "within")
MOST_LOOK_UPS = 200
"""So many single ids are asked for when a kind cannot be listed as a whole."""


class ServerTables:
    """What the server answered, as tables server_<kind>; without a server they are empty."""

    def __init__(self, desk: Desk, server: Server | None) -> None:
        self._desk, self._server = desk, server
        self._listed: dict[str, bool] = {}

    def has_table(self, kind: str) -> bool:
        """Tell whether the table of a kind is made."""
        return kind in self._listed

    def load(self, kind: str) -> bool:
        """Make the table of a kind, once; tell whether it holds all that the server has."""
        if kind not in self._listed:
            found = self._server.objects(kind) if self._server else None
            self._desk.fill(f"server_{kind}", COLUMNS, found or ())
            self._listed[kind] = found is not None
        return self._listed[kind]

    def look_up(self, kind: str, ids: Iterable[str]) -> bool:
        """Ask for single ids and add those that exist; tell whether each got an answer."""
        if self._server is None:
            return False
        answers = {one: self._server.has(kind, one) for one in ids}
        for one, exists in answers.items():
            if exists:
                self._desk.run(f"INSERT INTO server_{kind} (id) VALUES (?)", one)
        return None not in answers.values()
