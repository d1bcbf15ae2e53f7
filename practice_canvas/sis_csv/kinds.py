"""THE table of CSV kinds: everything that is a fact about a kind is written here, and nowhere else.

Source: Canvas's SIS CSV format and its importers. The order of the table is both the order in which Canvas
processes kinds and the order in which it tries to recognize a file: the first kind that fits has it.
What only one module needs of a kind (its rules, its SQL) is in that module, keyed by the kind's name;
tests/test_every_kind.py lists those modules and names the kinds that one of them lacks.
`model.py` says what the fields mean and how a column is written.
"""

from collections.abc import Collection

from practice_canvas.sis_csv.model import Kind, kind
from practice_canvas.sis_csv.values import BLANKS

_STATUS = " status!^active|deleted"
_EXACT_STATUS = " status!=active|deleted"
_DATES = " start_date:date end_date:date"
_EXISTING = "existing_user_id existing_integration_id existing_canvas_user_id"
PASSWORD_COLUMNS = ("password", "ssha_password")
"""What is never shown."""
_PASSWORDS = f" {' '.join(PASSWORD_COLUMNS)}<1000"
_TAGS = "institutional_tags"

KINDS: tuple[Kind, ...] = (
    kind(
        "change_sis_id",
        "change_sis_ids",
        signature="old_id|old_integration_id",
        columns="old_id!|old_integration_id old_integration_id!|old_id new_id!|new_integration_id"
        " new_integration_id!|new_id type!=user|account|term|course|section|group|group_category",
        identified_by="old_id old_integration_id",
        noun="SIS ID change",
        also_distinct_by="type",
    ),
    kind(
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
    kind(
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
    kind(
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
    kind(
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
    kind(
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
    kind(
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
    kind(
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
    kind(
        "login",
        "logins",
        signature=_EXISTING.replace(" ", "|"),
        columns="user_id! login_id!<100 existing_user_id>user existing_integration_id"
        " existing_canvas_user_id:number root_account integration_id authentication_provider_id email"
        + _PASSWORDS,
        identified_by="user_id",
        object_type="Pseudonym",
    ),
    kind(
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
    kind(
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
    kind(
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
    kind(
        "differentiation_tag_set",
        "differentiation_tag_sets",
        signature="tag_set_id set_name",
        columns="tag_set_id! course_id!>course set_name!" + _STATUS,
        identified_by="tag_set_id",
        name_column="set_name",
    ),
    kind(
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
    kind(
        "differentiation_tag",
        "differentiation_tags",
        signature="tag_id name",
        columns="tag_id! tag_set_id>differentiation_tag_set course_id>course name! status!=available|deleted",
        identified_by="tag_id",
        name_column="name",
    ),
    kind(
        "group_membership",
        "group_memberships",
        signature="group_id user_id",
        columns="group_id!>group user_id!>user status!^accepted|deleted",
        identified_by="group_id user_id",
        name_column="user_id",
        exported_as="group_membership",
        object_type="GroupMembership",
    ),
    kind(
        "differentiation_tag_membership",
        "differentiation_tag_memberships",
        signature="tag_id user_id",
        columns="tag_id!>differentiation_tag user_id!>user status!=accepted|deleted",
        identified_by="tag_id user_id",
    ),
    kind(
        "institutional_tag_category",
        "institutional_tag_categories",
        signature="category_id name",
        unless="tag_id institutional_tag_id",
        columns="category_id! name! description<60000" + _STATUS,
        identified_by="category_id",
        feature=_TAGS,
        name_column="name",
    ),
    kind(
        "institutional_tag",
        "institutional_tags",
        signature="institutional_tag_id category_id name",
        columns="institutional_tag_id! category_id!>institutional_tag_category name! description<60000"
        + _STATUS,
        identified_by="institutional_tag_id",
        feature=_TAGS,
        name_column="name",
    ),
    kind(
        "institutional_tag_association",
        "institutional_tag_associations",
        signature="institutional_tag_id user_id",
        columns="institutional_tag_id!>institutional_tag user_id!>user" + _STATUS,
        identified_by="institutional_tag_id user_id",
        feature=_TAGS,
    ),
    kind(
        "grade_publishing_results",
        "grade_publishing_results",
        signature="enrollment_id grade_publishing_status",
        columns="enrollment_id!:number grade_publishing_status!=published|error message<60000",
        identified_by="enrollment_id",
        noun="grade publishing result",
    ),
    kind(
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
