"""Users, their logins and channels, their tokens and rights."""

import sqlite3

from practice_canvas.store.reads.accounts import TREE
from practice_canvas.store.school import fresh
from practice_canvas.store.sql import Query, Sql, marks, sql

# The login whose names a user carries in JSON: one with an SIS id first; a deleted one only where asked for.
_LOGIN = (
    "LEFT JOIN pseudonyms AS login ON login.id = (SELECT id FROM pseudonyms WHERE user_id = users.id{}"
    " ORDER BY workflow_state = 'deleted', sis_user_id IS NULL, id LIMIT 1)"
)
LIVE_LOGIN = _LOGIN.format(" AND workflow_state <> 'deleted'")
ANY_LOGIN = _LOGIN.format("")
EMAIL = (
    "(SELECT path FROM communication_channels WHERE user_id = users.id AND workflow_state <> 'retired'"
    " ORDER BY position, id LIMIT 1) AS email"
)
COLUMNS = (
    "users.*, login.unique_id AS login_id, login.sis_user_id, login.integration_id, login.sis_batch_id, "
    + EMAIL
)
_HAS_LOGIN = (
    "EXISTS (SELECT 1 FROM pseudonyms WHERE user_id = users.id AND workflow_state <> 'deleted')"
    " AND users.workflow_state <> 'deleted'"
)
_LINKED = "users.id IN (SELECT {} FROM user_observation_links WHERE {} = ? AND workflow_state = 'active')"
SORTS = {
    "username": "users.sortable_name COLLATE NOCASE",
    "email": "email",
    "sis_id": "login.sis_user_id",
    "id": "users.id",
}


def users() -> Query:
    """List users by name, with their login and email address."""
    return Query(COLUMNS, f"users {LIVE_LOGIN}", order="users.sortable_name COLLATE NOCASE, users.id")


def user(db: sqlite3.Connection, user_id: int) -> sqlite3.Row:
    """Return one user with login and e-mail address."""
    return users().where("users.id = ?", user_id).rows(db, 1)[0]


def of_account(account_id: int) -> Query:
    """List the users with a live login; below the root account only people of its courses and its admins."""
    query = users().where(_HAS_LOGIN)
    if account_id == fresh.ROOT_ACCOUNT_ID:
        return query
    return query.where(
        "users.id IN (SELECT enrollments.user_id FROM enrollments"
        " JOIN course_sections ON course_sections.id = enrollments.course_section_id"
        " JOIN courses ON courses.id = course_sections.course_id"
        f" WHERE enrollments.workflow_state <> 'deleted' AND courses.account_id IN ({TREE})"
        " UNION SELECT user_id FROM account_users"
        f" WHERE workflow_state = 'active' AND account_id IN ({TREE}))",
        account_id,
        account_id,
    )


def of_group(group_id: int) -> Query:
    """List the members of a group."""
    members = "SELECT user_id FROM group_memberships WHERE group_id = ? AND workflow_state = 'accepted'"
    return users().where_in_query("users.id", Sql(members), group_id)


def observed_by(user_id: int) -> Query:
    """List the students that a user observes."""
    return users().where(_LINKED.format("student_id", "observer_id"), user_id)


def observers_of(user_id: int) -> Query:
    """List the observers of a user."""
    return users().where(_LINKED.format("observer_id", "student_id"), user_id)


def has_live_login(db: sqlite3.Connection, user_id: int) -> bool:
    """Return whether a user can be reached: not deleted, with a login that is not deleted."""
    query = f"SELECT 1 FROM users WHERE id = ? AND {_HAS_LOGIN}"
    return db.execute(query, (user_id,)).fetchone() is not None


def logins(user_id: int) -> Query:
    """List a user's logins that are not deleted, with the kind of their provider."""
    return _logins().where("pseudonyms.user_id = ? AND pseudonyms.workflow_state <> 'deleted'", user_id)


def login(db: sqlite3.Connection, login_id: int) -> sqlite3.Row:
    """Return one login with the kind of its provider."""
    return _logins().where("pseudonyms.id = ?", login_id).rows(db, 1)[0]


def _logins() -> Query:
    source = (
        "pseudonyms LEFT JOIN authentication_providers"
        " ON authentication_providers.id = pseudonyms.authentication_provider_id"
    )
    return Query("pseudonyms.*, auth_type", source, order="pseudonyms.id")


def of_course(course_id: int) -> Query:
    """List the people with a current enrollment in a course."""
    ids = Sql(
        "SELECT enrollments.user_id FROM enrollments JOIN course_sections"
        " ON course_sections.id = course_section_id AND course_sections.workflow_state = 'active'"
        " WHERE course_id = ? AND enrollments.workflow_state IN ('active', 'invited')"
    )
    return users().where_in_query("users.id", ids, course_id)


def channels(user_id: int) -> Query:
    """List a user's email addresses that are not retired."""
    query = Query("*", "communication_channels", order="position, id")
    return query.where("user_id = ? AND workflow_state <> 'retired'", user_id)


def students(section_id: int) -> Query:
    """List the active students of a section."""
    enrolled = (
        "SELECT enrollments.user_id FROM enrollments JOIN roles ON roles.id = enrollments.role_id"
        " WHERE course_section_id = ? AND enrollments.workflow_state = 'active'"
        " AND roles.base_role_type = 'StudentEnrollment'"
    )
    return users().where_in_query("users.id", Sql(enrolled), section_id)


def enrolled_as(query: Query, types: list[str]) -> None:
    """Keep the users with an active enrollment of one of the base types."""
    enrolled = sql(
        "EXISTS (SELECT 1 FROM enrollments JOIN roles ON roles.id = enrollments.role_id"
        " WHERE enrollments.user_id = users.id AND enrollments.workflow_state IN ('active', 'invited')"
        " AND roles.base_role_type IN ({}))",
        marks(types),
    )
    query.where(enrolled, *types)
