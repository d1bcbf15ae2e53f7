"""The columns of a recognized file: those that Canvas does not find, and those that it leaves aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from helpers.preflight.findings import SILENCE, Position, Rule
from helpers.preflight.report import Report
from practice_canvas.sis_csv.kinds import Kind

BLANKS = Rule(
    "column-blanks",
    "silent",
    "A column name stands between blanks",
    "The header of {file} says “{value}”: with the blank, Canvas recognizes the file but reads no {column}.",
    "Delete the blank, or let repair() write the file anew.",
    SILENCE,
    mended=True,
)
MISSPELLED = Rule(
    "column-misspelled",
    "silent",
    "A column name is nearly right",
    "{file} has a column {value}: Canvas ignores it. Is it meant to be {more}?",
    "Correct the column name.",
    SILENCE,
)
IGNORED = Rule(
    "column-ignored",
    "note",
    "Columns that Canvas ignores",
    "{file} has columns that Canvas does not read in a file of this kind: {value}.",
    "Nothing to do, unless you count on them.",
    SILENCE,
)
REPEATED = Rule(
    "column-repeated",
    "silent",
    "A column stands twice in the header",
    "{file} has several columns {value}: Canvas reads the first one.",
    "Delete the others.",
    SILENCE,
)
_MOST_NAMED = 20
_MOST_COMPARED = 200


def tell_columns(name: str, kind: Kind, header: Sequence[str], report: Report) -> None:
    """Report the columns of a recognized file that are not read as they are meant."""
    known = {column.name for column in kind.columns}
    times = Counter(column.lower() for column in header)
    bare = dict.fromkeys(column.strip() for column in times)
    for raw in header:
        if (wanted := raw.lower().strip()) != raw.lower() and wanted in known and wanted not in times:
            report.add(BLANKS, Position(name, 1, column=wanted, value=raw))
    unknown = [column for column in bare if column and column not in known]
    absent = known.difference(bare)
    near = {column: found for column in unknown[:_MOST_COMPARED] if (found := _near(column, absent))}
    for column, found in near.items():
        report.add(MISSPELLED, Position(name, 1, value=column), more=found)
    for column in known & times.keys():
        if times[column] > 1:
            report.add(REPEATED, Position(name, 1, value=column))
    if ignored := [column for column in unknown if column not in near]:
        report.add(IGNORED, Position(name, 1, value=_listed(ignored)))


def _near(column: str, absent: set[str]) -> str | None:
    return next(iter(get_close_matches(column, absent, 1, 0.8)), None)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
