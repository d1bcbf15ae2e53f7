"""Columns that take only certain words: statuses, formats, settings, yes or no, numbers."""

from __future__ import annotations

from helpers.preflight.findings import ROWS, SILENCE, Rule
from helpers.preflight.school import School
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import Column, Kind
from practice_canvas.sis_csv.values import FALSE, TRUE

NOT_ALLOWED = Rule(
    "value-not-allowed",
    "skips the row",
    "A value is none of those that Canvas takes",
    "The {column} “{value}” is none of {more}.",
    "Use one of the words that Canvas takes.",
    ROWS,
)
ONLY_BEGINS = Rule(
    "value-only-begins",
    "silent",
    "A value only begins with a word that Canvas takes",
    "The {column} “{value}” passes because it begins like one of {more}, and does something else or nothing.",
    "Use exactly one of the words.",
    SILENCE,
)
NOT_DELETED = Rule(
    "group-not-deleted",
    "silent",
    "A group is not deleted because of a capital letter",
    "The {column} “{value}” keeps the group: only deleted in small letters deletes.",
    "Write deleted.",
    SILENCE,
)
NO_BOOLEAN = Rule(
    "value-no-boolean",
    "silent",
    "A value is neither yes nor no",
    "The {column} “{value}” is neither true nor false; Canvas takes it for false.",
    "Use true or false.",
    SILENCE,
)
NO_NUMBER = Rule(
    "value-no-number",
    "skips the row",
    "A value is no Canvas id",
    "The {column} “{value}” is no whole number: this column takes Canvas's own ids, not SIS ids.",
    "Use the number that Canvas shows in its addresses.",
    ROWS,
)
_REMOVE = "<delete>"


def check(school: School, kind: Kind) -> None:
    """Find values that Canvas does not take."""
    for column in kind.columns:
        if column.values and not column.if_new:
            _check_words(school, kind, column)
        elif column.holds == "boolean":
            words = ", ".join(map(text, sorted(TRUE | FALSE)))
            school.note(NO_BOOLEAN, kind, column.name, f"lower({name(column.name)}) NOT IN ({words})")
        elif column.holds == "number":
            where = f"NOT regexp_full_match({name(column.name)}, '[0-9]+')"
            unless = f" AND {name(column.unless)} IS NULL" if column.unless else ""
            school.note(NO_NUMBER, kind, column.name, where + unless)


def _check_words(school: School, kind: Kind, column: Column) -> None:
    quoted, allowed = name(column.name), ", ".join(map(text, column.values))
    other = f"lower({quoted}) NOT IN ({allowed}, {text(_REMOVE)})"
    begins = " OR ".join(f"starts_with(lower({quoted}), {text(word)})" for word in column.values)
    more = text(", ".join(column.values))
    if column.begins:
        school.note(ONLY_BEGINS, kind, column.name, f"{other} AND ({begins})", more=more)
        other += f" AND NOT ({begins})"
    school.note(NOT_ALLOWED, kind, column.name, other, more=more)
    if (kind.name, column.name) == ("group", "status"):
        school.note(NOT_DELETED, kind, "status", "lower(status) = 'deleted' AND status <> 'deleted'")
