"""The reports that an account offers: what each is called and which files it can hold.

Source: Canvas's account reports [known]. A provisioning report has the columns of the SIS export, with
Canvas's own IDs beside them, and also shows what has no SIS ID.
"""

from dataclasses import dataclass, replace

from practice_canvas.store.reads.sis_exports import EXPORTS, Export

ROWS_OF_COURSES = "courses AS course JOIN accounts AS account ON account.id = course.account_id"


@dataclass(frozen=True)
class ReportType:
    """A type of report.

    Args:
        title: what people call it.
        files: file name → what it holds.
        chosen: whether the parameters choose the files; else it has them all.
    """

    title: str
    files: dict[str, Export]
    chosen: bool = True


# Of each file: column of the SIS export → (the column that a provisioning report has before it, its SQL).
CANVAS_IDS: dict[str, dict[str, tuple[str, str]]] = {
    "accounts": {
        "account_id": ("canvas_account_id", "account.id"),
        "parent_account_id": ("canvas_parent_id", "parent.id"),
    },
    "terms": {"term_id": ("canvas_term_id", "term.id")},
    "courses": {
        "course_id": ("canvas_course_id", "course.id"),
        "account_id": ("canvas_account_id", "account.id"),
        "term_id": ("canvas_term_id", "term.id"),
        "blueprint_course_id": ("canvas_blueprint_course_id", "course.blueprint_course_id"),
    },
    "sections": {
        "section_id": ("canvas_section_id", "section.id"),
        "course_id": ("canvas_course_id", "original.id"),
    },
    "xlist": {
        "xlist_course_id": ("canvas_xlist_course_id", "course.id"),
        "section_id": ("canvas_section_id", "section.id"),
    },
    "users": {"user_id": ("canvas_user_id", "person.id")},
    "enrollments": {
        "course_id": ("canvas_course_id", "original.id"),
        "user_id": ("canvas_user_id", "enrollment.user_id"),
        "section_id": ("canvas_section_id", "section.id"),
        "associated_user_id": ("canvas_associated_user_id", "enrollment.associated_user_id"),
    },
    "admins": {
        "user_id": ("canvas_user_id", "admin.user_id"),
        "account_id": ("canvas_account_id", "account.id"),
    },
    "group_categories": {
        "group_category_id": ("canvas_group_category_id", "category.id"),
        "account_id": ("canvas_account_id", "category.account_id"),
        "course_id": ("canvas_course_id", "category.course_id"),
    },
    "groups": {
        "group_id": ("canvas_group_id", "team.id"),
        "group_category_id": ("canvas_group_category_id", "team.group_category_id"),
        "account_id": ("canvas_account_id", "team.account_id"),
        "course_id": ("canvas_course_id", "team.course_id"),
    },
    "group_membership": {
        "group_id": ("canvas_group_id", "team.id"),
        "user_id": ("canvas_user_id", "member.user_id"),
    },
    "user_observers": {
        "observer_id": ("canvas_observer_id", "link.observer_id"),
        "student_id": ("canvas_student_id", "link.student_id"),
    },
}
# What a provisioning report has at the end of a file's rows.
CREATED_BY_SIS = "CASE WHEN {} IS NULL THEN 'false' ELSE 'true' END"
MORE_COLUMNS = {
    "xlist": {
        "canvas_nonxlist_course_id": "original.id",
        "nonxlist_course_id": "original.sis_source_id",
    },
    "enrollments": {"base_role_type": "role.base_role_type", "canvas_enrollment_id": "enrollment.id"},
}
# Which rows a provisioning report has, where that is not every row.
ONLY = {"terms": "dates.enrollment_type IS NULL", "xlist": "section.nonxlist_course_id IS NOT NULL"}


def _provisioning(name: str, export: Export) -> Export:
    """Return what a file of the provisioning report holds."""
    columns: dict[str, str] = {}
    for header, value in export.columns.items():
        if header in CANVAS_IDS[name]:
            columns.update([CANVAS_IDS[name][header]])
        columns[header] = value
    columns |= {"created_by_sis": CREATED_BY_SIS.format(export.touched)}
    return replace(export, columns=columns | MORE_COLUMNS.get(name, {}), only=ONLY.get(name, "1"))


def _courses(only: str, alive: str = "course.workflow_state <> 'deleted'") -> Export:
    """Return a list of courses."""
    columns = {
        "course id": "course.id",
        "course sis id": "course.sis_source_id",
        "short name": "course.course_code",
        "long name": "course.name",
        "account id": "account.id",
        "account sis id": "account.sis_source_id",
        "status": "CASE course.workflow_state WHEN 'available' THEN 'active'"
        " WHEN 'completed' THEN 'concluded' WHEN 'deleted' THEN 'deleted' ELSE 'unpublished' END",
        "created at": "course.created_at",
    }
    return Export(columns, ROWS_OF_COURSES, only, alive, "course.sis_batch_id", "course.enrollment_term_id")


REPORTS = {
    "sis_export_csv": ReportType("SIS Export", EXPORTS),
    "provisioning_csv": ReportType(
        "Provisioning", {name: _provisioning(name, export) for name, export in EXPORTS.items()}
    ),
    # Nobody makes content here, so no course that is not deleted is in use.
    "unused_courses_csv": ReportType("Unused Courses", {"unused_courses": _courses("1")}, chosen=False),
    "unpublished_courses_csv": ReportType(
        "Unpublished Courses",
        {"unpublished_courses": _courses("course.workflow_state IN ('created', 'claimed')")},
        chosen=False,
    ),
    "recently_deleted_courses_csv": ReportType(
        "Recently Deleted Courses",
        {"recently_deleted_courses": _courses("course.workflow_state = 'deleted'", alive="1")},
        chosen=False,
    ),
}
