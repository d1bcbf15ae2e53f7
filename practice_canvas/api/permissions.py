"""Permissions: what the caller's token may do in an account."""

from practice_canvas.api.accounts import find_account
from practice_canvas.api.call import Call
from practice_canvas.api.routing import Route

# What Canvas grants in the root account only.
ROOT_ONLY = frozenset({"import_sis", "manage_sis", "manage_developer_keys", "view_statistics"})
# What Canvas also grants an account admin below it; a name that Canvas does not know is not granted.
IN_EVERY_ACCOUNT = """
    allow_course_admin_actions become_user create_collaborations generate_observer_pairing_code
    manage_account_memberships manage_account_settings manage_admin_users manage_alerts
    manage_courses manage_courses_add manage_courses_admin manage_courses_conclude manage_courses_delete
    manage_courses_publish manage_courses_reset manage_feature_flags manage_groups_add manage_groups_delete
    manage_groups_manage manage_role_overrides manage_sections_add manage_sections_delete
    manage_sections_edit manage_user_logins manage_user_observers manage_students
    add_student_to_course add_teacher_to_course add_ta_to_course add_designer_to_course
    add_observer_to_course remove_student_from_course remove_teacher_from_course remove_ta_from_course
    remove_designer_from_course remove_observer_from_course read_course_list read_course_content
    read_reports read_roster read_sis undelete_courses view_course_changes view_notifications
    view_user_logins
"""
GRANTED = ROOT_ONLY | set(IN_EVERY_ACCOUNT.split())


def index(call: Call) -> dict[str, bool]:
    """GET /api/v1/accounts/:account/permissions: whether the caller has each of `permissions[]`."""
    account = find_account(call)
    granted = GRANTED if account["parent_account_id"] is None else GRANTED - ROOT_ONLY
    return {name: name in granted for name in call.params.all("permissions")}


ROUTES = (Route("GET", "accounts/:account/permissions", index),)
