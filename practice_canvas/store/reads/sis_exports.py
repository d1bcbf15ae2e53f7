"""What a SIS export holds: each of its files with its columns, and where the values come from.

Source: Canvas's report `sis_export_csv` and the SIS CSV format [known]: a file names only what has a SIS id,
and can be imported again unchanged. A course that is not concluded is shown as published or unpublished,
so that importing the file restores the same state.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from practice_canvas.store.sql import Sql, joined, name, sql


@dataclass(frozen=True)
class Export:
    """One file of an export.

    Args:
        columns: header → SQL; `status` is its value while the object is active.
        source: the tables, joined.
        only: which rows have the SIS ids that an import needs.
        alive: tells that an object is not deleted.
        touched: the column with the import that touched it last.
        term_id: SQL of the term it belongs to, "" when it belongs to none.
    """

    columns: dict[str, str]
    source: str
    only: str
    alive: str
    touched: str
    term_id: str = ""


@dataclass(frozen=True)
class Choice:
    """What of a file is asked for.

    Args:
        term_id: only what belongs to this term (Canvas's id), where a file knows terms.
        created_by_sis: only what an import made or touched.
        include_deleted: deleted objects, too.
    """

    term_id: int | None = None
    created_by_sis: bool = False
    include_deleted: bool = False


def _sis_user_id(user: str) -> Sql:
    """Return the SQL of a user's SIS id: that of a login alive, if there is one."""
    return sql(
        "(SELECT sis_user_id FROM pseudonyms WHERE user_id = {} AND sis_user_id IS NOT NULL"
        " ORDER BY workflow_state = 'deleted', id LIMIT 1)",
        name(user),
    )


def _has_sis_id(user: str) -> Sql:
    return sql("EXISTS (SELECT 1 FROM pseudonyms WHERE user_id = {} AND sis_user_id IS NOT NULL)", name(user))


def _join_person(user: str) -> Sql:
    """Return the join of users with their SIS ids, as `person`, for a file of many rows.

    The ids are those of `_sis_user_id`, but found once for each user. CROSS JOIN: after the table before it.
    """
    return sql(
        "CROSS JOIN (SELECT user_id, sis_user_id, min(id + (workflow_state = 'deleted') * (1 << 62))"
        " FROM pseudonyms WHERE sis_user_id IS NOT NULL GROUP BY user_id) AS person ON person.user_id = {}",
        name(user),
    )


def _flag(column: str) -> Sql:
    return sql("CASE WHEN {} THEN 'true' ELSE 'false' END", name(column))


_ALIVE = "workflow_state <> 'deleted'"
_COURSE_ALIVE = f"(course.id IS NULL OR course.{_ALIVE})"
_ORIGINAL = (
    "JOIN courses AS original ON original.id = coalesce(section.nonxlist_course_id, section.course_id)"
)
_ACCOUNT_ID = "CASE WHEN account.parent_account_id IS NOT NULL THEN account.sis_source_id END"
_ROLE = (
    "CASE WHEN role.workflow_state <> 'built_in' OR role.base_role_type = 'AccountMembership' THEN role.name"
    " ELSE lower(replace(role.base_role_type, 'Enrollment', '')) END"
)
# A comma parts the family name from the rest in a sortable name.
_COMMA = "instr(person.sortable_name, ', ')"

EXPORTS: dict[str, Export] = {
    "accounts": Export(
        columns={
            "account_id": "account.sis_source_id",
            "parent_account_id": "parent.sis_source_id",
            "name": "account.name",
            "status": "'active'",
            "integration_id": "account.integration_id",
        },
        source="accounts AS account JOIN accounts AS parent ON parent.id = account.parent_account_id",
        only="account.sis_source_id IS NOT NULL",
        alive=f"account.{_ALIVE}",
        touched="account.sis_batch_id",
    ),
    "terms": Export(
        columns={
            "term_id": "term.sis_source_id",
            "name": "term.name",
            "status": "'active'",
            "integration_id": "term.integration_id",
            "date_override_enrollment_type": "dates.enrollment_type",
            "start_date": "dates.start_at",
            "end_date": "dates.end_at",
        },
        source="enrollment_terms AS term JOIN"
        " (SELECT id AS term_id, NULL AS enrollment_type, start_at, end_at FROM enrollment_terms UNION ALL"
        " SELECT enrollment_term_id, enrollment_type, start_at, end_at FROM enrollment_dates_overrides)"
        " AS dates ON dates.term_id = term.id",
        only="term.sis_source_id IS NOT NULL",
        alive=f"term.{_ALIVE}",
        touched="term.sis_batch_id",
        term_id="term.id",
    ),
    "courses": Export(
        columns={
            "course_id": "course.sis_source_id",
            "integration_id": "course.integration_id",
            "short_name": "course.course_code",
            "long_name": "course.name",
            "account_id": _ACCOUNT_ID,
            "term_id": "term.sis_source_id",
            "status": "CASE course.workflow_state WHEN 'completed' THEN 'completed'"
            " WHEN 'available' THEN 'published' ELSE 'unpublished' END",
            "start_date": "course.start_at",
            "end_date": "course.conclude_at",
            "course_format": "course.course_format",
            "blueprint_course_id": "(SELECT sis_source_id FROM courses AS blueprint"
            " WHERE blueprint.id = course.blueprint_course_id)",
            "grade_passback_setting": "course.grade_passback_setting",
            "homeroom_course": _flag("course.homeroom_course"),
        },
        source="courses AS course JOIN accounts AS account ON account.id = course.account_id"
        " JOIN enrollment_terms AS term ON term.id = course.enrollment_term_id",
        only="course.sis_source_id IS NOT NULL",
        alive=f"course.{_ALIVE}",
        touched="course.sis_batch_id",
        term_id="course.enrollment_term_id",
    ),
    "sections": Export(
        columns={
            "section_id": "section.sis_source_id",
            "course_id": "original.sis_source_id",
            "integration_id": "section.integration_id",
            "name": "section.name",
            "status": "'active'",
            "start_date": "section.start_at",
            "end_date": "section.end_at",
        },
        source="course_sections AS section JOIN courses AS course ON course.id = section.course_id"
        f" {_ORIGINAL}",
        only="section.sis_source_id IS NOT NULL AND original.sis_source_id IS NOT NULL",
        alive=f"section.{_ALIVE} AND course.{_ALIVE}",
        touched="section.sis_batch_id",
        term_id="original.enrollment_term_id",
    ),
    "xlist": Export(
        columns={
            "xlist_course_id": "course.sis_source_id",
            "section_id": "section.sis_source_id",
            "status": "'active'",
        },
        source="course_sections AS section JOIN courses AS course ON course.id = section.course_id"
        f" {_ORIGINAL}",
        only="section.nonxlist_course_id IS NOT NULL AND section.sis_source_id IS NOT NULL"
        " AND course.sis_source_id IS NOT NULL",
        alive=f"section.{_ALIVE} AND course.{_ALIVE}",
        touched="section.sis_batch_id",
        term_id="original.enrollment_term_id",
    ),
    "users": Export(
        columns={
            "user_id": "login.sis_user_id",
            "integration_id": "login.integration_id",
            "authentication_provider_id": "login.authentication_provider_id",
            "login_id": "login.unique_id",
            "first_name": f"CASE WHEN {_COMMA} THEN substr(person.sortable_name, {_COMMA} + 2) END",
            "last_name": f"CASE WHEN {_COMMA} THEN substr(person.sortable_name, 1, {_COMMA} - 1) END",
            "full_name": "person.name",
            "sortable_name": "person.sortable_name",
            "short_name": "person.short_name",
            "email": "(SELECT path FROM communication_channels AS channel WHERE channel.user_id = person.id"
            " AND channel.workflow_state <> 'retired' ORDER BY position, id LIMIT 1)",
            "status": "login.workflow_state",
            "pronouns": "person.pronouns",
            "declared_user_type": "login.declared_user_type",
        },
        source="pseudonyms AS login JOIN users AS person ON person.id = login.user_id",
        only="login.sis_user_id IS NOT NULL",
        alive=f"login.{_ALIVE} AND person.{_ALIVE}",
        touched="login.sis_batch_id",
    ),
    "enrollments": Export(
        columns={
            "course_id": "original.sis_source_id",
            "user_id": "person.sis_user_id",
            "role": _ROLE,
            "role_id": "role.id",
            "section_id": "section.sis_source_id",
            "status": "CASE WHEN enrollment.workflow_state IN ('completed', 'inactive')"
            " THEN enrollment.workflow_state ELSE 'active' END",
            "associated_user_id": _sis_user_id("enrollment.associated_user_id"),
            "limit_section_privileges": _flag("enrollment.limit_privileges_to_course_section"),
            "start_date": "enrollment.start_at",
            "end_date": "enrollment.end_at",
        },
        source=f"enrollments AS enrollment {_join_person('enrollment.user_id')}"
        " JOIN roles AS role ON role.id = enrollment.role_id"
        " JOIN course_sections AS section ON section.id = enrollment.course_section_id"
        f" JOIN courses AS course ON course.id = section.course_id {_ORIGINAL}",
        only="(section.sis_source_id IS NOT NULL OR original.sis_source_id IS NOT NULL)",
        alive="enrollment.workflow_state NOT IN ('deleted', 'rejected')"
        f" AND section.{_ALIVE} AND course.{_ALIVE}",
        touched="enrollment.sis_batch_id",
        term_id="course.enrollment_term_id",
    ),
    "admins": Export(
        columns={
            "user_id": _sis_user_id("admin.user_id"),
            "account_id": _ACCOUNT_ID,
            "role": _ROLE,
            "role_id": "role.id",
            "status": "'active'",
        },
        source="account_users AS admin JOIN accounts AS account ON account.id = admin.account_id"
        " JOIN roles AS role ON role.id = admin.role_id",
        only="(account.sis_source_id IS NOT NULL OR account.parent_account_id IS NULL)"
        f" AND {_has_sis_id('admin.user_id')}",
        alive=f"admin.{_ALIVE}",
        touched="admin.sis_batch_id",
    ),
    "group_categories": Export(
        columns={
            "group_category_id": "category.sis_source_id",
            "account_id": _ACCOUNT_ID,
            "course_id": "course.sis_source_id",
            "category_name": "category.name",
            "status": "'active'",
        },
        source="group_categories AS category"
        " LEFT JOIN accounts AS account ON account.id = category.account_id"
        " LEFT JOIN courses AS course ON course.id = category.course_id",
        only="category.sis_source_id IS NOT NULL",
        alive=f"category.{_ALIVE} AND {_COURSE_ALIVE}",
        touched="category.sis_batch_id",
        term_id="course.enrollment_term_id",
    ),
    "groups": Export(
        columns={
            "group_id": "team.sis_source_id",
            "group_category_id": "category.sis_source_id",
            "account_id": _ACCOUNT_ID,
            "course_id": "course.sis_source_id",
            "name": "team.name",
            "status": "'available'",
        },
        source="groups AS team LEFT JOIN accounts AS account ON account.id = team.account_id"
        " LEFT JOIN courses AS course ON course.id = team.course_id"
        " LEFT JOIN group_categories AS category ON category.id = team.group_category_id",
        only="team.sis_source_id IS NOT NULL",
        alive=f"team.{_ALIVE} AND {_COURSE_ALIVE}",
        touched="team.sis_batch_id",
        term_id="course.enrollment_term_id",
    ),
    "group_membership": Export(
        columns={
            "group_id": "team.sis_source_id",
            "user_id": "person.sis_user_id",
            "status": "'accepted'",
        },
        source=f"group_memberships AS member {_join_person('member.user_id')}"
        " JOIN groups AS team ON team.id = member.group_id",
        only="team.sis_source_id IS NOT NULL",
        alive=f"member.{_ALIVE} AND team.{_ALIVE}",
        touched="member.sis_batch_id",
    ),
    "user_observers": Export(
        columns={
            "observer_id": _sis_user_id("link.observer_id"),
            "student_id": _sis_user_id("link.student_id"),
            "status": "'active'",
        },
        source="user_observation_links AS link",
        only=f"{_has_sis_id('link.observer_id')} AND {_has_sis_id('link.student_id')}",
        alive=f"link.{_ALIVE}",
        touched="link.sis_batch_id",
    ),
}


def rows(db: sqlite3.Connection, export: Export, choice: Choice) -> Iterator[tuple[str | int | None, ...]]:
    """Yield the rows of one file of an export, in the order of its columns.

    Args:
        db: the database.
        export: what the file holds.
        choice: what of it.
    """
    alive = Sql(export.alive)
    status = sql("CASE WHEN {} THEN {} ELSE 'deleted' END", alive, Sql(export.columns["status"]))
    values = joined(", ", map(Sql, {**export.columns, "status": status}.values()))
    tests = [Sql(export.only)]
    if not choice.include_deleted:
        tests.append(alive)
    if choice.created_by_sis:
        tests.append(sql("{} IS NOT NULL", name(export.touched)))
    if choice.term_id is not None and export.term_id:
        tests.append(sql("{} = {}", name(export.term_id), choice.term_id))
    cursor = db.cursor()
    cursor.row_factory = None
    query = sql("SELECT {} FROM {} WHERE {}", values, Sql(export.source), joined(" AND ", tests))
    yield from cursor.execute(query)
