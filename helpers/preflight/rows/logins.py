"""Login names and integration IDs that several rows claim."""

from __future__ import annotations

from helpers.preflight.findings import USERS, Rule
from helpers.preflight.rows.look_alikes import all_differ
from helpers.preflight.school import NOT_SKIPPED, School, id_column, rows_of
from helpers.scratch_database import name
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.sis_csv.model import Kind

LOGIN_TWICE = Rule(
    slug="login-repeated",
    severity="skips the row",
    title="Duplicate login name",
    template=(
        "The login_id “{value}” appears in an earlier row, for {more}. Uppercase and "
        "lowercase letters count as the same."
    ),
    fix=("Give one of the two users another login_id. If both are the same person, keep one user_id."),
    taught_in=USERS,
)
INTEGRATION_TWICE = Rule(
    slug="integration-id-repeated",
    severity="skips the row",
    title="Duplicate integration ID",
    template="The integration_id “{value}” appears in an earlier row, for {more}.",
    fix="Correct one of the two rows.",
)
LOGIN_EXISTS = Rule(
    slug="login-exists",
    severity="skips the row",
    title="Additional login has the user_id of a user",
    template=(
        "The user_id “{value}” is also in a users file. Each login in logins.csv needs a "
        "user_id that no user has."
    ),
    fix="Give the additional login its own user_id.",
    taught_in=USERS,
)
_LIVE = "login_id IS NOT NULL AND coalesce(status, '') NOT ILIKE 'deleted%'"


def check(school: School, kind: Kind) -> None:
    """Find login names and integration IDs that an earlier row has."""
    alone = kind.name == "user" and not school.has("login")
    if kind.name == "login" or (alone and not all_differ(school, kind, "login_id")):
        _check_logins(school, kind)
    if kind.name == "login" and school.has("user"):
        school.note(LOGIN_EXISTS, kind, "user_id", f"user_id IN (SELECT user_id FROM {rows_of('user')})")
    column = id_column(kind)
    if column and kind.column("integration_id") and not all_differ(school, kind, "integration_id"):
        _check_integration_ids(school, kind, column)


def _check_logins(school: School, kind: Kind) -> None:
    """Compare the login names of users.csv and logins.csv; another provider makes a different login."""
    columns = (
        "file, nr, user_id, login_id, authentication_provider_id AS provider, lower(login_id) AS claimed"
    )
    parts = []
    for place, part in enumerate(("user", "login")):
        if school.has(part):
            live = _LIVE if part == "user" else "login_id IS NOT NULL"
            parts.append(f"SELECT {place} AS place, {columns} FROM {rows_of(KIND_OF[part])} WHERE {live}")
    _note_claims(school, kind, LOGIN_TWICE, "login_id", "user_id", " UNION ALL ".join(parts))


def _check_integration_ids(school: School, kind: Kind, column: str) -> None:
    rows = (
        f"SELECT 0 AS place, file, nr, {name(column)}, integration_id, NULL AS provider,"
        f" integration_id AS claimed FROM {rows_of(kind)} WHERE integration_id IS NOT NULL"
    )
    _note_claims(school, kind, INTEGRATION_TWICE, "integration_id", column, rows)


def _note_claims(school: School, kind: Kind, rule: Rule, column: str, owner: str, rows: str) -> None:
    """Record the rows whose `claimed` value belongs to another owner in an earlier row."""
    table, twice = f"{kind.name}_{column}_claims", "SELECT claimed FROM claims GROUP BY claimed"
    if not school.repeats("claimed_twice", "hash(claimed)", f"({rows})"):
        return
    school.database.run(
        f"CREATE TABLE {table} AS WITH claims AS (SELECT *, {name(owner)} AS owner FROM ({rows})"
        f" WHERE hash(claimed) IN (FROM claimed_twice) AND {NOT_SKIPPED})"
        " SELECT *, row_number() OVER (ORDER BY place, file, nr) AS turn FROM claims"
        f" WHERE claimed IN ({twice} HAVING min(owner) <> max(owner))"
    )
    earlier = (
        f"SELECT r.*, (SELECT arg_min(e.owner, e.turn) FROM {table} e WHERE e.claimed = r.claimed"
        " AND e.turn < r.turn AND e.owner <> r.owner AND (r.provider IS NULL OR e.provider = r.provider))"
        f" AS holder FROM {table} r"
    )
    where = "holder IS NOT NULL"
    school.note(rule, kind, column, where, value=name(column), more="holder", source=f"({earlier})")
