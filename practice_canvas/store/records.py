"""Find, insert and update one record of any table, and keep what a person changed by hand sticky."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from secrets import token_hex
from typing import Any

from practice_canvas.store.sql import Sql, assignments, joined, marks, name, names, sql

Record = sqlite3.Row | Mapping[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True)
class Entity:
    """A kind of object that imports make and people edit.

    Args:
        table: its table.
        context_type: its name in statistics and restore_states, such as "Course".
        sticky: the columns that an import leaves alone after a change by hand.
        together: groups of columns that stick as one: one of them stuck, all of them stuck.
        stamped: whether it keeps the id of the import that touched it last.
    """

    table: str
    context_type: str
    sticky: frozenset[str] = frozenset()
    together: tuple[frozenset[str], ...] = ()
    stamped: bool = True

    def stuck_in(self, record: Record) -> set[str]:
        """Return the columns of this record that an ordinary import must not write."""
        stuck = set(record["stuck"].split()) if self.sticky else set()
        if not stuck:
            return stuck
        for group in self.together:
            if stuck & group:
                stuck |= group
        return stuck


def _entity(table: str, context_type: str, sticky: str = "", *together: str, stamped: bool = True) -> Entity:
    groups = tuple(frozenset(group.split()) for group in together)
    return Entity(table, context_type, frozenset(sticky.split()).union(*groups), groups, stamped)


ACCOUNT = _entity("accounts", "Account", "name parent_account_id")
TERM = _entity("enrollment_terms", "EnrollmentTerm", "name", "start_at end_at")
TERM_OVERRIDE = _entity("enrollment_dates_overrides", "", "", "start_at end_at")
ABSTRACT_COURSE = _entity("abstract_courses", "AbstractCourse", "name short_name enrollment_term_id")
COURSE = _entity(
    "courses",
    "Course",
    "name course_code enrollment_term_id account_id workflow_state grade_passback_setting"
    " restrict_enrollments_to_course_dates",
    "start_at conclude_at",
)
SECTION = _entity(
    "course_sections",
    "CourseSection",
    "name course_id restrict_enrollments_to_section_dates",
    "start_at end_at",
)
USER = _entity("users", "", "name sortable_name short_name pronouns", stamped=False)
LOGIN = _entity("pseudonyms", "Pseudonym", "workflow_state", "unique_id unique_id_key")
CHANNEL = _entity("communication_channels", "CommunicationChannel", stamped=False)
ENROLLMENT = _entity("enrollments", "Enrollment", "", "start_at end_at")
ADMIN = _entity("account_users", "AccountUser")
GROUP_CATEGORY = _entity("group_categories", "GroupCategory")
GROUP = _entity("groups", "Group", "name")
MEMBERSHIP = _entity("group_memberships", "GroupMembership")
OBSERVER_LINK = _entity("user_observation_links", "UserObserver")

# Statistics and restore_states go through the types in this order.
RESTORABLE = (
    ACCOUNT,
    TERM,
    ABSTRACT_COURSE,
    COURSE,
    SECTION,
    GROUP_CATEGORY,
    GROUP,
    LOGIN,
    CHANNEL,
    ENROLLMENT,
    MEMBERSHIP,
    OBSERVER_LINK,
    ADMIN,
)


def new_uuid() -> str:
    """Return 32 random hexadecimal digits for a new object; `uuid4` would take three times as long."""
    return token_hex(16)


def find(db: sqlite3.Connection, table: str, **where: Any) -> sqlite3.Row | None:
    """Return the first record whose columns equal the given values (None matches NULL), else None."""
    return next(iter(find_all(db, table, **where)), None)


def find_all(db: sqlite3.Connection, table: str, **where: Any) -> list[sqlite3.Row]:
    """Return all records whose columns equal the given values (None matches NULL), oldest first."""
    query = _query(table, tuple((column, value is None) for column, value in where.items()))
    return db.execute(query, tuple(where.values())).fetchall()


@cache
def _query(table: str, columns: tuple[tuple[str, bool], ...]) -> Sql:
    """Return what finds the records of a table by these columns, each with whether its value is NULL."""
    # "=", not "IS": only so does SQLite use an index that leaves out the NULLs.
    tests = joined(" AND ", (sql("{} IS ?" if null else "{} = ?", name(column)) for column, null in columns))
    return sql("SELECT * FROM {} WHERE {} ORDER BY id", name(table), tests)


def one(db: sqlite3.Connection, table: str, record_id: int) -> sqlite3.Row:
    """Return the record with this id, which must exist."""
    found: sqlite3.Row = db.execute(
        sql("SELECT * FROM {} WHERE id = ?", name(table)), (record_id,)
    ).fetchone()
    return found


def insert(db: sqlite3.Connection, table: str, values: Values) -> int:
    """Insert a record and return its id."""
    statement = sql("INSERT INTO {} ({}) VALUES ({})", name(table), names(values), marks(values))
    return int(db.execute(statement, tuple(values.values())).lastrowid or 0)


def update(db: sqlite3.Connection, table: str, record_id: int, values: Values) -> None:
    """Write the given columns of one record."""
    if values:
        statement = sql("UPDATE {} SET {} WHERE id = ?", name(table), assignments(values))
        db.execute(statement, (*values.values(), record_id))


def set_states(db: sqlite3.Connection, entity: Entity, states: Iterable[tuple[str, int, int]]) -> None:
    """Write many (workflow_state, first record id, last record id)."""
    statement = sql("UPDATE {} SET workflow_state = ? WHERE id BETWEEN ? AND ?", name(entity.table))
    db.executemany(statement, states)


def delete(db: sqlite3.Connection, table: str, record_id: int) -> None:
    """Remove one record for good."""
    db.execute(sql("DELETE FROM {} WHERE id = ?", name(table)), (record_id,))


def add_stuck(db: sqlite3.Connection, entity: Entity, record_id: int, column: str) -> None:
    """Make one column of a record stick."""
    record = find(db, entity.table, id=record_id)
    if record:
        update(db, entity.table, record_id, {"stuck": join_stuck({*record["stuck"].split(), column})})


def edit_by_hand(db: sqlite3.Connection, entity: Entity, record: Record, values: Values) -> None:
    """Write what a person changed over REST and make the changed sticky columns stick.

    Args:
        db: the caller commits.
        entity: what kind of object the record is.
        record: the record as it is now.
        values: the new values; columns that already have them do not stick.
    """
    changed = {column for column, value in values.items() if record[column] != value}
    if entity.sticky and changed & entity.sticky:
        values = {**values, "stuck": join_stuck(set(record["stuck"].split()) | (changed & entity.sticky))}
    update(db, entity.table, record["id"], values)


def join_stuck(columns: Iterable[str]) -> str:
    """Return the text in which a record keeps its stuck columns."""
    return " ".join(sorted(columns))
