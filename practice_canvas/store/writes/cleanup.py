"""What batch mode's cleanup looks for: what earlier imports touched in a term and this one did not."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps

from practice_canvas.store.records import COURSE, ENROLLMENT, SECTION, Entity
from practice_canvas.store.sql import Query, Sql, name, sql


@dataclass(frozen=True)
class Cleaned:
    """A kind that is cleaned.

    Args:
        entity: its table.
        source: the table joined with the course that tells the term.
        has_sis_id: whether only objects with an SIS id are cleaned.
    """

    entity: Entity
    source: Sql
    has_sis_id: bool


# A cross-listed section belongs to the term of its first course, its enrollments to that of the present one.
CLEANED = {
    "enrollment": Cleaned(
        ENROLLMENT,
        Sql(
            "enrollments JOIN course_sections ON course_sections.id = enrollments.course_section_id"
            " JOIN courses ON courses.id = course_sections.course_id"
        ),
        has_sis_id=False,
    ),
    "section": Cleaned(
        SECTION,
        Sql(
            "course_sections JOIN courses"
            " ON courses.id = coalesce(course_sections.nonxlist_course_id, course_sections.course_id)"
        ),
        has_sis_id=True,
    ),
    "course": Cleaned(COURSE, Sql("courses"), has_sis_id=True),
}


@dataclass(frozen=True)
class CleanupScope:
    """The objects of one kind that are looked at.

    Args:
        kind: what is cleaned.
        term_ids: in which terms.
        import_id: the import that did not touch them.
        spared_state: objects in this state are left alone, besides deleted ones.
    """

    kind: Cleaned
    term_ids: Sequence[int]
    import_id: int
    spared_state: str = "deleted"

    @property
    def all(self) -> Query:
        """The kind's objects that an import once touched and that are not deleted."""
        table = name(self.kind.entity.table)
        query = Query(sql("{}.id, {}.workflow_state", table, table), self.kind.source, sql("{}.id", table))
        terms = "courses.enrollment_term_id IN (SELECT value FROM json_each(?))"
        query.where(terms, dumps(list(self.term_ids)))
        query.where(sql("{}.workflow_state <> 'deleted' AND {}.sis_batch_id IS NOT NULL", table, table))
        return query.where(sql("{}.sis_source_id IS NOT NULL", table)) if self.kind.has_sis_id else query

    @property
    def left_out(self) -> Query:
        """Those of them that this import left out."""
        table = name(self.kind.entity.table)
        query = self.all.where(sql("{}.sis_batch_id <> ?", table), self.import_id)
        return query.where(sql("{}.workflow_state <> ?", table), self.spared_state)


def left_out(db: sqlite3.Connection, scope: CleanupScope, after_id: int, limit: int) -> list[tuple[int, str]]:
    """Return (id, state) of the next objects that the import left out, in the order of their ids."""
    query = scope.left_out.where(sql("{}.id > ?", name(scope.kind.entity.table)), after_id)
    return [(one[0], one[1]) for one in query.rows(db, limit)]


def touched_terms(db: sqlite3.Connection, import_id: int) -> list[int]:
    """Return the terms that an import touched."""
    found = db.execute("SELECT id FROM enrollment_terms WHERE sis_batch_id = ?", (import_id,))
    return [one[0] for one in found]


def set_state(db: sqlite3.Connection, entity: Entity, state: str, ids: Sequence[int], import_id: int) -> None:
    """Give objects another state and stamp them with the import."""
    db.executemany(
        sql("UPDATE {} SET workflow_state = ?, sis_batch_id = ? WHERE id = ?", name(entity.table)),
        ((state, import_id, one) for one in ids),
    )
