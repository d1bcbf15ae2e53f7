"""IDs of different lengths: did a spreadsheet drop leading zeros?"""

from __future__ import annotations

from helpers.preflight.findings import Rule
from helpers.preflight.school import School, id_column, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.model import Kind

ZEROS_LOST = Rule(
    slug="zeros-lost",
    severity="ask",
    title="IDs may have lost leading zeros",
    template=(
        "The {column} “{value}” is shorter than most IDs, which have {more} digits. Did it "
        "lose leading zeros?"
    ),
    fix=(
        "Compare with the source. repair_file() restores zeros if you give the column and "
        "what an ID looks like."
    ),
    repairable=True,
)
FEWEST = 5  # IDs; fewer prove nothing
_MOST_SHARE = 0.6  # the share of IDs that must have the common length
_DENSE = 0.2  # IDs that fill more of their range than this are counters: no zeros are missing


def check(school: School, kind: Kind) -> None:
    """Find numeric IDs that are shorter than most, unless the numbers simply count up."""
    column = id_column(kind)
    holds = kind.column(column) if column else None
    if not column or not holds or holds.holds != "text":
        return
    quoted, digits = name(column), f"regexp_full_match({name(column)}, '[0-9]{{1,18}}')"
    lengths = school.database.rows(
        f"SELECT length({quoted}), count(*), bool_or(starts_with({quoted}, '0')), min({quoted}::BIGINT),"
        f" max({quoted}::BIGINT) FROM (SELECT {quoted} FROM {rows_of(kind)} WHERE {digits})"
        " GROUP BY 1 ORDER BY 1"
    )
    common = _common_length(lengths)
    if common:
        school.note(ZEROS_LOST, kind, column, f"{digits} AND length({quoted}) < {common}", more=f"'{common}'")


def _common_length(lengths: list[tuple[int, int, bool, int, int]]) -> int | None:
    """Return the length that IDs should have which are shorter, None if nothing is missing.

    Args:
        lengths: length, number of IDs, whether one begins with 0, the smallest and the greatest.
    """
    total = sum(count for _, count, *_ in lengths)
    if len(lengths) < 2 or total < FEWEST or any(padded for _, _, padded, *_ in lengths):
        return None
    length, count = max(((length, count) for length, count, *_ in lengths), key=lambda each: each[1])
    span = max(each[4] for each in lengths) - min(each[3] for each in lengths) + 1
    dense = total / span > _DENSE
    return length if not dense and count / total >= _MOST_SHARE else None
