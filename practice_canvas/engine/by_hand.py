"""Changes outside an import: the importers' rules, without an import that they belong to.

What is made by hand carries no import's ID, so that batch mode leaves it alone; what changes becomes sticky.
"""

from pathlib import Path

from practice_canvas.engine.importer import ImportOptions, Run
from practice_canvas.engine.messages import NumberedRow
from practice_canvas.engine.upload import Upload
from practice_canvas.store import records
from practice_canvas.store.records import Entity, Record, Values
from practice_canvas.store.school import fresh
from practice_canvas.store.store import Store

NO_IMPORT = 0
NO_UPLOAD = Upload(Path(), "")


class _NoMessages:
    """Drops messages: whoever changes something by hand gets an answer instead."""

    def warn(self, file: str | None, text: str, row: NumberedRow | None = None) -> None:
        """Drop a warning."""

    def error(self, file: str | None, text: str) -> None:
        """Drop an error."""


class ByHand(Run):
    """Stands in for an import where somebody changes the school over REST.

    Args:
        store: the writing connection; the caller commits.
        user_id: who makes the change.
        now: when, ISO 8601 UTC.
    """

    def __init__(self, store: Store, user_id: int, now: str) -> None:
        super().__init__(
            store,
            NO_IMPORT,
            user_id,
            fresh.ROOT_ACCOUNT_ID,
            now,
            NO_UPLOAD,
            {},
            ImportOptions(),
            _NoMessages(),
        )

    def changed_states(
        self,
        entity: Entity,
        first: int,
        last: int,
        before: str | None,
        after: str,
        *,
        batch_mode: bool = False,
    ) -> None:
        """Record nothing: restore_states undoes imports only."""

    def save(self, entity: Entity, record: Record | None, values: Values) -> int:
        """Create or update a record; the sticky columns that change stick."""
        if record is None:
            return records.insert(self.store.db, entity.table, values)
        records.edit_by_hand(self.store.db, entity, record, values)
        return int(record["id"])
