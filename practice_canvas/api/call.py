"""A request as handlers see it: who makes it, its arguments and parameters, and the database to use."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from practice_canvas.api import errors, pagination
from practice_canvas.api.params import Params, to_id
from practice_canvas.engine.by_hand import ByHand
from practice_canvas.store import records, sql
from practice_canvas.store.reads import sis_ids
from practice_canvas.store.records import Record
from practice_canvas.store.school.access_tokens import Caller
from practice_canvas.store.store import Database, Store, now

Json = dict[str, Any]


def existing(record: Record | None) -> Record:
    """Return a record that is in the school.

    Raises:
        ApiError: there is none, or it is deleted (404).
    """
    if record is None or record["workflow_state"] == "deleted":
        raise errors.not_found()
    return record


@dataclass
class Call:
    """What a handler gets.

    Args:
        store: the connection to use (the writing one for handlers that write).
        arguments: the path's arguments, decoded.
        params: query and form.
        query: the query's pairs as sent.
        base_url: scheme and host, such as `http://127.0.0.1:8765`.
        path: the path as sent, for links.
        person: who calls.
        settings: the practice Canvas's settings.
        shared_tokens: the access tokens by name that a control call hands out.
    """

    store: Store
    arguments: dict[str, str]
    params: Params
    query: list[tuple[str, str]]
    base_url: str
    path: str
    person: Caller
    settings: dict[str, Any]
    shared_tokens: dict[str, str] = field(default_factory=dict, repr=False)
    wakes_worker: bool = False
    commit_despite_error: bool = False

    @property
    def db(self) -> Database:
        """The database connection."""
        return self.store.db

    def commit_anyway(self) -> None:
        """Commit what was written so far, even though the call ends with an error."""
        self.commit_despite_error = True

    def require_admin(self) -> None:
        """Refuse a caller without an admin's rights (403)."""
        if not self.person.is_admin:
            raise errors.not_allowed()

    def find(self, kind: str, argument: str = "id") -> Record:
        """Return the record that a path argument names, such as `5` or `sis_course_id:X`.

        Raises:
            ApiError: there is no such record (404).
        """
        found = sis_ids.find(self.db, kind, self.arguments[argument], self.person.id)
        if found is None:
            raise errors.not_found()
        return found

    def number(self, argument: str) -> int:
        """Return a path argument that must be a number.

        Raises:
            ApiError: it is not a number (404).
        """
        number = to_id(self.arguments[argument])
        if number is None:
            raise errors.not_found()
        return number

    def edit(self, entity: records.Entity, record: Record, changes: records.Values) -> None:
        """Store a manual change and make the changed fields sticky.

        Raises:
            ApiError: another record already has the SIS ID (400).
        """
        self._check_sis_id(entity, changes, record["id"])
        records.edit_by_hand(self.db, entity, record, changes)

    def create(self, entity: records.Entity, given: records.Values, rest: records.Values) -> int:
        """Create a record by hand and return its ID: no import knows it, and what the caller gave is sticky.

        Args:
            entity: what kind of object it is.
            given: column → value, as the caller gave them.
            rest: what else the record needs; the caller's values go first.

        Raises:
            ApiError: another record already has the SIS ID (400).
        """
        self._check_sis_id(entity, given, None)
        values = {**rest, **given, "created_at": now()}
        if sticky := entity.sticky & {column for column, value in given.items() if value is not None}:
            values["stuck"] = records.join_stuck(sticky)
        return records.insert(self.db, entity.table, values)

    def by_hand(self) -> ByHand:
        """Return what the engine's rules need to change the school outside an import."""
        return ByHand(self.store, self.person.id, now())

    def _check_sis_id(self, entity: records.Entity, values: records.Values, own_id: int | None) -> None:
        sis_id = values.get("sis_source_id")
        owner = records.find(self.db, entity.table, sis_source_id=sis_id) if sis_id else None
        if owner is not None and owner["id"] != own_id:
            raise errors.invalid("sis_source_id", f"SIS ID {sis_id!r} is already in use", "taken")

    def referred(self, kind: str, text: str) -> Record:
        """Return the record that a parameter names, such as `5` or `sis_term_id:X`.

        Raises:
            ApiError: there is no such record, or it is deleted (404).
        """
        return existing(sis_ids.find(self.db, kind, text, self.person.id))

    def includes(self, name: str) -> bool:
        """Return whether `include[]` asks for this."""
        return bool(self.params.chosen("include", [name]))

    def presenter(
        self, shown: Callable[["Call", Record], Json], extras: Mapping[str, Callable[["Call", Record], Any]]
    ) -> Callable[[Record], Json]:
        """Return what presents a record, with what `include[]` asks for.

        Args:
            shown: presents it.
            extras: `include[]` → what is shown under this name.
        """
        asked = {name: extras[name] for name in self.params.chosen("include", extras)}
        return lambda record: (
            shown(self, record) | {name: extra(self, record) for name, extra in asked.items()}
        )

    def page(self) -> pagination.Page:
        """Return the requested page."""
        return pagination.requested_page(self.params.get("page"), self.params.get("per_page"))

    def listed(self, query: sql.Query, present: Any, key: str | None = None) -> pagination.Listing:
        """Return the requested page of a query's records.

        Args:
            query: what to list.
            present: turns a record into JSON.
            key: the list's name when it is wrapped in an object.
        """
        page = self.page()
        rows = query.rows(self.db, page.limit, page.offset)
        items = [present(row) for row in rows[: page.per_page]]
        total = query.count(self.db) if query.counted else None
        return pagination.Listing(items, page, len(rows) > page.per_page, total, key)


@dataclass(frozen=True)
class Incoming:
    """The body of a request whose handler receives it by itself.

    Args:
        content_type: as sent, "" when missing.
        chunks: the body as it arrives.
        write: runs a function of a writing Call in a transaction, away from the event loop.
    """

    content_type: str
    chunks: AsyncIterator[bytes]
    write: Callable[[Callable[[Call], Any]], Awaitable[Any]]
