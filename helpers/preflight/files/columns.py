"""The columns of a recognized file: those that Canvas does not find, and those that it ignores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from helpers.near_misses import nearest
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.files.spelling import canonical
from helpers.preflight.findings import Position, Rule
from practice_canvas.sis_csv.model import Kind

BLANKS = Rule(
    slug="column-blanks",
    severity="silent",
    title="Column name has leading or trailing spaces",
    template=(
        "The header of {file} contains “{value}”. Because of the spaces, Canvas recognizes "
        "the file but does not read {column}."
    ),
    fix="Remove the spaces, or let repair_file() rewrite the file.",
    repairable=True,
)
MISSPELLED = Rule(
    slug="column-misspelled",
    severity="silent",
    title="Misspelled column name",
    template="{file} has a column named {value}, which Canvas ignores. Did you mean {more}?",
    fix="Correct the column name.",
)
SPELLED = Rule(
    slug="column-spelling",
    severity="silent",
    title="Column name not spelled as Canvas expects",
    template="{file} has a column named {value}, which Canvas ignores. Write {more}.",
    fix="Use Canvas's column name, or let repair_file() write it.",
    repairable=True,
)
IGNORED = Rule(
    slug="column-ignored",
    severity="note",
    title="Columns that Canvas ignores",
    template="In {file}, Canvas does not read {value}.",
    fix="Nothing to do, unless you need these columns.",
)
REPEATED = Rule(
    slug="column-repeated",
    severity="silent",
    title="Duplicate column name",
    template="{file} has more than one column named {value}. Canvas reads only the first one.",
    fix="Delete the duplicate columns.",
)
_MOST_NAMED = 20
_MOST_COMPARED = 200


def report_columns(name: str, kind: Kind, header: Sequence[str], file_findings: FileFindings) -> None:
    """Report the columns of a recognized file that Canvas does not read as intended."""
    known = {column.name for column in kind.columns}
    times = Counter(column.lower() for column in header)
    bare = dict.fromkeys(_bare(column) for column in times)
    for raw in header:
        if (wanted := _bare(raw.lower())) != raw.lower() and wanted in known and wanted not in times:
            file_findings.add(BLANKS, Position(name, 1, column=wanted, value=raw))
    spelled = {
        old.lower().strip(): new
        for old, new in zip(header, canonical(header), strict=True)
        if new != old and new not in bare
    }
    for column, new in spelled.items():
        file_findings.add(SPELLED, Position(name, 1, value=column), more=new)
    unknown = [column for column in bare if column and column not in known and column not in spelled]
    absent = known.difference(bare, spelled.values())
    near = {column: found for column in unknown[:_MOST_COMPARED] if (found := nearest(column, absent, 0.8))}
    for column, found in near.items():
        file_findings.add(MISSPELLED, Position(name, 1, value=column), more=found)
    for column in known & times.keys():
        if times[column] > 1:
            file_findings.add(REPEATED, Position(name, 1, value=column))
    if ignored := [column for column in unknown if column not in near]:
        file_findings.add(IGNORED, Position(name, 1, value=_listed(ignored)))


def _bare(column: str) -> str:
    return column.replace("\0", "").strip()


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
