"""What every importer shares: the run it is part of, its rows, and how it saves a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store import records, roll_back_data
from practice_canvas.store.records import Entity, Record, Values
from practice_canvas.store.roll_back_data import StateChange
from practice_canvas.store.store import Store


class Rejected(Exception):
    """A row that cannot be applied; its text becomes a warning that names the identifiers."""


@dataclass(slots=True)  # not frozen: a frozen one takes three times as long to make
class Row:
    """One data row: its file, its number (the header is row 1) and trimmed values; empty is None."""

    file: str
    number: int
    values: Mapping[str, str | None]  # column name in lower case → value; columns of the header only

    def __getitem__(self, column: str) -> str | None:
        return self.values.get(column)

    def __contains__(self, column: str) -> bool:
        return column in self.values


@dataclass(frozen=True)
class ImportOptions:
    """The parameters of a SIS import that the importers heed."""

    skip_deletes: bool = False
    override_sis_stickiness: bool = False
    add_sis_stickiness: bool = False
    clear_sis_stickiness: bool = False
    update_sis_id_if_login_claimed: bool = False


@dataclass(frozen=True)
class Progress:
    """What is to be stored together with the chunk just done.

    Args:
        progress: percent, 0–100.
        workflow_state: the new state, or None when it stays. The last Progress of a run has a terminal one.
        data: to be merged into the import's `data`.
        steps_left: so many chunks are still to come, as far as is known.
    """

    progress: int
    workflow_state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    steps_left: int = 0


class Messages(Protocol):
    """Where messages go (engine/messages.py)."""

    def warn(self, file: str | None, text: str, row: int | None = None) -> None:
        """Store a warning."""
        ...

    def error(self, file: str | None, text: str, row: int | None = None) -> None:
        """Store an error."""
        ...


@dataclass
class Run:
    """One import under way.

    Args:
        store: the worker's connection; each chunk is committed by who drives the run.
        import_id: stamped on every touched record as `sis_batch_id`.
        user_id: who runs the import (nobody may delete themselves).
        root_account_id: whose school it is.
        now: the time of the run, ISO 8601 UTC.
    """

    store: Store
    import_id: int
    user_id: int
    root_account_id: int
    now: str
    options: ImportOptions
    messages: Messages
    counts: dict[str, int] = field(default_factory=dict)  # count key → rows processed without being rejected
    state_changes: list[StateChange] = field(default_factory=list)  # of the present chunk

    def count(self, kind: str, rows: int) -> None:
        """Add rows of a kind that were processed without being rejected."""
        key = KIND_OF[kind].count_key
        self.counts[key] = self.counts.get(key, 0) + rows

    def changed_state(
        self, entity: Entity, record_id: int, before: str | None, after: str, *, batch_mode: bool = False
    ) -> None:
        """Note a change of workflow_state for statistics and restore_states (before=None: just made)."""
        self.changed_states(entity, record_id, record_id, before, after, batch_mode=batch_mode)

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
        """Note the same change of workflow_state of all records from the first id to the last."""
        if entity.context_type and before != after:
            before = before or roll_back_data.NON_EXISTENT
            self.state_changes.append((entity.context_type, first, last, before, after, int(batch_mode)))

    def store_state_changes(self) -> None:
        """Write the chunk's state changes (inside the chunk's transaction) and begin a new list."""
        roll_back_data.add(self.store.db, self.import_id, self.state_changes)
        self.state_changes.clear()

    def save(self, entity: Entity, record: Record | None, values: Values) -> int:
        """Create or update a record the way an import does: sticky columns are left alone, states are noted.

        Args:
            entity: what kind of object it is.
            record: the record as it is, or None to make one (then `values` must be complete).
            values: column → new value.

        Returns:
            The record's id.
        """
        if record is None:
            return self._create(entity, values)
        values = self.writable(entity, record, values)
        if "workflow_state" in values:
            self.changed_state(entity, record["id"], record["workflow_state"], values["workflow_state"])
        records.update(self.store.db, entity.table, record["id"], self._stamped(entity, record, values))
        return int(record["id"])

    def _create(self, entity: Entity, values: Values) -> int:
        record_id = records.insert(self.store.db, entity.table, self._stamped(entity, None, values))
        if entity.context_type:
            self.changed_state(entity, record_id, None, values["workflow_state"])
        return record_id

    def writable(self, entity: Entity, record: Record, values: Values) -> Values:
        """Return the values that `save` would write: those whose column does not stick."""
        if not entity.sticky or self.options.override_sis_stickiness:
            return values
        stuck = entity.stuck_in(record)
        return {column: value for column, value in values.items() if column not in stuck}

    def _stamped(self, entity: Entity, record: Record | None, values: Values) -> Values:
        """Add the import's id and what add/clear_sis_stickiness do (only together with override)."""
        stamped = dict(values)
        if entity.stamped:
            stamped["sis_batch_id"] = self.import_id
        if entity.sticky and self.options.override_sis_stickiness:
            changed = {c for c in entity.sticky & set(values) if _value(record, c) != values[c]}
            if self.options.clear_sis_stickiness:
                stamped["stuck"] = ""
            elif self.options.add_sis_stickiness:
                before = set() if record is None else set(record["stuck"].split())
                stamped["stuck"] = records.join_stuck(before | changed)
        return stamped


def _value(record: Record | None, column: str) -> Any:
    return None if record is None else record[column]


class Importer(Protocol):
    """What engine/importers/KIND.py offers: a class of this shape, made once per run and kind."""

    kind: str

    def __init__(self, run: Run) -> None: ...

    def import_rows(self, rows: Sequence[Row]) -> None:
        """Apply one chunk of rows: a rejected one becomes a warning, an accepted one is counted."""
        ...

    def finish_file(self) -> None:
        """Do what waits for the end of a file."""
        ...

    def finish(self) -> None:
        """Do what waits for the end of the kind's last file."""
        ...


class RowImporter:
    """The shape of most importers: row by row. A subclass names its kind and says what one row does."""

    kind: str

    def __init__(self, run: Run) -> None:
        self.run = run
        self.db = run.store.db

    def import_row(self, row: Row) -> bool | None:
        """Apply one row. Return False to leave it uncounted; raise Rejected to skip it with a warning."""
        raise NotImplementedError

    def import_rows(self, rows: Sequence[Row]) -> None:
        """Apply a chunk row by row."""
        for row in rows:
            try:
                counted = self.import_row(row) is not False
            except Rejected as rejected:
                self.run.messages.warn(row.file, str(rejected), row.number)
            else:
                self.run.count(self.kind, counted)

    def finish_file(self) -> None:
        """Nothing waits for the end of a file."""

    def finish(self) -> None:
        """Nothing waits for the end of the kind."""

    def one(self, query: str, *arguments: Any) -> Any:
        """Return the first column of the first row of a query, or None."""
        found = self.db.execute(query, arguments).fetchone()
        return found[0] if found else None
