"""Columns that allow only certain values: statuses, formats, settings, booleans, numbers."""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Column, Kind
from practice_canvas.sis_csv.values import FALSE, TRUE

NOT_ALLOWED = Rule(
    slug="value-not-allowed",
    severity="skips the row",
    title="Value not allowed",
    template="The {column} “{value}” is not one of {more}.",
    fix="Use one of the allowed values.",
)
ONLY_BEGINS = Rule(
    slug="value-only-begins",
    severity="silent",
    title="Value only starts with an allowed value",
    template=(
        "Canvas accepts the {column} “{value}” because it starts with one of {more}, but does "
        "something else or nothing."
    ),
    fix="Use exactly one of the allowed values.",
)
NOT_DELETED = Rule(
    slug="group-not-deleted",
    severity="silent",
    title="Group not deleted because of a capital letter",
    template="The {column} “{value}” keeps the group. Only lowercase deleted deletes it.",
    fix="Write deleted in lowercase.",
)
NOT_BOOLEAN = Rule(
    slug="value-no-boolean",
    severity="silent",
    title="Value is neither true nor false",
    template="The {column} “{value}” is neither true nor false. Canvas treats it as false.",
    fix="Use true or false.",
)
NOT_A_NUMBER = Rule(
    slug="value-no-number",
    severity="skips the row",
    title="Invalid Canvas ID",
    template=("The {column} “{value}” is not a whole number. This column takes Canvas IDs, not SIS IDs."),
    fix="Use the number that appears in the URL in Canvas.",
)
OTHER_WORD = Rule(
    slug="status-of-reports",
    severity="skips the row",
    title="Status from a Canvas report",
    template="Canvas reports use the {column} “{value}”. SIS files use {more}.",
    fix="Write completed, or let repair_file() rewrite the file.",
    repairable=True,
)
REPORT_WORDS = {"concluded": "completed"}
"""What a status is called in reports, and in files."""
_REMOVE = "<delete>"


def check(school: School, kind: Kind) -> None:
    """Find values that Canvas does not allow."""
    for column in school.columns(kind):
        if column.values and not column.if_new:
            _check_words(school, kind, column)
        elif column.holds == "boolean":
            words = ", ".join(map(text, sorted(TRUE | FALSE)))
            school.note(NOT_BOOLEAN, kind, column.name, f"lower({name(column.name)}) NOT IN ({words})")
        elif column.holds == "number":
            where = f"NOT regexp_full_match({name(column.name)}, '[0-9]+')"
            unless = f" AND {name(column.unless)} IS NULL" if column.unless else ""
            school.note(NOT_A_NUMBER, kind, column.name, where + unless)


def _check_words(school: School, kind: Kind, column: Column) -> None:
    quoted, allowed = name(column.name), ", ".join(map(text, column.values))
    other = f"lower({quoted}) NOT IN ({allowed}, {text(_REMOVE)})"
    begins = " OR ".join(f"starts_with(lower({quoted}), {text(word)})" for word in column.values)
    more = text(", ".join(column.values))
    if column.begins:
        school.note(ONLY_BEGINS, kind, column.name, f"{other} AND ({begins})", more=more)
        other += f" AND NOT ({begins})"
    for word, meant in REPORT_WORDS.items():
        if column.name == "status" and meant in column.values:
            school.note(OTHER_WORD, kind, "status", f"lower(status) = {text(word)}", more=text(meant))
            other += f" AND lower(status) <> {text(word)}"
    school.note(NOT_ALLOWED, kind, column.name, other, more=more)
    if (kind.name, column.name) == ("group", "status"):
        school.note(NOT_DELETED, kind, "status", "lower(status) = 'deleted' AND status <> 'deleted'")
