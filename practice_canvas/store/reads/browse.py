"""What the pages list: every record, with related names and numbers."""

import sqlite3

from practice_canvas.store.reads import enrollments
from practice_canvas.store.reads import users as people
from practice_canvas.store.reads.accounts import TREE
from practice_canvas.store.sql import CONTAINS, Query, Sql, name, sql

# Each account with its depth, the names of its parents, and its position in the tree.
_ACCOUNT_TREE = (
    "(WITH RECURSIVE tree (id, name, depth, place, position) AS"
    " (SELECT id, name, 0, '', '' FROM accounts WHERE parent_account_id IS NULL"
    " UNION ALL SELECT accounts.id, accounts.name, depth + 1,"
    " CASE place WHEN '' THEN tree.name ELSE place || ' › ' || tree.name END,"
    " position || char(1) || lower(accounts.name) || char(1) || accounts.id"
    " FROM accounts JOIN tree ON accounts.parent_account_id = tree.id)"
    " SELECT id AS tree_id, depth, place, position FROM tree)"
)
_COURSES_IN = (
    "(SELECT count(*) FROM courses WHERE {} AND courses.workflow_state <> 'deleted') AS courses_count"
)
_COURSES_IN_ACCOUNT = _COURSES_IN.format("courses.account_id = accounts.id")
_COURSES_IN_TERM = _COURSES_IN.format("courses.enrollment_term_id = enrollment_terms.id")
_SECTIONS_IN_COURSE = (
    "(SELECT count(*) FROM course_sections WHERE course_sections.course_id = courses.id"
    " AND course_sections.workflow_state <> 'deleted') AS sections_count"
)
_LIVE = "enrollments.workflow_state <> 'deleted'"
_PEOPLE_IN_SECTION = (
    "(SELECT count(DISTINCT user_id) FROM enrollments"
    f" WHERE course_section_id = course_sections.id AND {_LIVE}) AS people_count"
)
_PEOPLE_IN_COURSE = (
    "(SELECT count(DISTINCT user_id) FROM course_sections JOIN enrollments"
    " ON course_section_id = course_sections.id WHERE course_sections.course_id = courses.id"
    f" AND course_sections.workflow_state <> 'deleted' AND {_LIVE}) AS people_count"
)
_HAS_LOGIN = "EXISTS (SELECT 1 FROM pseudonyms WHERE user_id = users.id AND workflow_state <> 'deleted')"
# What names a user: (table, column of the user's id, column)
_NAMES = (
    ("users", "id", "name"),
    ("users", "id", "sortable_name"),
    ("pseudonyms", "user_id", "unique_id"),
    ("pseudonyms", "user_id", "sis_user_id"),
    ("communication_channels", "user_id", "path"),
)
_FOUND_BY_NAME = " UNION ALL ".join(
    sql("SELECT {} FROM {} WHERE {}", name(owner), name(table), Sql(CONTAINS.format(column)))
    for table, owner, column in _NAMES
)
_TOTALS = {
    "accounts": ("accounts", "parent_account_id IS NOT NULL"),
    "terms": ("enrollment_terms", "1"),
    "courses": ("courses", "1"),
    "sections": ("course_sections", "1"),
    "users": ("users", _HAS_LOGIN),
    "enrollments": ("enrollments", "1"),
}


def totals(db: sqlite3.Connection) -> dict[str, int]:
    """Return how many sub-accounts, terms, courses, sections, users and enrollments are not deleted."""
    return {
        total: Query("*", table).where("workflow_state <> 'deleted'").where(condition).count(db)
        for total, (table, condition) in _TOTALS.items()
    }


def accounts() -> Query:
    """List accounts as a tree, the root account first."""
    columns = f"accounts.*, depth, place, {_COURSES_IN_ACCOUNT}"
    return Query(columns, f"{_ACCOUNT_TREE} JOIN accounts ON accounts.id = tree_id", order="position")


def accounts_below(account_id: int) -> Query:
    """List the accounts directly below one."""
    return accounts().where("accounts.parent_account_id = ?", account_id)


def terms() -> Query:
    """List terms by their dates."""
    columns = f"enrollment_terms.*, {_COURSES_IN_TERM}"
    return Query(columns, "enrollment_terms", order="start_at, name COLLATE NOCASE, id")


def courses() -> Query:
    """List courses by name, with account, term and the numbers of sections and people."""
    columns = (
        "courses.*, accounts.name AS account_name, enrollment_terms.name AS term_name,"
        f" {_SECTIONS_IN_COURSE}, {_PEOPLE_IN_COURSE}"
    )
    source = (
        "courses JOIN accounts ON accounts.id = courses.account_id"
        " JOIN enrollment_terms ON enrollment_terms.id = courses.enrollment_term_id"
    )
    return Query(columns, source, order="courses.name COLLATE NOCASE, courses.id", key="courses.id")


def in_account(query: Query, account_id: int) -> None:
    """Keep the courses of an account and of all below it."""
    query.where(f"courses.account_id IN ({TREE})", account_id)


def all_sections() -> Query:
    """List sections by name, with their courses and the number of people."""
    columns = (
        "course_sections.*, courses.name AS course_name, first.name AS first_course_name,"
        f" {_PEOPLE_IN_SECTION}"
    )
    source = (
        "course_sections JOIN courses ON courses.id = course_sections.course_id"
        " LEFT JOIN courses AS first ON first.id = course_sections.nonxlist_course_id"
    )
    order = "course_sections.name COLLATE NOCASE, course_sections.id"
    return Query(columns, source, order=order, key="course_sections.id")


def sections(course_id: int) -> Query:
    """List a course's sections, and those cross-listed from it into another course."""
    return all_sections().where(
        "? IN (course_sections.course_id, course_sections.nonxlist_course_id)", course_id
    )


def people_of_course(course_id: int) -> Query:
    """List a course's enrollments by the people's names."""
    query = all_enrollments().equal("course_sections.course_id", course_id)
    query.sort_by("users.sortable_name COLLATE NOCASE", descending=False)
    return query


def enrollments_of_user(user_id: int) -> Query:
    """List a user's enrollments by the courses' names."""
    query = all_enrollments().equal("enrollments.user_id", user_id)
    query.sort_by("courses.name COLLATE NOCASE", descending=False)
    return query


def all_enrollments() -> Query:
    """List enrollments, the newest first."""
    columns = (
        f"{enrollments.COLUMNS}, course_sections.name AS section_name, courses.name AS course_name,"
        " (SELECT name FROM users AS student WHERE student.id = associated_user_id) AS observed_name"
    )
    return Query(columns, enrollments.SOURCE, order="enrollments.id DESC", key="enrollments.id")


def not_deleted_enrollments(query: Query) -> None:
    """Leave deleted enrollments out, also those deleted with their course or section."""
    query.where(f"{enrollments.STATE} <> 'deleted'")


def users() -> Query:
    """List users by name, with their best login, their e-mail address and its state."""
    columns = f"{people.COLUMNS}, coalesce(login.workflow_state, 'deleted') AS login_state"
    order = "users.sortable_name COLLATE NOCASE, users.id"
    return Query(columns, f"users {people.ANY_LOGIN}", order=order, key="users.id")


def with_login(query: Query) -> None:
    """Keep the users that are not deleted and have a login that is not."""
    query.where(f"users.workflow_state <> 'deleted' AND {_HAS_LOGIN}")


def named(query: Query, text: str) -> None:
    """Keep the users whom a text finds: by a name, by any login or SIS ID, by any e-mail address."""
    query.where(f"users.id IN ({_FOUND_BY_NAME})", *[text] * len(_NAMES))


def groups(column: str, owner_id: int) -> Query:
    """List the groups whose account_id or course_id is the given one, with their sets."""
    columns = (
        "groups.*, group_categories.name AS category_name, (SELECT count(*) FROM group_memberships"
        " WHERE group_id = groups.id AND workflow_state = 'accepted') AS members_count"
    )
    source = "groups LEFT JOIN group_categories ON group_categories.id = groups.group_category_id"
    query = Query(columns, source, order="category_name, groups.name COLLATE NOCASE, groups.id")
    return query.equal(f"groups.{column}", owner_id)


def groups_of_user(user_id: int) -> Query:
    """List a user's group memberships."""
    columns = (
        "group_memberships.*, groups.name, groups.sis_source_id, groups.course_id, groups.account_id,"
        " group_categories.name AS category_name"
    )
    source = (
        "group_memberships JOIN groups ON groups.id = group_memberships.group_id"
        " LEFT JOIN group_categories ON group_categories.id = groups.group_category_id"
    )
    return Query(columns, source, order="group_memberships.id").where("user_id = ?", user_id)


def admin_roles(column: str, owner_id: int) -> Query:
    """List admins whose account_id or user_id is the given one, with names of role, account and user."""
    columns = "account_users.*, roles.name AS role, accounts.name AS account_name, users.name AS user_name"
    source = (
        "account_users JOIN roles ON roles.id = account_users.role_id"
        " JOIN accounts ON accounts.id = account_users.account_id"
        " JOIN users ON users.id = account_users.user_id"
    )
    return Query(columns, source, order="account_users.id").equal(f"account_users.{column}", owner_id)


def all_logins(user_id: int) -> Query:
    """List a user's logins, deleted ones included."""
    return Query("*", "pseudonyms").where("user_id = ?", user_id)


def e_mail_addresses(user_id: int) -> Query:
    """List a user's e-mail addresses."""
    return Query("*", "communication_channels", order="position, id").where("user_id = ?", user_id)
