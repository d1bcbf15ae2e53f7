"""Rows about the same object, and duplicate rows."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.rows.look_alikes import all_differ
from helpers.preflight.school import School, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.duplicates import MOST_REPEATED
from practice_canvas.sis_csv.model import Kind

CONTRADICTING = Rule(
    slug="key-repeated",
    severity="silent",
    title="Conflicting rows for the same object",
    template="{value} appears again in {more}, with different values. The later row wins.",
    fix="Keep only the correct row.",
)
DELETED = Rule(
    slug="enrollment-deleted-in-file",
    severity="silent",
    title="Enrollment that the same file deletes",
    template=(
        "{value} is deleted in {more}. Canvas deletes existing enrollments at the end of a file, so the "
        "deletion wins over the other rows, even over later ones."
    ),
    fix="Keep only the correct row.",
)
REPEATED = Rule(
    slug="row-repeated",
    severity="note",
    title="Duplicate rows",
    template="{value} appears again, with the same values, in {more}.",
    fix="Nothing to do. Canvas applies the row again and counts it again.",
)
COPIES = Rule(
    slug="copies-left-out",
    severity="note",
    title="Many duplicate rows",
    template=(
        "{file} has so many duplicate rows that Canvas first removes them. The row numbers in "
        "its messages refer to the new file, whose name ends in _deduplicated.csv."
    ),
    fix="Find out why the export writes rows more than once.",
)


_ENROLLMENT = "hash(coalesce(user_id, user_integration_id), coalesce(section_id, course_id))"


def check(school: School, kind: Kind) -> None:
    """Find repeated rows; rows are compared by the hash of their values."""
    there = {column for file in school.files_of(kind) for column in file.columns}
    identified_by = [column for column in kind.identified_by if column in there]
    keys = (*identified_by, *(column for column in kind.also_distinct_by if column in there))
    if not identified_by or (len(keys) == 1 and all_differ(school, kind, *keys)):
        return
    some = f"coalesce({', '.join(map(name, identified_by))}) IS NOT NULL"
    table = f"{kind.name}_twice"
    if school.repeats(table, _quick_key(kind, keys), f"{rows_of(kind)} WHERE {some}"):
        _note(school, kind, keys, table)


def _note(school: School, kind: Kind, keys: tuple[str, ...], table: str) -> None:
    deletes = "lower(status) IS NOT DISTINCT FROM 'deleted'" if kind.name == "enrollment" else "false"
    shown = f"concat_ws(' · ', {', '.join(map(name, keys))})"
    every = _hash(tuple(column.name for column in kind.columns))
    place = f"row_number() OVER (ORDER BY file, {deletes}, nr)"
    school.database.run(
        f"CREATE TABLE {table}_rows AS SELECT file, nr, {shown} AS shown, {_hash(keys)} AS key,"
        f" {every} AS every, {deletes} AS deletes, {place} AS place FROM {rows_of(kind)}"
        f" WHERE {_quick_key(kind, keys)} IN (FROM {table})"
    )
    last = (
        f"SELECT key, max(place) AS last, count(DISTINCT every) > 1 AS differs FROM {table}_rows GROUP BY key"
    )
    source = (
        "(SELECT r.*, differs, l.deletes AND l.file = r.file AS loses,"
        " 'row ' || l.nr || ' of ' || f.name AS again,"
        " count(*) FILTER (NOT differs) OVER (PARTITION BY r.file) AS copies"
        f" FROM {table}_rows r JOIN ({last}) g USING (key) JOIN {table}_rows l ON l.place = g.last"
        " JOIN files f ON f.number::INTEGER = l.file WHERE r.place < g.last)"
    )
    many = f"copies >= {MOST_REPEATED}"
    column = kind.identified_by[0]
    other = {"value": "shown", "more": "again", "source": source}
    school.note(CONTRADICTING, kind, column, "differs AND NOT loses", **other)
    school.note(DELETED, kind, column, "differs AND loses", **other)
    school.note(REPEATED, kind, column, f"NOT differs AND NOT {many}", **other)
    school.note(COPIES, kind, "", f"NOT differs AND {many}", value="NULL", source=source)


def _quick_key(kind: Kind, keys: tuple[str, ...]) -> str:
    """Return what repeated rows have in common, as SQL; an enrollment has many values to compare."""
    return _ENROLLMENT if kind.name == "enrollment" else _hash(keys)


def _hash(columns: tuple[str, ...]) -> str:
    return f"hash({', '.join(map(name, columns))})"
