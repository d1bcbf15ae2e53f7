"""IDs with characters that look like others, and IDs in one column that look alike."""

from __future__ import annotations

from helpers.near_misses import ANY_TWIN, described, difference, normal, sql_normal
from helpers.preflight.findings import Rule
from helpers.preflight.school import School, id_column, rows_of, stored_ids
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.model import Kind

CHARACTERS = Rule(
    slug="id-look-alike-characters",
    severity="ask",
    title="ID contains look-alike characters",
    template="The {column} “{value}” is not what it looks like: it contains {more}.",
    fix="Type the ID on your keyboard, the same way everywhere.",
)
ALIKE = Rule(
    slug="ids-look-alike",
    severity="ask",
    title="Two IDs look alike",
    template="The {column} “{value}” looks like {more}. For Canvas, they are two different IDs.",
    fix="If both mean the same object, write its ID the same way everywhere.",
)
_MOST_IDS = 10_000


def check(school: School, kind: Kind) -> None:
    """Find look-alikes; those of references are found where they lead."""
    own, ascii_only = id_column(kind), all(file.ascii for file in school.files_of(kind))
    for column in stored_ids(school.columns(kind)):
        if not ascii_only and column in school.odd_columns(kind):
            _note_characters(school, kind, column)
        if column == own or not ascii_only:
            _note_alike(school, kind, column)


def all_differ(school: School, kind: Kind, column: str) -> bool:
    """Return whether it is known that no two rows have IDs that are equal or look alike."""
    return school.has_no_repeats(_alike(kind, column))


def _alike(kind: Kind, column: str) -> str:
    return f"{kind.name}_{column}_alike"


def _note_characters(school: School, kind: Kind, column: str) -> None:
    odd = school.database.rows(
        f"SELECT DISTINCT {name(column)} FROM {rows_of(kind)}"
        f" WHERE regexp_matches({name(column)}, {text(ANY_TWIN)}) LIMIT {_MOST_IDS}"
    )
    # An ID that has letters of another alphabet besides is no look-alike, but written in that alphabet.
    named = [(value, _odd(value)) for (value,) in odd if normal(value).isascii()]
    _note(school, kind, column, CHARACTERS, named)


def _odd(value: str) -> str:
    return ", ".join(dict.fromkeys(described(c) for c in value if not c.isascii()))


def _note_alike(school: School, kind: Kind, column: str) -> None:
    """Record all but the first ID of those that look alike; Canvas itself ignores case in logins."""
    value = "lower(login_id)" if column == "login_id" else name(column)
    normal_hash, alike = f"hash({sql_normal(value)})", _alike(kind, column)
    if not school.repeats(alike, normal_hash, f"{rows_of(kind)} WHERE {name(column)} IS NOT NULL"):
        return
    groups = school.database.rows(
        f"SELECT list(id ORDER BY nr) FROM (SELECT {value} AS id, {sql_normal(value)} AS normal,"
        f" min(nr) AS nr FROM {rows_of(kind)} WHERE {normal_hash} IN (FROM {alike}) GROUP BY ALL)"
        f" WHERE normal <> '' GROUP BY normal HAVING count(*) > 1 LIMIT {_MOST_IDS}"
    )
    pairs = [(other, first) for ((first, *others),) in groups for other in others]
    named = [(other, f"“{first}”, but differs in {difference(other, first)}") for other, first in pairs]
    _note(school, kind, column, ALIKE, named, value)


def _note(
    school: School, kind: Kind, column: str, rule: Rule, named: list[tuple[str, str]], value: str = ""
) -> None:
    if not named:
        return
    table = f"{rule.slug}_{kind.name}_{column}"
    school.database.fill(table, ("text", "said"), named)
    said = f"JOIN {name(table)} t ON t.text = {value or name(column)}"
    joined = f"(SELECT r.*, t.said FROM {rows_of(kind)} r {said})"
    school.note(rule, kind, column, "true", more="said", source=joined)
