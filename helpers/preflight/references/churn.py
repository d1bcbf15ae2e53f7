"""Many new ids beside many vanished ones, with the same names: did the source change its ids?"""

from __future__ import annotations

from collections.abc import Iterable

from helpers.preflight.findings import NEW_IDS, Rule
from helpers.preflight.loading import Loaded
from helpers.preflight.school import School, id_column, rows_of, union
from helpers.preflight.server import ServerTables
from helpers.scratch_database import Desk, name
from practice_canvas.sis_csv.kinds import Kind

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
LEAST_SHARE = 0.1  # of the ids that were there before
# kind → what makes two objects look like one, as SQL over the columns of the file
LOOKS: dict[str, tuple[str, ...]] = {
    "user": ("lower(login_id)", "lower(coalesce(full_name, first_name || ' ' || last_name))"),
    "course": ("lower(long_name) || '·' || coalesce(term_id, '')",),
    "section": ("lower(name) || '·' || coalesce(course_id, '')",),
    "account": ("lower(name) || '·' || coalesce(parent_account_id, '')",),
    "term": ("lower(name)",),
    "group": ("lower(name) || '·' || coalesce(course_id, '')",),
}
# The same of what a server told: see server.ServerObject.
SERVER_LOOKS: dict[str, tuple[str, ...]] = {
    "user": ("lower(login)", "lower(name)"),
    **dict.fromkeys(("course", "section"), ("lower(name) || '·' || coalesce(\"within\", '')",)),
    "term": ("lower(name)",),
}


def check(school: School, kind: Kind, server: ServerTables, earlier: Iterable[Loaded]) -> None:
    """Ask when many objects seem to have changed their ids since last time, or against the server.

    Args:
        server: is only asked for kinds in which an object can be told by its look.
        earlier: the files of last time.
    """
    column, files = id_column(kind), [file for file in earlier if file.kind is kind]
    if column is None or kind.name not in LOOKS:
        return
    if files:
        rows = f"FROM (SELECT {name(column)} AS id, * FROM ({union(files, kind)}))"
        _compare(school, kind, column, rows, LOOKS[kind.name])
    elif kind.name in SERVER_LOOKS and server.load(kind.name):
        _compare(school, kind, column, f"FROM server_{kind.name}", SERVER_LOOKS[kind.name])


def _compare(school: School, kind: Kind, column: str, before: str, looks: tuple[str, ...]) -> None:
    """Pair ids with those of `before` (SQL) by each look, and note the pairs when they are many."""
    desk = school.desk
    desk.run("CREATE OR REPLACE TABLE pairs (new VARCHAR, old VARCHAR)")
    for now, then in zip(LOOKS[kind.name], looks, strict=True):
        rows = f"SELECT {name(column)} AS id, {now} AS look FROM {rows_of(kind)}"
        _pair(desk, rows, f"SELECT id, {then} AS look {before}")
    there = desk.one(f"SELECT count(DISTINCT id) {before}")
    pairs = desk.one("SELECT count(DISTINCT new) FROM pairs")
    if pairs >= FEWEST and pairs >= LEAST_SHARE * there:
        olds = "SELECT new, min(old) AS old FROM pairs GROUP BY new"
        source = f"(SELECT r.*, old FROM {rows_of(kind)} r JOIN ({olds}) ON new = {name(column)})"
        school.note(CHURN, kind, column, "true", more="old", source=source)


def _pair(desk: Desk, now: str, then: str) -> None:
    """Pair new and vanished ids of the same look; a look that several of them have tells nothing."""
    alone = "GROUP BY look HAVING count(DISTINCT id) = 1"
    new = f"SELECT look, min(id) AS id FROM ({now}) n ANTI JOIN ({then}) t USING (id) {alone}"
    old = f"SELECT look, min(id) AS id FROM ({then}) t ANTI JOIN ({now}) n USING (id) {alone}"
    desk.run(f"INSERT INTO pairs SELECT n.id, o.id FROM ({new}) n JOIN ({old}) o USING (look)")
