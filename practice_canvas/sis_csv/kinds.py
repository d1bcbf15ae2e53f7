"""THE table of CSV kinds: everything that is a fact about a kind is written here, and nowhere else.

Source: Canvas's SIS CSV format and its importers. The order of the table is both the order in which Canvas
processes kinds and the order in which it tries to recognize a file: the first kind that fits has it.
What only one module needs of a kind (its rules, its SQL) is in that module, keyed by the kind's name;
tests/test_every_kind.py lists those modules and names the kinds that one of them lacks.

How a column is written below: `name`, then in this order and only where it applies
`!` a row without it is rejected, `+` the row of a new object is · `|other` unless this other column is filled
`>kind` it holds the SIS ID of that kind; if there is no such object, the row is rejected, but applied without
the ID where it says `>kind?` (in silence) or `>kind~` (with a warning) · `:date`, `:boolean`, `:number` its
content · `<100` the most characters, 255 by default · `=a|b` the only values, `^a|b` how a value must begin.
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
_UNKNOWN: dict[str, Literal["refused", "silent", "reported"]] = {
    "": "refused",
    "?": "silent",
    "~": "reported",
}


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
            "silent" or "reported".
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
    unknown: Literal["refused", "silent", "reported"] = "refused"
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
        noun: what people call one of its objects.
        plural: what they call several.
        signature: the header needs one column of each of these groups,
        unless: and none of these.
        columns: what Canvas reads; any other column is ignored.
        identified_by: the columns that say which object a row is about (diffing compares by them).
        also_distinct_by: the columns that distinguish rows about one object from each other.
        name_column: the column with its name, or with the SIS ID of what has a name ("" for none).
        within: the column with the SIS ID of the object that contains it ("" for none).
        feature: the account feature without which files of this kind are not recognized ("" for none).
        exported_as: the name of its file in a SIS export, without .csv ("" if it is not exported).
        compared_by: the columns by which a rehearsal finds an exported object in a later export.
        rest_path: where the API has one object by its SIS ID, up to the ID ("" if the API cannot find it so).
        object_type: its name in `data.statistics` ("" if its state is not counted there).
        cleaned: batch mode deletes what a file of this kind no longer has.
    """

    name: str
    count_key: str
    noun: str
    plural: str
    signature: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    columns: tuple[Column, ...]
    identified_by: tuple[str, ...]
    also_distinct_by: tuple[str, ...]
    name_column: str
    within: str
    feature: str
    exported_as: str
    compared_by: tuple[str, ...]
    rest_path: str
    object_type: str
    cleaned: bool

    @property
    def one(self) -> str:
        """The noun with its article: "an enrollment"."""
        return f"{'an' if self.noun[0] in 'aeio' else 'a'} {self.noun}"

    @property
    def cleaned_key(self) -> str:
        """The key in `data.counts` of what batch mode deleted."""
        return f"batch_{self.count_key}_deleted"

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
    noun: str = "",
    unless: str = "",
    also_distinct_by: str = "",
    name_column: str = "",
    within: str = "",
    feature: str = "",
    exported_as: str = "",
    compared_by: str = "",
    rest_path: str = "",
    object_type: str = "",
    cleaned: bool = False,
) -> Kind:
    return Kind(
        name,
        count_key,
        noun=noun or name.replace("_", " "),
        plural=f"{noun}s" if noun else count_key.replace("_", " "),
        signature=tuple(tuple(group.split("|")) for group in signature.split()),
        unless=tuple(unless.split()),
        columns=tuple(_column(text) for text in columns.split()),
        identified_by=tuple(identified_by.split()),
        also_distinct_by=tuple(also_distinct_by.split()),
        name_column=name_column,
        within=within,
        feature=feature,
        exported_as=exported_as,
        compared_by=tuple((compared_by or identified_by).split()),
        rest_path=rest_path,
        object_type=object_type,
        cleaned=cleaned,
    )


_STATUS = " status!^active|deleted"
_EXACT_STATUS = " status!=active|deleted"
_DATES = " start_date:date end_date:date"
_EXISTING = "existing_user_id existing_integration_id existing_canvas_user_id"
PASSWORD_COLUMNS = ("password", "ssha_password")
"""What is never shown."""
_PASSWORDS = f" {' '.join(PASSWORD_COLUMNS)}<1000"
_TAGS = "institutional_tags"

KINDS: tuple[Kind, ...] = (
    _kind(
        "change_sis_id",
        "change_sis_ids",
        signature="old_id|old_integration_id",
        columns="old_id!|old_integration_id old_integration_id!|old_id new_id!|new_integration_id"
        " new_integration_id!|new_id type!=user|account|term|course|section|group|group_category",
        identified_by="old_id old_integration_id",
        noun="SIS ID change",
        also_distinct_by="type",
    ),
    _kind(
        "account",
        "accounts",
        signature="account_id parent_account_id",
        columns="account_id! parent_account_id>account name+ integration_id status+^active|deleted",
        identified_by="account_id",
        name_column="name",
        exported_as="accounts",
        rest_path="accounts/sis_account_id:",
        object_type="Account",
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
        also_distinct_by="date_override_enrollment_type",
        name_column="name",
        exported_as="terms",
        compared_by="term_id date_override_enrollment_type",
        rest_path="accounts/self/terms/sis_term_id:",
        object_type="EnrollmentTerm",
    ),
    _kind(
        "abstract_course",
        "abstract_courses",
        signature="abstract_course_id short_name",
        unless="course_id",
        columns="abstract_course_id! short_name! long_name! term_id>term? account_id>account?"
        " fallback_account_id>account?" + _STATUS,
        identified_by="abstract_course_id",
        name_column="long_name",
        object_type="AbstractCourse",
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
        name_column="long_name",
        within="term_id",
        exported_as="courses",
        rest_path="courses/sis_course_id:",
        object_type="Course",
        cleaned=True,
    ),
    _kind(
        "section",
        "sections",
        signature="section_id name",
        columns="section_id! course_id!>course name! integration_id" + _STATUS + _DATES,
        identified_by="section_id",
        name_column="name",
        within="course_id",
        exported_as="sections",
        rest_path="sections/sis_section_id:",
        object_type="CourseSection",
        cleaned=True,
    ),
    _kind(
        "xlist",
        "xlists",
        signature="xlist_course_id section_id",
        columns="xlist_course_id! section_id!>section" + _EXACT_STATUS,
        identified_by="xlist_course_id section_id",
        noun="cross-listing",
        name_column="xlist_course_id",
        exported_as="xlist",
        compared_by="section_id",
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
        name_column="full_name",
        exported_as="users",
        rest_path="users/sis_user_id:",
    ),
    _kind(
        "login",
        "logins",
        signature=_EXISTING.replace(" ", "|"),
        columns="user_id! login_id!<100 existing_user_id>user existing_integration_id"
        " existing_canvas_user_id:number root_account integration_id authentication_provider_id email"
        + _PASSWORDS,
        identified_by="user_id",
        object_type="Pseudonym",
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
        name_column="user_id",
        exported_as="enrollments",
        compared_by="course_id section_id user_id role associated_user_id",
        object_type="Enrollment",
        cleaned=True,
    ),
    _kind(
        "admin",
        "admins",
        signature="account_id user_id",
        columns="user_id!>user account_id>account role!|role_id role_id!|role:number root_account"
        + _EXACT_STATUS,
        identified_by="user_id account_id",
        also_distinct_by="role role_id",
        name_column="user_id",
        exported_as="admins",
        compared_by="account_id user_id role",
        object_type="AccountUser",
    ),
    _kind(
        "group_category",
        "group_categories",
        signature="group_category_id category_name",
        columns="group_category_id! category_name! account_id>account course_id>course" + _STATUS,
        identified_by="group_category_id",
        noun="group set",
        name_column="category_name",
        exported_as="group_categories",
        rest_path="group_categories/sis_group_category_id:",
        object_type="GroupCategory",
    ),
    _kind(
        "differentiation_tag_set",
        "differentiation_tag_sets",
        signature="tag_set_id set_name",
        columns="tag_set_id! course_id!>course set_name!" + _STATUS,
        identified_by="tag_set_id",
        name_column="set_name",
    ),
    _kind(
        "group",
        "groups",
        signature="group_id name",
        columns="group_id! name! group_category_id>group_category account_id>account course_id>course"
        " status!=available|closed|completed|deleted",
        identified_by="group_id",
        name_column="name",
        exported_as="groups",
        rest_path="groups/sis_group_id:",
        object_type="Group",
    ),
    _kind(
        "differentiation_tag",
        "differentiation_tags",
        signature="tag_id name",
        columns="tag_id! tag_set_id>differentiation_tag_set course_id>course name! status!=available|deleted",
        identified_by="tag_id",
        name_column="name",
    ),
    _kind(
        "group_membership",
        "group_memberships",
        signature="group_id user_id",
        columns="group_id!>group user_id!>user status!^accepted|deleted",
        identified_by="group_id user_id",
        name_column="user_id",
        exported_as="group_membership",
        object_type="GroupMembership",
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
        name_column="name",
    ),
    _kind(
        "institutional_tag",
        "institutional_tags",
        signature="institutional_tag_id category_id name",
        columns="institutional_tag_id! category_id!>institutional_tag_category name! description<60000"
        + _STATUS,
        identified_by="institutional_tag_id",
        feature=_TAGS,
        name_column="name",
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
        noun="grade publishing result",
    ),
    _kind(
        "user_observer",
        "user_observers",
        signature="observer_id student_id",
        columns="observer_id!>user student_id!>user" + _EXACT_STATUS,
        identified_by="observer_id student_id",
        noun="observer link",
        name_column="observer_id",
        exported_as="user_observers",
        object_type="UserObserver",
    ),
)

KIND_OF: dict[str, Kind] = {kind.name: kind for kind in KINDS}
COUNT_KEYS: tuple[str, ...] = tuple(kind.count_key for kind in KINDS)
EXPORTED: dict[str, Kind] = {kind.exported_as: kind for kind in KINDS if kind.exported_as}
CLEANED: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind.cleaned)


def recognize(header: Collection[str], features: Collection[str] = ()) -> Kind | None:
    """Return the kind of a file, or None when Canvas does not recognize it.

    Args:
        header: the header row as it stands; blanks around a name and letter case do not matter here.
        features: the account features that are switched on.
    """
    names = {name.strip(BLANKS).lower() for name in header}
    allowed = (kind for kind in KINDS if not kind.feature or kind.feature in features)
    return next((kind for kind in allowed if kind.fits(names)), None)
