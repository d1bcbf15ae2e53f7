"""IDs of objects that do not exist: Canvas skips the row, or does something else without a message."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import CASCADES, NEW_IDS, Position, Rule
from helpers.preflight.references.known import Known
from helpers.preflight.rows import spreadsheets
from helpers.preflight.school import School, rows_of
from helpers.preflight.server import MOST_LOOK_UPS
from helpers.scratch_database import name, text
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.model import Column, Kind

MISSING = Rule(
    slug="reference-missing",
    severity="skips the row",
    title="Reference to an object that does not exist",
    template="The {column} “{value}” refers to {more}.",
    fix="Fix or add the row that it refers to, and send both together in one zip archive.",
    taught_in=CASCADES,
)
NEAR = Rule(
    slug="reference-near",
    severity="skips the row",
    title="Reference differs slightly from an existing ID",
    template=("The {column} “{value}” does not exist, but {more}. Canvas compares every character."),
    fix=(
        "Write the ID the same way everywhere. repair_file() restores zeros if you give the "
        "column and what an ID looks like."
    ),
    taught_in=CASCADES,
    repairable=True,
)
FALLBACK = Rule(
    slug="reference-fallback",
    severity="silent",
    title="Unreported reference to an object that does not exist",
    template="The {column} “{value}” refers to {more}. For a new object, Canvas uses the default instead.",
    fix="Correct the ID, or send the object that it refers to as well.",
)
DROPPED = Rule(
    slug="reference-dropped",
    severity="drops the value",
    title="Reference to an object that does not exist",
    template="The {column} “{value}” refers to {more}. Canvas applies the row without this value.",
    fix="Correct the ID, or send the object that it refers to as well.",
    taught_in=CASCADES,
)
OLD_ID = Rule(
    slug="old-id-referenced",
    severity="skips the row",
    title="Reference to an ID that the same files change",
    template=(
        "The {column} “{value}” becomes {more} through change_sis_id.csv, which Canvas processes first."
    ),
    fix="Use the new ID in all other files.",
    taught_in=NEW_IDS,
)
NOT_CHECKED = Rule(
    slug="reference-not-checked",
    severity="note",
    title="References not checked",
    template="The column {column} of {file} refers to {more}, which are not in these files.",
    fix=(
        "Check the files together, or against your Canvas: check_files(…, server=canvas.server_ids(client))."
    ),
    taught_in=CASCADES,
)
_RULES = {"refused": MISSING, "silent": FALLBACK, "reported": DROPPED}
_PLACES = {("enrollment", "course_id"), ("enrollment", "section_id")}  # see School.places
_NO_FALLBACK = "coalesce(fallback_account_id, '') NOT IN (SELECT id FROM known_account WHERE id IS NOT NULL)"
# When Canvas reads a column; in all other rows it ignores it.
_ONLY_IF = {
    ("enrollment", "user_id"): "user_integration_id IS NULL",
    ("enrollment", "associated_user_id"): "lower(role) LIKE 'observer%'",
    ("course", "blueprint_course_id"): "lower(blueprint_course_id) <> 'dissociate'",
    ("course", "account_id"): _NO_FALLBACK,
    ("course", "fallback_account_id"): "false",
    ("abstract_course", "account_id"): _NO_FALLBACK,
    ("abstract_course", "fallback_account_id"): "false",
}


def check(school: School, kind: Kind, known: Known, file_findings: FileFindings) -> None:
    """Find references to objects that do not exist."""
    if any(column.refers_to == kind.name for column in kind.columns):
        known.publish(kind)
    for column in school.columns(kind):
        if column.refers_to and not _check_column(school, kind, column, known):
            _report_unchecked(school, kind, column, file_findings)


def _report_unchecked(school: School, kind: Kind, column: Column, file_findings: FileFindings) -> None:
    counts = school.database.rows(
        f"SELECT file, count(*) FROM {rows_of(kind)} WHERE {name(column.name)} IS NOT NULL GROUP BY file"
    )
    names = {file.number: file.name for file in school.files}
    for file, count in counts:
        more = KIND_OF[column.refers_to].plural
        file_findings.add(NOT_CHECKED, Position(names[file], column=column.name), rows=count, more=more)


def _check_column(school: School, kind: Kind, column: Column, known: Known) -> bool:
    """Record the rows whose ID is unknown; return False if there is nothing to compare with.

    References to the same kind are checked again as long as that makes other IDs of the kind unknown.
    """
    certain, asked = known.load(column.refers_to), False
    while _collect(school, kind, column):
        # a list may leave out what can still be referred to, such as a second login
        if known.has_server and not asked:
            asked, certain = True, _look_up(school, column, known) or certain
            continue
        if not certain and not known.covers(column.refers_to):
            _note_changed(school, kind, column)
            return False
        _note(school, kind, column, known, certain)
        if column.refers_to != kind.name:
            break
        known.publish(kind)
    return True


def _note_changed(school: School, kind: Kind, column: Column) -> None:
    """Record IDs that a program has changed, although there is nothing to compare them with."""
    target = KIND_OF[column.refers_to]
    more = f"{text(f'{target.one} that cannot exist')} || {spreadsheets.described('id')}"
    where, rule = spreadsheets.is_changed("id"), _RULES[column.unknown]
    school.note(rule, kind, column.name, where, value="id", more=more, source="missing")


def _look_up(school: School, column: Column, known: Known) -> bool:
    """Ask the server for the ids that are missing, if they are few; return whether it could answer."""
    ids = school.database.rows(f"SELECT DISTINCT id FROM missing LIMIT {MOST_LOOK_UPS + 1}")
    return len(ids) <= MOST_LOOK_UPS and known.look_up(column.refers_to, [sis_id for (sis_id,) in ids])


def _collect(school: School, kind: Kind, column: Column) -> bool:
    """Create the table `missing` (file, row, id) of rows without a fault; return whether there are any."""
    quoted, only_if = name(column.name), _ONLY_IF.get((kind.name, column.name), "true")
    noted = f"""SELECT file, nr FROM faults WHERE field = {text(column.name)} AND slug IN ({_slugs()})"""
    unknown = f"r ANTI JOIN known_{column.refers_to} k ON k.id = r.{quoted} WHERE {quoted} IS NOT NULL"
    if (kind.name, column.name) in _PLACES:
        unknown = f"WHERE {quoted} IN (SELECT {quoted} FROM {school.places()} {unknown})"
    school.database.run(
        f"CREATE OR REPLACE TABLE missing AS SELECT file, nr, {quoted} AS id"
        f" FROM {rows_of(kind)} {unknown} AND {only_if} ORDER BY file, nr"  # findings come in this order
    )
    if school.database.one("SELECT count(*) FROM missing"):
        school.database.run(f"DELETE FROM missing WHERE (file, nr) IN ({noted})")
    return bool(school.database.one("SELECT count(*) FROM missing"))


def _slugs() -> str:
    return ", ".join(text(rule.slug) for rule in (MISSING, NEAR, FALLBACK, DROPPED, OLD_ID))


def _note(school: School, kind: Kind, column: Column, known: Known, certain: bool) -> None:
    target, rule = column.refers_to, _RULES[column.unknown]
    what, file_root = KIND_OF[target].one, known.file_root(target)
    nowhere = (
        "neither in these files nor in Canvas"
        if certain
        else "in none of these files (unless Canvas already has it)"
    )
    follows = (
        f"{what} whose own row Canvas skips" if file_root is None else f"{what} whose file Canvas rejects"
    )
    known.find_near(target)
    source = (
        f"(SELECT m.*, coalesce(l.root, {'NULL' if file_root is None else file_root}) AS root_fault, n.near,"
        " n.differs,"
        f" c.new_id FROM missing m LEFT JOIN lost_{target} l USING (id) LEFT JOIN near n USING (id)"
        f" LEFT JOIN ({known.changes(target)}) c ON c.old_id = m.id)"
    )
    note = {"value": "id", "source": source}
    alone = "root_fault IS NULL"
    school.note(OLD_ID, kind, column.name, f"{alone} AND new_id IS NOT NULL", more="new_id", **note)
    rest = f"{alone} AND new_id IS NULL"
    exists = "near || ' does, which differs in ' || differs"
    more = f"{text(f'{what} that is {nowhere}')} || "
    if rule is MISSING:
        school.note(NEAR, kind, column.name, f"{rest} AND near IS NOT NULL", more=exists, **note)
    else:
        near = f"{more} ' (but ' || {exists} || ')'"
        school.note(rule, kind, column.name, f"{rest} AND near IS NOT NULL", more=near, **note)
    more += spreadsheets.described("id")
    school.note(rule, kind, column.name, f"{rest} AND near IS NULL", more=more, **note)
    school.note(rule, kind, column.name, f"NOT {alone}", more=text(follows), root="root_fault", **note)
