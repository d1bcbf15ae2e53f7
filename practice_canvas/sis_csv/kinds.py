"""THE table of CSV kinds: order, header signature, columns, allowed values, references, identifying columns.

Source: Canvas's SIS CSV format and its importers. The order of the table is both the order in which Canvas
processes kinds and the order in which it tries to recognize a file: the first kind that fits has it.

How a column is written below: `name`, then in this order and only where it applies
`!` a row without it is rejected, `+` the row of a new object is · `|other` unless this other column is filled
`>kind` it holds the SIS id of that kind; of one that does not exist `>kind?` says that it is passed over in
silence, `>kind~` that it is told; the row is applied without it · `:date`, `:boolean`, `:number` its content
`<100` the most characters, 255 if it does not say · `=a|b` the only values, `^a|b` how a value has to begin.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from practice_canvas.sis_csv.values import BLANKS

_COLUMN = re.compile(
    r"(?P<name>\w+)(?P<required>[!+]?)(\|(?P<unless>\w+))?(>(?P<refers_to>\w+)(?P<unknown>[?~]?))?"
    r"(:(?P<holds>\w+))?(<(?P<longest>\d+))?((?P<match>[=^])(?P<values>[\w|]+))?"
)
LONGEST_TEXT = 255
_UNKNOWN: dict[str, Literal["refused", "silent", "told"]] = {"": "refused", "?": "silent", "~": "told"}


@dataclass(frozen=True)
class Column:
    """One column of a kind.

    Args:
        name: its header, in lower case.
        required: a row in which it is empty is rejected,
        if_new: only new objects need it,
        unless: except when this other column is filled ("" for none).
        refers_to: the kind whose SIS id it holds ("" for none).
        unknown: what becomes of an id that does not exist: the row is "refused", or applied without the id,
            "silent" or "told".
        holds: "text", "date", "boolean" or "number".
        longest: the most characters that are stored.
        values: the only values Canvas takes, in lower case; empty when any will do.
        begins: the value only has to begin with one of them.
    """

    name: str
    required: bool = False
    if_new: bool = False
    unless: str = ""
    refers_to: str = ""
    unknown: Literal["refused", "silent", "told"] = "refused"
    holds: str = "text"
    longest: int = LONGEST_TEXT
    values: tuple[str, ...] = ()
    begins: bool = False

    def allows(self, value: str) -> bool:
        """Say whether Canvas takes this value, whatever its letter case."""
        word = value.lower()
        return not self.values or (word.startswith(self.values) if self.begins else word in self.values)


@dataclass(frozen=True)
class Kind:
    """One kind of CSV file.

    Args:
        name: as in `data.supplied_batches`.
        count_key: its key in `data.counts`.
        signature: the header needs one column of each of these groups,
        unless: and none of these.
        identified_by: the columns that tell which object a row is about (diffing compares by them).
        columns: what Canvas reads; any other column is ignored.
        feature: the account feature without which files of this kind are not recognized ("" for none).
    """

    name: str
    count_key: str
    signature: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    identified_by: tuple[str, ...]
    columns: tuple[Column, ...]
    feature: str = ""

    def fits(self, header: Collection[str]) -> bool:
        """Say whether a file with these column names (trimmed, in lower case) is of this kind."""
        return all(any(name in header for name in group) for group in self.signature) and not any(
            name in header for name in self.unless
        )

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


def _column(text: str) -> Column:
    part = _COLUMN.fullmatch(text)
    if part is None:
        raise ValueError(f"not a column: {text}")
    values = tuple(part["values"].split("|")) if part["values"] else ()
    return Column(
        part["name"],
        required=part["required"] == "!",
        if_new=part["required"] == "+",
        unless=part["unless"] or "",
        refers_to=part["refers_to"] or "",
        unknown=_UNKNOWN[part["unknown"] or ""],
        holds=part["holds"] or "text",
        longest=int(part["longest"] or LONGEST_TEXT),
        values=values,
        begins=part["match"] == "^",
    )


def _kind(
    name: str,
    count_key: str,
    *,
    signature: str,
    columns: str,
    identified_by: str,
    unless: str = "",
    feature: str = "",
) -> Kind:
    return Kind(
        name,
        count_key,
        tuple(tuple(group.split("|")) for group in signature.split()),
        tuple(unless.split()),
        tuple(identified_by.split()),
        tuple(_column(text) for text in columns.split()),
        feature,
    )


_STATUS = " status!^active|deleted"
_EXACT_STATUS = " status!=active|deleted"
_DATES = " start_date:date end_date:date"
_EXISTING = "existing_user_id existing_integration_id existing_canvas_user_id"
_PASSWORDS = " password ssha_password<1000"
_TAGS = "institutional_tags"

KINDS: tuple[Kind, ...] = (
    _kind(
        "change_sis_id",
        "change_sis_ids",
        signature="old_id|old_integration_id",
        columns="old_id!|old_integration_id old_integration_id!|old_id new_id!|new_integration_id"
        " new_integration_id!|new_id type!=user|account|term|course|section|group|group_category",
        identified_by="old_id old_integration_id",
    ),
    _kind(
        "account",
        "accounts",
        signature="account_id parent_account_id",
        columns="account_id! parent_account_id>account name+ integration_id status+^active|deleted",
        identified_by="account_id",
    ),
    _kind(
        "term",
        "terms",
        signature="term_id name",
        columns="term_id! name!|date_override_enrollment_type integration_id"
        " date_override_enrollment_type=studentenrollment|teacherenrollment|taenrollment|designerenrollment"
        + _STATUS
        + _DATES,
        identified_by="term_id",
    ),
    _kind(
        "abstract_course",
        "abstract_courses",
        signature="abstract_course_id short_name",
        unless="course_id",
        columns="abstract_course_id! short_name! long_name! term_id>term? account_id>account?"
        " fallback_account_id>account?" + _STATUS,
        identified_by="abstract_course_id",
    ),
    _kind(
        "course",
        "courses",
        signature="course_id short_name",
        columns="course_id! short_name!|abstract_course_id long_name!|abstract_course_id account_id>account"
        " fallback_account_id>account? term_id>term? abstract_course_id>abstract_course~ integration_id"
        " status!^active|unpublished|published|completed|deleted"
        " course_format=online|on_campus|blended|not_set blueprint_course_id>course~"
        " grade_passback_setting=nightly_sync|disabled|not_set homeroom_course:boolean friendly_name"
        + _DATES,
        identified_by="course_id",
    ),
    _kind(
        "section",
        "sections",
        signature="section_id name",
        columns="section_id! course_id!>course name! integration_id" + _STATUS + _DATES,
        identified_by="section_id",
    ),
    _kind(
        "xlist",
        "xlists",
        signature="xlist_course_id section_id",
        columns="xlist_course_id! section_id!>section" + _EXACT_STATUS,
        identified_by="xlist_course_id section_id",
    ),
    _kind(
        "user",
        "users",
        signature="user_id login_id",
        unless=_EXISTING,
        columns="user_id! login_id!<100 integration_id authentication_provider_id first_name last_name"
        " full_name sortable_name short_name email pronouns canvas_password_notification:boolean"
        " home_account:boolean declared_user_type=administrative|observer|staff|student|student_other|teacher"
        " status!^active|suspended|deleted" + _PASSWORDS,
        identified_by="user_id",
    ),
    _kind(
        "login",
        "logins",
        signature=_EXISTING.replace(" ", "|"),
        columns="user_id! login_id!<100 existing_user_id>user existing_integration_id"
        " existing_canvas_user_id:number root_account integration_id authentication_provider_id email"
        + _PASSWORDS,
        identified_by="user_id",
    ),
    _kind(
        "enrollment",
        "enrollments",
        signature="section_id|course_id user_id|user_integration_id",
        columns="course_id!|section_id>course section_id!|course_id>section user_id!|user_integration_id>user"
        " user_integration_id!|user_id role!|role_id role_id!|role:number"
        " status!=active|deleted|completed|inactive|deleted_last_completed associated_user_id>user"
        " limit_section_privileges:boolean notify:boolean root_account"
        " temporary_enrollment_source_user_id>user" + _DATES,
        identified_by="course_id section_id user_id user_integration_id role role_id associated_user_id"
        " temporary_enrollment_source_user_id",
    ),
    _kind(
        "admin",
        "admins",
        signature="account_id user_id",
        columns="user_id!>user account_id>account role!|role_id role_id!|role:number root_account"
        + _EXACT_STATUS,
        identified_by="user_id account_id",
    ),
    _kind(
        "group_category",
        "group_categories",
        signature="group_category_id category_name",
        columns="group_category_id! category_name! account_id>account course_id>course" + _STATUS,
        identified_by="group_category_id",
    ),
    _kind(
        "differentiation_tag_set",
        "differentiation_tag_sets",
        signature="tag_set_id set_name",
        columns="tag_set_id! course_id!>course set_name!" + _STATUS,
        identified_by="tag_set_id",
    ),
    _kind(
        "group",
        "groups",
        signature="group_id name",
        columns="group_id! name! group_category_id>group_category account_id>account course_id>course"
        " status!=available|closed|completed|deleted",
        identified_by="group_id",
    ),
    _kind(
        "differentiation_tag",
        "differentiation_tags",
        signature="tag_id name",
        columns="tag_id! tag_set_id>differentiation_tag_set course_id>course name! status!=available|deleted",
        identified_by="tag_id",
    ),
    _kind(
        "group_membership",
        "group_memberships",
        signature="group_id user_id",
        columns="group_id!>group user_id!>user status!^accepted|deleted",
        identified_by="group_id user_id",
    ),
    _kind(
        "differentiation_tag_membership",
        "differentiation_tag_memberships",
        signature="tag_id user_id",
        columns="tag_id!>differentiation_tag user_id!>user status!=accepted|deleted",
        identified_by="tag_id user_id",
    ),
    _kind(
        "institutional_tag_category",
        "institutional_tag_categories",
        signature="category_id name",
        unless="tag_id institutional_tag_id",
        columns="category_id! name! description<60000" + _STATUS,
        identified_by="category_id",
        feature=_TAGS,
    ),
    _kind(
        "institutional_tag",
        "institutional_tags",
        signature="institutional_tag_id category_id name",
        columns="institutional_tag_id! category_id!>institutional_tag_category name! description<60000"
        + _STATUS,
        identified_by="institutional_tag_id",
        feature=_TAGS,
    ),
    _kind(
        "institutional_tag_association",
        "institutional_tag_associations",
        signature="institutional_tag_id user_id",
        columns="institutional_tag_id!>institutional_tag user_id!>user" + _STATUS,
        identified_by="institutional_tag_id user_id",
        feature=_TAGS,
    ),
    _kind(
        "grade_publishing_results",
        "grade_publishing_results",
        signature="enrollment_id grade_publishing_status",
        columns="enrollment_id!:number grade_publishing_status!=published|error message<60000",
        identified_by="enrollment_id",
    ),
    _kind(
        "user_observer",
        "user_observers",
        signature="observer_id student_id",
        columns="observer_id!>user student_id!>user" + _EXACT_STATUS,
        identified_by="observer_id student_id",
    ),
)

KIND_OF: dict[str, Kind] = {kind.name: kind for kind in KINDS}
COUNT_KEYS: tuple[str, ...] = tuple(kind.count_key for kind in KINDS)


def recognize(header: Collection[str], features: Collection[str] = ()) -> Kind | None:
    """Return the kind of a file, or None when Canvas does not recognize it.

    Args:
        header: the header row as it stands; blanks around a name and letter case do not matter here.
        features: the account features that are switched on.
    """
    names = {name.strip(BLANKS).lower() for name in header}
    allowed = (kind for kind in KINDS if not kind.feature or kind.feature in features)
    return next((kind for kind in allowed if kind.fits(names)), None)
