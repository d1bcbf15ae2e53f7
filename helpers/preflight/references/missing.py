"""Ids that name nothing: the row is skipped, or something else happens in silence."""

from __future__ import annotations

from helpers.preflight.findings import CASCADES, NEW_IDS, SILENCE, Position, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.report import Report
from helpers.preflight.rows import spreadsheets
from helpers.preflight.school import School, rows_of
from helpers.preflight.server import MOST_LOOK_UPS
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import KIND_OF, Column, Kind

MISSING = Rule(
    "reference-missing",
    "skips the row",
    "Rows refer to something that is not there",
    "The {column} “{value}” names {more}.",
    "Mend or add the row of what they refer to, and send both together in one zip.",
    CASCADES,
)
NEAR = Rule(
    "reference-near",
    "skips the row",
    "Rows refer to an id that differs a little from one that is there",
    "The {column} “{value}” names nothing, but there is {more}: zeros, blanks, quotes, and case count.",
    "Write the id alike everywhere. repair() pads zeros if you name the column and what an id looks like.",
    CASCADES,
    mended=True,
)
FALLBACK = Rule(
    "reference-fallback",
    "silent",
    "Rows refer to something that is not there, and Canvas says nothing",
    "The {column} “{value}” names {more}. A new object goes to the default instead.",
    "Correct the id, or send what it names along.",
    SILENCE,
)
DROPPED = Rule(
    "reference-dropped",
    "drops the value",
    "Rows refer to something that is not there",
    "The {column} “{value}” names {more}. The row is applied without it.",
    "Correct the id, or send what it names along.",
    CASCADES,
)
OLD_ID = Rule(
    "old-id-referenced",
    "skips the row",
    "Rows use an id that the same files change",
    "The {column} “{value}” becomes {more} by change_sis_id.csv, which runs first.",
    "Use the new id in all other files.",
    NEW_IDS,
)
NOT_CHECKED = Rule(
    "reference-not-checked",
    "note",
    "References that cannot be checked",
    "{file} refers to {more} in its column {column}; they are not among the files.",
    "Send the files together, or check against your Canvas (server=…).",
    CASCADES,
)
_RULES = {"refused": MISSING, "silent": FALLBACK, "told": DROPPED}
_NO_FALLBACK = "coalesce(fallback_account_id, '') NOT IN (SELECT id FROM known_account WHERE id IS NOT NULL)"
# When a column is looked at; in all other rows Canvas ignores it.
_ONLY_IF = {
    ("enrollment", "user_id"): "user_integration_id IS NULL",
    ("enrollment", "associated_user_id"): "lower(role) LIKE 'observer%'",
    ("course", "blueprint_course_id"): "lower(blueprint_course_id) <> 'dissociate'",
    ("course", "account_id"): _NO_FALLBACK,
    ("course", "fallback_account_id"): "false",
    ("abstract_course", "account_id"): _NO_FALLBACK,
    ("abstract_course", "fallback_account_id"): "false",
}


def check(school: School, kind: Kind, known: Known, report: Report) -> None:
    """Find references to what is not there."""
    if any(column.refers_to == kind.name for column in kind.columns):
        known.publish(kind)
    for column in kind.columns:
        if not column.refers_to or not any(column.name in file.columns for file in school.files_of(kind)):
            continue
        if not _check_column(school, kind, column, known):
            _tell_unchecked(school, kind, column, report)


def _tell_unchecked(school: School, kind: Kind, column: Column, report: Report) -> None:
    counts = school.desk.rows(
        f"SELECT file, count(*) FROM {rows_of(kind)} WHERE {name(column.name)} IS NOT NULL GROUP BY file"
    )
    names = {file.number: file.name for file in school.files}
    for file, count in counts:
        more = KIND_OF[column.refers_to].plural
        report.add(NOT_CHECKED, Position(names[file], column=column.name), rows=count, more=more)


def _check_column(school: School, kind: Kind, column: Column, known: Known) -> bool:
    """Note the rows whose id is not known; False when there is nothing to tell it by.

    What refers to its own kind is looked at again, as long as that makes other ids of the kind unknown.
    """
    certain, asked = known.load(column.refers_to), False
    while _collect(school, kind, column):
        if not asked:  # a list may leave out what can still be referred to, such as a second login
            asked, certain = True, _look_up(school, column, known) or certain
            continue
        if not certain and not known.told(column.refers_to):
            return False
        _note(school, kind, column, known, certain)
        if column.refers_to != kind.name:
            break
        known.publish(kind)
    return True


def _look_up(school: School, column: Column, known: Known) -> bool:
    """Ask the server for the ids that are missing, if they are few; tell whether it could answer."""
    ids = school.desk.rows(f"SELECT DISTINCT id FROM missing LIMIT {MOST_LOOK_UPS + 1}")
    return len(ids) <= MOST_LOOK_UPS and known.look_up(column.refers_to, [sis_id for (sis_id,) in ids])


def _collect(school: School, kind: Kind, column: Column) -> bool:
    """Make the table `missing` (file, row, id) of rows not yet faulted; tell whether there are any."""
    quoted, only_if = name(column.name), _ONLY_IF.get((kind.name, column.name), "true")
    noted = f"""SELECT file, nr FROM faults WHERE field = {text(column.name)} AND slug IN ({_slugs()})"""
    school.desk.run(
        f"CREATE OR REPLACE TABLE missing AS SELECT file, nr, {quoted} AS id FROM {rows_of(kind)} r"
        f" ANTI JOIN known_{column.refers_to} k ON k.id = r.{quoted} WHERE {quoted} IS NOT NULL AND {only_if}"
    )
    if school.desk.one("SELECT count(*) FROM missing"):
        school.desk.run(f"DELETE FROM missing WHERE (file, nr) IN ({noted})")
    return bool(school.desk.one("SELECT count(*) FROM missing"))


def _slugs() -> str:
    return ", ".join(text(rule.slug) for rule in (MISSING, NEAR, FALLBACK, DROPPED, OLD_ID))


def _note(school: School, kind: Kind, column: Column, known: Known, certain: bool) -> None:
    target, rule = column.refers_to, _RULES[column.unknown]
    what, file_root = KIND_OF[target].one, known.file_root(target)
    nowhere = (
        "neither in these files nor in Canvas" if certain else "in none of these files, unless Canvas has it"
    )
    follows = (
        f"{what} whose own row is not applied" if file_root is None else f"{what} whose file is rejected"
    )
    known.find_near(target)
    source = (
        f"(SELECT m.*, coalesce(l.root, {'NULL' if file_root is None else file_root}) AS root_fault, n.near,"
        f" c.new_id FROM missing m LEFT JOIN lost_{target} l USING (id) LEFT JOIN near n USING (id)"
        f" LEFT JOIN ({known.changes(target)}) c ON c.old_id = m.id)"
    )
    spreadsheets.check_column(school, kind, column.name, "missing", "id")
    note = {"value": "id", "source": source}
    alone = "root_fault IS NULL"
    school.note(OLD_ID, kind, column.name, f"{alone} AND new_id IS NOT NULL", more="new_id", **note)
    rest = f"{alone} AND new_id IS NULL"
    school.note(NEAR, kind, column.name, f"{rest} AND near IS NOT NULL", more="near", **note)
    more = text(f"{what} that is {nowhere}")
    school.note(rule, kind, column.name, f"{rest} AND near IS NULL", more=more, **note)
    school.note(rule, kind, column.name, f"NOT {alone}", more=text(follows), root="root_fault", **note)
