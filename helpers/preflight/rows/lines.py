"""Lines that are not rows: what a program writes below the rows, and rows that are a single value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpers.preflight.findings import Rule
from helpers.preflight.school import School, rows_of
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.values import BLANKS

TRAILER = Rule(
    slug="line-no-row",
    severity="skips the row",
    title="Line that is not a row",
    template="“{value}” is not a row, but a line that a program added.",
    fix="Turn off this line in the export, delete it, or let repair_file() remove it.",
    repairable=True,
)
QUOTED = Rule(
    slug="row-in-quotes",
    severity="skips the row",
    title="Whole row in quotes",
    template="The quotes enclose the whole row, so Canvas reads it as a single value: {value}",
    fix="Export without these quotes, or let repair_file() remove them.",
    repairable=True,
)
TAIL = 3  # lines at the end that may say anything
_RULED = "^[-=_*+~#|. ]{3,}$"
# Ranges, which DuckDB tests against the smallest and the greatest value of many rows at once.
_BEGINS = "({0} < '0' OR {0} >= '{{' OR {0} BETWEEN '=' AND '>' OR {0} BETWEEN '_' AND '`')"
_SAID = (
    "(?i)^[(\\[\\s]*([0-9,.]+ (rows?|records?|lines?|entries|users|students|zeilen|filas|lignes)\\b"
    "|(grand )?totals?\\b|(number of |total )?(rows|records|lines)\\b|(row|record) ?count\\b"
    "|end of (file|report|data|list)\\b|eof$|trailer\\b|trl\\b|completion time|elapsed|sql>|commit complete"
    "|disconnected from|query (ok|returned)|generated (on|by|at)\\b)"
)
_ALONE = "\\s|^[^0-9A-Za-z\u0080-\U0010ffff]+$"
_MANY_COMMAS = ",[^,]*,"


def check(school: School, kind: Kind) -> None:
    """Find such lines, and take them out of the rows so that no other check reports them again."""
    columns = [name(column.name) for column in school.columns(kind)]
    filled = " + ".join(f"({column} IS NOT NULL)::INT" for column in columns)
    joined = f"concat_ws(' ', {', '.join(columns)})"
    begins = _BEGINS.format(f"coalesce({', '.join(columns)})")
    ruled = f"{begins} AND regexp_matches({joined}, {text(_RULED)})"  # the quick test first
    source = (
        f"SELECT file, nr, {joined} AS line, {filled} AS filled"
        f" FROM {rows_of(kind)} WHERE {filled} <= 2 OR {ruled}"
    )
    last = "(SELECT max(rowid) + 2 FROM f{} WHERE surplus IS NOT NULL)"
    in_tail = " OR ".join(
        f"(file = {each.number} AND nr > {last.format(each.number)} - {TAIL})"
        for each in school.files_of(kind)
    )
    is_line = (
        f"(regexp_matches(line, {text(_RULED)}) OR filled <= 2 AND regexp_matches(line, {text(_SAID)})"
        f" OR filled = 1 AND regexp_matches(line, {text(_ALONE)}) AND ({in_tail}))"
    )
    in_quotes = f"filled = 1 AND regexp_matches(line, {text(_MANY_COMMAS)})"
    school.database.run(
        f"CREATE OR REPLACE TABLE lines AS SELECT file, nr, line, {in_quotes} AS in_quotes"
        f" FROM ({source}) WHERE {in_quotes} OR {is_line}"
    )
    with_lines = school.database.rows("SELECT DISTINCT file FROM lines")
    if with_lines:
        school.note(QUOTED, kind, "", "in_quotes", value="line", source="lines")
        school.note(TRAILER, kind, "", "NOT in_quotes", value="line", source="lines")
    for (file,) in with_lines:
        found = f"SELECT nr FROM lines WHERE file = {file}"
        school.database.run(f"UPDATE f{file} SET surplus = NULL WHERE rowid + 2 IN ({found})")


def is_line(row: Sequence[str], in_tail: bool) -> bool:
    """Return whether a record is such a line (of the last three, if `in_tail`)."""
    values = [bare for value in row if (bare := value.strip(BLANKS))]
    line = " ".join(values)
    return bool(
        re.search(_RULED, line)
        or (len(values) <= 2 and re.search(_SAID, line))
        or (len(values) == 1 and in_tail and re.search(_ALONE, line))
    )
