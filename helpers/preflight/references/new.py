"""Values that only new objects need; only the server knows whether an object is new."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import ROWS, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Column, Kind

LACKS = Rule(
    slug="new-lacks-value",
    severity="skips the row",
    title="New object lacks a required value",
    template="{value} is new and has no valid {column}.",
    fix="Fill in the value.",
)
MAY_LACK = Rule(
    slug="new-may-lack-value",
    severity="note",
    title="Value required for new objects",
    template=("{value} has no valid {column}. If Canvas does not have the object yet, it skips the row."),
    fix="Fill in the value if the object is new.",
    taught_in=ROWS,
)

TWIN = Rule(
    slug="new-looks-like-existing",
    severity="ask",
    title="New ID looks like an existing one",
    template="The {column} “{value}” is new, but your Canvas has {more}. Are they the same?",
    fix="If they are, use the existing ID. With a new ID, Canvas creates a second object.",
)


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find rows that cannot create their object."""
    key = id_column(kind)
    if key and kind.name != "login" and known.load(kind.name):
        _note_twins(school, kind, key, known)
    for column in kind.columns:
        if key and column.if_new:
            rule = LACKS if known.load(kind.name) else MAY_LACK
            there = f"SELECT id FROM server_{kind.name} WHERE id IS NOT NULL"
            good = f"SELECT {key} FROM {rows_of(kind)} WHERE NOT ({_unusable(column)}) AND {key} IS NOT NULL"
            where = f"{_unusable(column)} AND {key} NOT IN ({there}) AND {key} NOT IN ({good})"
            school.note(rule, kind, column.name, where, value=key)


def _note_twins(school: School, kind: Kind, key: str, known: Known) -> None:
    """Find new IDs that differ from one on the server only in what people overlook, such as zeros."""
    school.database.run(
        f"CREATE OR REPLACE TABLE missing AS SELECT file, nr, {key} AS id FROM {rows_of(kind)} r"
        f" ANTI JOIN server_{kind.name} s ON s.id = r.{key} WHERE {key} IS NOT NULL"
    )
    known.find_near(kind.name, "server")
    source = "(SELECT m.*, n.near, n.differs FROM missing m JOIN near n USING (id))"
    more = "near || ' (which differs in ' || differs || ')'"
    school.note(TWIN, kind, key, "true", value="id", more=more, source=source)


def _unusable(column: Column) -> str:
    quoted = name(column.name)
    begins = " OR ".join(f"starts_with(lower({quoted}), {text(word)})" for word in column.values) or "true"
    return f"({quoted} IS NULL OR NOT ({begins}))"
