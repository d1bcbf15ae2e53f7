"""Import change_sis_id.csv: new SIS IDs and integration IDs. Source: Canvas's change_sis_id importer."""

from dataclasses import dataclass

from practice_canvas.engine.importer import Rejected, Row, RowImporter
from practice_canvas.store import records
from practice_canvas.store.records import Entity, Record, Values

DELETE = "<delete>"


@dataclass(frozen=True)
class _Target:
    """What a type refers to, and where its SIS ID is stored."""

    entity: Entity
    sis_id: str = "sis_source_id"
    has_integration_id: bool = True


TYPES = {
    "user": _Target(records.LOGIN, "sis_user_id"),
    "account": _Target(records.ACCOUNT),
    "term": _Target(records.TERM),
    "course": _Target(records.COURSE),
    "section": _Target(records.SECTION),
    "group": _Target(records.GROUP, has_integration_id=False),
    "group_category": _Target(records.GROUP_CATEGORY, has_integration_id=False),
}


class ChangeSisIdImporter(RowImporter):
    """One row gives one object a new SIS id, a new integration id, or both; nothing else changes."""

    kind = "change_sis_id"

    def import_row(self, row: Row) -> bool | None:
        """Apply one row."""
        kind = _check_values(row)
        target = TYPES[kind]
        new_id, new_integration_id = row["new_id"], row["new_integration_id"]
        whom = f"{kind} {row['old_id'] or ''} {row['old_integration_id'] or ''}".strip()
        if new_id and self._find(target, target.sis_id, new_id):
            raise Rejected(f"The new_id {new_id} for {whom} is already in use.")
        if new_integration_id not in (None, DELETE) and self._find(
            target, "integration_id", new_integration_id
        ):
            raise Rejected(f"The new_integration_id {new_integration_id} for {whom} is already in use.")
        values: Values = {target.sis_id: new_id} if new_id else {}
        if new_integration_id:
            values["integration_id"] = None if new_integration_id == DELETE else new_integration_id
        self.run.save(target.entity, self._old(row, kind, target), values)
        return True

    def _old(self, row: Row, kind: str, target: _Target) -> Record:
        """Return the object with the old values; both must belong to the same object."""
        old_id, old_integration_id = row["old_id"], row["old_integration_id"]
        found = self._find(target, target.sis_id, old_id)
        if old_id and found is None:
            raise Rejected(f"There is no {kind} with the old_id {old_id}.")
        if not old_integration_id:
            assert found is not None  # noqa: S101 (one of the two is filled)
            return found
        second = self._find(target, "integration_id", old_integration_id)
        if second is None:
            raise Rejected(f"There is no {kind} with the old_integration_id {old_integration_id}.")
        if found is not None and found["id"] != second["id"]:
            raise Rejected(
                f"The old_id {old_id} and the old_integration_id {old_integration_id} belong to"
                f" two different objects of type {kind}."
            )
        return second

    def _find(self, target: _Target, column: str, value: str | None) -> Record | None:
        """Find an object by ID, deleted ones included."""
        return records.find(self.db, target.entity.table, **{column: value}) if value else None


def _check_values(row: Row) -> str:
    """Check what does not depend on the school, and return the type."""
    kind = "".join((row["type"] or "").split()).lower()
    if not kind:
        raise Rejected("The row has no type.")
    if not (row["old_id"] or row["old_integration_id"]):
        raise Rejected("The row has neither old_id nor old_integration_id.")
    if not (row["new_id"] or row["new_integration_id"]):
        raise Rejected("The row has neither new_id nor new_integration_id.")
    if kind not in TYPES:
        raise Rejected(f"The type {kind} is not allowed: use {', '.join(TYPES)}.")
    if not TYPES[kind].has_integration_id and (row["old_integration_id"] or row["new_integration_id"]):
        raise Rejected(f"A {kind} has no integration id: use old_id and new_id.")
    return kind
