"""What every importer shares: the import it belongs to, its rows, and how it saves a record."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from practice_canvas.engine.messages import Messages
from practice_canvas.engine.upload import Upload
from practice_canvas.sis_csv.kinds import KIND_OF, PASSWORD_COLUMNS
from practice_canvas.store import records
from practice_canvas.store.records import Entity, Record, Values
from practice_canvas.store.store import Store, begin
from practice_canvas.store.working_set import WorkingSet
from practice_canvas.store.writes import roll_back_data
from practice_canvas.store.writes.roll_back_data import StateChange


class Rejected(Exception):
    """A row cannot be applied; the text becomes a warning, so it has to name the identifiers."""


class Row(dict[str, str | None]):
    """One data row: column in lower case → trimmed value, None if it is empty or there is no such column."""

    __slots__ = ("file", "number")

    file: str  # its name in messages
    number: int  # the header is row 1

    __getitem__ = dict.get  # a __missing__ would be several times slower

    @property
    def contents(self) -> str:
        """The row as a line of CSV, without passwords."""
        line = io.StringIO()
        values = ("" if name.strip() in PASSWORD_COLUMNS else value for name, value in self.items())
        csv.writer(line, lineterminator="").writerow(values)
        return line.getvalue()


# The number of a row, and its values: at least one for each column.
Line = tuple[int, list[str | None]]


@dataclass(frozen=True)
class Chunk:
    """Some rows of one file, which are imported together.

    Args:
        file: the file's name in messages.
        columns: the names of its columns.
        lines: the rows.
    """

    file: str
    columns: tuple[str, ...]
    lines: list[Line]

    def position(self, column: str) -> int | None:
        """Return where the lines have the values of a column; None if there is no such column."""
        return self.columns.index(column) if column in self.columns else None

    def row(self, line: Line) -> Row:
        """Return one of the lines as a row."""
        number, values = line
        row = Row(zip(self.columns, values, strict=False))
        row.file, row.number = self.file, number  # an __init__ that does so would take as long as the rest
        return row

    def rows(self) -> list[Row]:
        """Return all of them as rows."""
        return list(map(self.row, self.lines))


@dataclass(frozen=True)
class ImportOptions:
    """The parameters of a SIS import that the importers use."""

    skip_deletes: bool = False
    override_sis_stickiness: bool = False
    add_sis_stickiness: bool = False
    clear_sis_stickiness: bool = False
    update_sis_id_if_login_claimed: bool = False


@dataclass
class Run:
    """One run of an import, for which the importers work.

    Args:
        store: the worker's connection; the caller commits each chunk.
        import_id: stamped on every touched record as `sis_batch_id`.
        user_id: the user who runs the import (nobody may delete themselves).
        root_account_id: the root account of the school.
        now: when this run started, ISO 8601 UTC.
        upload: the file that was sent.
        parameters: those of the request as Canvas echoes them (`batch_mode`, `batch_mode_term_id`, …).
        options: those that the importers use.
        messages: takes the messages.
    """

    store: Store
    import_id: int
    user_id: int
    root_account_id: int
    now: str
    upload: Upload
    parameters: Mapping[str, Any]
    options: ImportOptions
    messages: Messages
    counts: dict[str, int] = field(default_factory=dict)  # count key → rows processed without being rejected
    state_changes: dict[str, list[StateChange]] = field(default_factory=dict)  # of the chunk, by context type

    def __post_init__(self) -> None:
        self.records = WorkingSet(self.store.db)

    def count(self, kind: str, rows: int) -> None:
        """Add rows of a kind that were processed without being rejected."""
        key = KIND_OF[kind].count_key
        self.counts[key] = self.counts.get(key, 0) + rows

    def changed_state(
        self, entity: Entity, record_id: int, before: str | None, after: str, *, batch_mode: bool = False
    ) -> None:
        """Record a state change for statistics and restore_states (before=None: just created)."""
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
        """Record the same state change for all records from the first ID to the last."""
        if not entity.context_type or before == after:
            return
        before = before or roll_back_data.NON_EXISTENT
        changes = self.state_changes.setdefault(entity.context_type, [])
        if changes:
            latest = changes[-1]
            same = latest.before == before and latest.after == after and latest.by_cleanup == batch_mode
            if same and latest.last == first - 1:
                latest.last = last
                return
        changes.append(StateChange(entity.context_type, first, last, before, after, batch_mode))

    def store_state_changes(self) -> None:
        """Store the chunk's state changes inside its transaction and start a new list."""
        roll_back_data.add(self.store.db, self.import_id, chain.from_iterable(self.state_changes.values()))
        self.state_changes.clear()

    def save(self, entity: Entity, record: Record | None, values: Values) -> int:
        """Create or update a record as imports do: leave sticky columns alone and record state changes.

        Args:
            entity: what kind of object it is.
            record: the stored record; None creates one (then `values` must be complete).
            values: column → new value.

        Returns:
            The record's id.
        """
        if record is None:
            return self._create(entity, values)
        values = self.writable(entity, record, values)
        if "workflow_state" in values:
            self.changed_state(entity, record["id"], record["workflow_state"], values["workflow_state"])
        self.records.update(entity.table, record["id"], self._stamped(entity, record, values))
        return int(record["id"])

    def _create(self, entity: Entity, values: Values) -> int:
        record_id = self.records.insert(entity.table, self._stamped(entity, None, values))
        if entity.context_type:
            self.changed_state(entity, record_id, None, values["workflow_state"])
        return record_id

    def writable(self, entity: Entity, record: Record, values: Values) -> Values:
        """Return the values that `save` would write: those of columns that are not sticky."""
        if not entity.sticky or self.options.override_sis_stickiness:
            return values
        stuck = entity.stuck_in(record)
        if not stuck:
            return values
        return {column: value for column, value in values.items() if column not in stuck}

    def _stamped(self, entity: Entity, record: Record | None, values: Values) -> Values:
        """Add the import's ID and apply add/clear_sis_stickiness (only with override_sis_stickiness)."""
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
    """The interface of engine/importers/KIND.py; an instance is made once per import and kind."""

    kind: str

    def __init__(self, run: Run) -> None: ...

    def import_rows(self, chunk: Chunk) -> None:
        """Apply one chunk of rows: a rejected one becomes a warning, an accepted one is counted."""
        ...

    def finish_file(self) -> None:
        """Do what has to happen at the end of a file."""
        ...

    def finish(self) -> None:
        """Do what has to happen after the kind's last file."""
        ...


class RowImporter:
    """The base of most importers: a subclass names its kind and applies one row at a time."""

    kind: str

    def __init__(self, run: Run) -> None:
        self.run = run
        self.db = run.store.db
        self.records = run.records

    def import_row(self, row: Row) -> bool | None:
        """Apply one row; return False to not count it, raise Rejected to skip it with a warning."""
        raise NotImplementedError

    def load(self, rows: Sequence[Row]) -> None:
        """Load into `self.records` what the rows of a chunk refer to, instead of a query for each row."""

    def load_named(self, rows: Sequence[Row], entity: Entity, **columns: str) -> None:
        """Load the records that rows name: CSV column → column of the table."""
        header = rows[0].keys()  # the same in all rows of a file
        for csv_column, column in columns.items():
            named = (row[csv_column] for row in rows) if csv_column in header else ()
            self.records.load(entity.table, column, named)

    def import_rows(self, chunk: Chunk) -> None:
        """Apply a chunk row by row."""
        begin(self.db)  # so that nobody changes what is loaded
        rows = chunk.rows()
        self.load(rows)
        counted = 0
        for row in rows:
            try:
                counted += self.import_row(row) is not False
            except Rejected as rejected:
                self.run.messages.warn(row.file, str(rejected), row)
        self.run.count(self.kind, counted)
        self.records.release()

    def finish_file(self) -> None:
        """Do nothing: most kinds finish each row at once."""

    def finish(self) -> None:
        """Do nothing: most kinds finish each row at once."""
