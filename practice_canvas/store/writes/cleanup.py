"""What batch mode's cleanup looks for: what earlier imports touched in a term and this one did not."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from practice_canvas.store.records import COURSE, ENROLLMENT, SECTION, Entity


@dataclass(frozen=True)
class Cleaned:
    """A kind that is cleaned.

    Args:
        entity: its table.
        source: the table joined with the course that tells the term.
        has_sis_id: whether only objects with an SIS id are cleaned.
    """

    entity: Entity
    source: str
    has_sis_id: bool


# A cross-listed section belongs to the term of its first course, its enrollments to that of the present one.
CLEANED = {
    "enrollment": Cleaned(
        ENROLLMENT,
        "enrollments JOIN course_sections ON course_sections.id = enrollments.course_section_id"
        " JOIN courses ON courses.id = course_sections.course_id",
        has_sis_id=False,
    ),
    "section": Cleaned(
        SECTION,
        "course_sections JOIN courses"
        " ON courses.id = coalesce(course_sections.nonxlist_course_id, course_sections.course_id)",
        has_sis_id=True,
    ),
    "course": Cleaned(COURSE, "courses", has_sis_id=True),
}


@dataclass(frozen=True)
class Scope:
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

    def select(self, columns: str, *tests: str) -> str:
        """Return the query for the kind's objects that an import once touched and that are not deleted."""
        table = self.kind.entity.table
        terms = ", ".join(str(int(one)) for one in self.term_ids)
        where = [
            f"courses.enrollment_term_id IN ({terms})",
            f"{table}.workflow_state <> 'deleted'",
            f"{table}.sis_batch_id IS NOT NULL",
            *([f"{table}.sis_source_id IS NOT NULL"] if self.kind.has_sis_id else []),
            *tests,
        ]
        return f"SELECT {columns} FROM {self.kind.source} WHERE {' AND '.join(where)}"  # noqa: S608

    @property
    def left_out(self) -> tuple[str, str]:
        """The tests that tell what this import left out."""
        table = self.kind.entity.table
        return (
            f"{table}.sis_batch_id <> {self.import_id:d}",
            f"{table}.workflow_state <> '{self.spared_state}'",
        )


def count_left_out(db: sqlite3.Connection, scope: Scope) -> int:
    """Return how many objects the cleanup would delete."""
    return int(db.execute(scope.select("count(*)", *scope.left_out)).fetchone()[0]) if scope.term_ids else 0


def count_all(db: sqlite3.Connection, scope: Scope) -> int:
    """Return how many objects of the kind imports keep in the terms, those of this import included."""
    return int(db.execute(scope.select("count(*)")).fetchone()[0])


def left_out(db: sqlite3.Connection, scope: Scope, after_id: int, limit: int) -> list[tuple[int, str]]:
    """Return (id, state) of the next objects that the import left out, in the order of their ids."""
    table = scope.kind.entity.table
    query = scope.select(f"{table}.id, {table}.workflow_state", *scope.left_out, f"{table}.id > ?")
    found = db.execute(f"{query} ORDER BY {table}.id LIMIT ?", (after_id, limit))
    return [(one[0], one[1]) for one in found]


def touched_terms(db: sqlite3.Connection, import_id: int) -> list[int]:
    """Return the terms that an import touched."""
    found = db.execute("SELECT id FROM enrollment_terms WHERE sis_batch_id = ?", (import_id,))
    return [one[0] for one in found]


def set_state(db: sqlite3.Connection, entity: Entity, state: str, ids: Sequence[int], import_id: int) -> None:
    """Give objects another state and stamp them with the import."""
    db.executemany(
        f"UPDATE {entity.table} SET workflow_state = ?, sis_batch_id = ? WHERE id = ?",  # noqa: S608
        ((state, import_id, one) for one in ids),
    )
