"""How much of each term an import removes, when batch mode cleans up several terms."""

from __future__ import annotations

from pathlib import Path

from helpers.rehearsal.changes import MEMORY, join, reading
from helpers.scratch_database import scratch_database, text

COURSE_OF = {
    "courses": "changed.course_id",
    "sections": "changed.course_id",
    "enrollments": "coalesce((SELECT any_value(xlist_course_id) FROM xlist"
    " WHERE xlist.section_id = changed.section_id), changed.course_id)",
}
"""SQL of the course in whose term an object of each kind counts, by the kind's file in a SIS export."""


def removed_by_term(before: Path, after: Path, kind: str, sort: str) -> dict[str, int]:
    """Count what is gone from each term.

    Args:
        before: the earlier export.
        after: the later one.
        kind: a kind in COURSE_OF.
        sort: DELETED or CONCLUDED, as batch mode leaves the objects of this kind.

    Returns:
        The number of objects by the SIS ID of their term; terms from which nothing is gone are left out.
    """
    with scratch_database(MEMORY) as database:
        for table in ("courses", "xlist"):
            database.run(f"CREATE TABLE {table} AS SELECT * FROM {reading(before / f'{table}.csv')}")  # noqa: S608
        join(database, kind, before / f"{kind}.csv", after / f"{kind}.csv")
        return dict(
            database.rows(
                "SELECT courses.term_id, count(*) FROM changed JOIN courses"  # noqa: S608 (our own files)
                f" ON courses.course_id = {COURSE_OF[kind]} WHERE sort = {text(sort)}"
                " GROUP BY courses.term_id"
            )
        )
