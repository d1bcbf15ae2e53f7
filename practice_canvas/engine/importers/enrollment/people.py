"""The people in enrollment rows: looked up for a whole chunk at once and cached."""

from typing import NamedTuple

from practice_canvas.store.reads import logins
from practice_canvas.store.store import Database

CACHED = 200_000  # people; beyond that, the cache is emptied


class Person(NamedTuple):
    """A user, found by one of their logins.

    Args:
        user_id: Canvas id of the user.
        login_id: the login name.
        is_live: 1 if neither login nor user is deleted.
        has_live_login: 1 if the user is not deleted and has a login that is not.
    """

    user_id: int
    login_id: str
    is_live: int
    has_live_login: int


class People:
    """Finds people by SIS ID (`by_sis_id`) or integration ID (`by_integration_id`), deleted ones included."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.by_sis_id: dict[str, Person] = {}
        self.by_integration_id: dict[str, Person] = {}

    def forget_some(self) -> None:
        """Empty a cache that has grown too large; called before anybody of a chunk is looked up in it."""
        for known in (self.by_sis_id, self.by_integration_id):
            if len(known) > CACHED:
                known.clear()

    def load(self, sis_ids: set[str], integration_ids: set[str]) -> None:
        """Look up the people not cached yet; afterwards the two dictionaries hold everyone who exists."""
        self._load(self.by_sis_id, "sis_user_id", sis_ids)
        self._load(self.by_integration_id, "integration_id", integration_ids)

    def _load(self, known: dict[str, Person], column: str, ids: set[str]) -> None:
        missing = ids - known.keys()
        if missing:
            for text, *person in logins.people(self._db, column, missing):
                known[text] = Person._make(person)
