"""Many new IDs and many missing ones with the same names: did the source change its IDs?"""

from __future__ import annotations

from collections.abc import Iterable

from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.loading import Loaded
from helpers.preflight.school import School, id_column, rows_of, union
from helpers.preflight.server import ServerTables
from helpers.scratch_database import ScratchDatabase, name
from practice_canvas.sis_csv.model import Kind

CHURN = Rule(
    slug="ids-changed",
    severity="ask",
    title="The source may have changed its IDs",
    template=(
        "{value} looks like {more} with a new ID. Canvas would create a second object and "
        "leave the first one behind."
    ),
    fix="If the source changed its IDs, send change_sis_id.csv with the old and new IDs first.",
    taught_in=NEW_IDS,
)
FEWEST = 5  # pairs
LEAST_SHARE = 0.1  # of the earlier IDs
# kind → what makes two objects look the same, as SQL over the columns of the file
TRAITS: dict[str, tuple[str, ...]] = {
    "user": ("lower(login_id)", "lower(coalesce(full_name, first_name || ' ' || last_name))"),
    "course": ("lower(long_name) || '·' || coalesce(term_id, '')",),
    "section": ("lower(name) || '·' || coalesce(course_id, '')",),
    "account": ("lower(name) || '·' || coalesce(parent_account_id, '')",),
    "term": ("lower(name)",),
    "group": ("lower(name) || '·' || coalesce(course_id, '')",),
}
# The same for what a server has: see server.ServerObject.
SERVER_TRAITS: dict[str, tuple[str, ...]] = {
    "user": ("lower(login)", "lower(name)"),
    **dict.fromkeys(("course", "section"), ("lower(name) || '·' || coalesce(\"within\", '')",)),
    "term": ("lower(name)",),
}


def check(school: School, kind: Kind, server: ServerTables, earlier: Iterable[Loaded]) -> None:
    """Find out whether many IDs seem to have changed since last time, or compared to the server.

    Args:
        server: only used for kinds whose objects can be recognized without their ID.
        earlier: the files sent last time.
    """
    column, files = id_column(kind), [file for file in earlier if file.kind is kind]
    if column is None or kind.name not in TRAITS:
        return
    if files:
        rows = f"FROM (SELECT {name(column)} AS id, * FROM ({union(files, kind)}))"
        _compare(school, kind, column, rows, TRAITS[kind.name])
    elif kind.name in SERVER_TRAITS and server.load(kind.name):
        _compare(school, kind, column, f"FROM server_{kind.name}", SERVER_TRAITS[kind.name])


def _compare(school: School, kind: Kind, column: str, before: str, traits: tuple[str, ...]) -> None:
    """Pair IDs with those in `before` (SQL) by each trait, and record the pairs if there are many."""
    database = school.database
    database.run("CREATE OR REPLACE TABLE pairs (new VARCHAR, old VARCHAR)")
    for now, then in zip(TRAITS[kind.name], traits, strict=True):
        rows = f"SELECT {name(column)} AS id, {now} AS trait FROM {rows_of(kind)}"
        _pair(database, rows, f"SELECT id, {then} AS trait {before}")
    there = database.one(f"SELECT count(DISTINCT id) {before}")
    pairs = database.one("SELECT count(DISTINCT new) FROM pairs")
    if pairs >= FEWEST and pairs >= LEAST_SHARE * there:
        olds = "SELECT new, min(old) AS old FROM pairs GROUP BY new"
        source = f"(SELECT r.*, old FROM {rows_of(kind)} r JOIN ({olds}) ON new = {name(column)})"
        school.note(CHURN, kind, column, "true", more="old", source=source)


def _pair(database: ScratchDatabase, now: str, then: str) -> None:
    """Pair new and missing IDs with the same trait; a trait that several objects share proves nothing."""
    alone = "GROUP BY trait HAVING count(DISTINCT id) = 1"
    new = f"SELECT trait, min(id) AS id FROM ({now}) n ANTI JOIN ({then}) t USING (id) {alone}"
    old = f"SELECT trait, min(id) AS id FROM ({then}) t ANTI JOIN ({now}) n USING (id) {alone}"
    database.run(f"INSERT INTO pairs SELECT n.id, o.id FROM ({new}) n JOIN ({old}) o USING (trait)")
