"""The pages of users: the list, and one user with logins, enrollments, groups and observers."""

from practice_canvas.pages.view import Content, View
from practice_canvas.store.reads import browse
from practice_canvas.store.reads import users as people


def users(view: View) -> Content:
    """Show the users."""
    query = browse.users()
    if text := view.text("search"):
        browse.named(query, text)
    if not view.text("deleted"):
        browse.with_login(query)
    return "users.html", {"users": view.part(query)}


def user(view: View) -> Content:
    """Show one user."""
    user_id = view.find("user")["id"]
    enrollments = browse.enrollments_of_user(user_id)
    if not view.text("deleted"):
        browse.not_deleted_enrollments(enrollments)
    memberships = view.without_deleted(browse.groups_of_user(user_id), "group_memberships.workflow_state")
    roles = view.without_deleted(browse.admin_roles("user_id", user_id), "account_users.workflow_state")
    return "user.html", {
        "user": browse.users().equal("users.id", user_id).rows(view.db, 1)[0],
        "logins": view.part(browse.all_logins(user_id), "logins_page"),
        "addresses": browse.e_mail_addresses(user_id).rows(view.db),
        "enrollments": view.part(enrollments),
        "memberships": view.part(memberships, "groups_page"),
        "roles": roles.rows(view.db),
        "observes": people.observed_by(user_id).rows(view.db),
        "observed_by": people.observers_of(user_id).rows(view.db),
    }


def enrollments(view: View) -> Content:
    """Show the enrollments of all courses."""
    query = view.searched(
        browse.all_enrollments(),
        *("users.name", "users.sortable_name", "login.unique_id", "login.sis_user_id"),
        *("courses.name", "courses.sis_source_id"),
    )
    if not view.text("deleted"):
        browse.not_deleted_enrollments(query)
    return "enrollments.html", {"enrollments": view.part(query)}
