"""Every call that canvasapi has for an account, a course, a user and so on: it works, or is no SIS work."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from canvasapi import (
    Canvas,
    account,
    authentication_provider,
    blueprint,
    communication_channel,
    course,
    enrollment,
    enrollment_term,
    group,
    login,
    progress,
    section,
    sis_import,
    user,
)

from tests.practice_server import Server
from tests.waiting import wait_for

pytestmark = pytest.mark.filterwarnings(
    "ignore:Canvas may respond unexpectedly", "ignore:.*:DeprecationWarning"
)

SCHOOL = (
    "account_id,parent_account_id,name,status\nA1,,Arts,active\n",
    "term_id,name,status\nT1,Autumn,active\n",
    "course_id,short_name,long_name,account_id,term_id,blueprint_course_id,status\n"
    "B1,B1,Blueprint,,,,active\nC1,C1,One,A1,T1,,active\nC2,C2,Two,A1,T1,,active\n",
    "section_id,course_id,name,status\nS1,C1,Alpha,active\nS2,C2,Beta,active\n",
    "user_id,login_id,full_name,status\nU1,u1,Joan Rio,active\nU2,u2,Ann Lee,active\nU3,u3,Bo Sun,active\n",
    "section_id,user_id,role,status\nS1,U1,student,active\nS1,U2,teacher,active\n",
    "account_id,user_id,role,status\n,U2,AccountAdmin,active\n",
    "group_category_id,course_id,category_name,status\nGC,C1,Teams,active\n",
    "group_id,group_category_id,name,status\nG1,GC,Team,available\n",
    "group_id,user_id,status\nG1,U1,accepted\n",
    "observer_id,student_id,status\nU3,U1,active\n",
)


@dataclass
class School:
    """The objects that the calls are made on; `kept` holds what a call made for a later one."""

    canvas: Any
    server: Server
    kept: dict[str, Any] = field(default_factory=dict)

    def keep(self, name: str, thing: Any) -> Any:
        self.kept[name] = thing
        return thing

    @property
    def account(self) -> Any:
        return self.canvas.get_account(1)

    def course(self, sis_id: str = "C1") -> Any:
        return self.canvas.get_course(sis_id, use_sis_id=True)

    def section(self, sis_id: str = "S1") -> Any:
        return self.canvas.get_section(sis_id, use_sis_id=True)

    def user(self, sis_id: str = "U1") -> Any:
        return self.canvas.get_user(sis_id, "sis_user_id")

    def group(self) -> Any:
        return self.canvas.get_group("G1", use_sis_id=True)

    def category(self) -> Any:
        return self.course().get_group_categories()[0]

    def enrollment(self) -> Any:
        return next(
            one
            for one in self.section().get_enrollments(state=["active", "inactive"])
            if one.sis_user_id == "U1"
        )

    def report(self) -> Any:
        return self.account.get_index_of_reports("provisioning_csv")[0]

    def new_import(self) -> Any:
        body, kind = b"course_id,short_name,long_name,status\nN,N,New,active\n", "text/csv"
        path = "/api/v1/accounts/self/sis_imports"
        created = self.server.send("POST", path, body, {"Content-Type": kind}).json
        return self.server.wait(created["id"]) and self.account.get_sis_import(created["id"])


# What belongs to SIS work: the call → how it is made and what is true of what comes back. In this order.
Check = Callable[[School], Any]
WORKS: dict[str, Check] = {
    # the account and below
    "Canvas.get_accounts": lambda s: s.canvas.get_accounts()[0].id == 1,
    "Canvas.get_account": lambda s: s.account.name == "Practice School",
    "Canvas.get_current_user": lambda s: s.canvas.get_current_user().id == 1,
    "Canvas.get_user": lambda s: s.user().sis_user_id == "U1",
    "Canvas.get_course": lambda s: s.course().sis_course_id == "C1",
    "Canvas.get_courses": lambda s: list(s.canvas.get_courses()) == [],
    "Canvas.get_section": lambda s: s.section().sis_section_id == "S1",
    "Canvas.get_group": lambda s: s.group().sis_group_id == "G1",
    "Canvas.get_group_category": lambda s: s.canvas.get_group_category(s.category().id).name == "Teams",
    "Canvas.graphql": lambda s: (
        s.canvas.graphql("query ($id: String) {course(sisId: $id) {name}}", variables={"id": "C1"})["data"][
            "course"
        ]["name"]
        == "One"
    ),
    "Account.get_subaccounts": lambda s: (
        [one.sis_account_id for one in s.account.get_subaccounts()] == ["A1"]
    ),
    "Account.create_subaccount": lambda s: (
        s.keep("sub", s.account.create_subaccount({"name": "New"})).name == "New"
    ),
    "Account.update": lambda s: s.kept["sub"].update(account={"name": "Renamed"}),
    "Account.delete": lambda s: s.kept["sub"].delete(),
    "Account.get_courses": lambda s: len(list(s.account.get_courses())) == 3,
    "Account.create_course": lambda s: (
        s.keep(
            "course", s.account.create_course(course={"name": "New", "sis_course_id": "NEW"})
        ).sis_course_id
        == "NEW"
    ),
    "Account.get_users": lambda s: "U1" in [one.sis_user_id for one in s.account.get_users()],
    "Account.create_user": lambda s: (
        s.keep(
            "user",
            s.account.create_user({"unique_id": "new", "sis_user_id": "NEW"}, user={"name": "New User"}),
        ).sis_user_id
        == "NEW"
    ),
    "Account.create_user_login": lambda s: (
        s.keep(
            "login", s.account.create_user_login({"id": s.kept["user"].id}, {"unique_id": "second"})
        ).unique_id
        == "second"
    ),
    "Account.get_user_logins": lambda s: (
        len(list(s.account.get_user_logins(user={"id": s.kept["user"].id}))) == 2
    ),
    "Login.edit": lambda s: s.kept["login"].edit(login={"unique_id": "third"}).unique_id == "third",
    "User.get_user_logins": lambda s: "third" in [one.unique_id for one in s.kept["user"].get_user_logins()],
    "Login.delete": lambda s: s.kept["login"].delete().unique_id == "third",
    "Account.delete_user": lambda s: s.account.delete_user(s.kept["user"]).sis_user_id == "NEW",
    "Account.get_admins": lambda s: len(list(s.account.get_admins())) == 2,
    "Account.create_admin": lambda s: s.account.create_admin(s.user("U3")).role == "AccountAdmin",
    "Account.delete_admin": lambda s: s.account.delete_admin(s.user("U3")).workflow_state == "deleted",
    "Account.get_roles": lambda s: len(list(s.account.get_roles())) == 6,
    "Account.create_role": lambda s: s.keep("role", s.account.create_role("Registrar")).label == "Registrar",
    "Account.get_role": lambda s: s.account.get_role(s.kept["role"].id).label == "Registrar",
    "Account.update_role": lambda s: (
        s.account.update_role(s.kept["role"].id, label="Registry").label == "Registry"
    ),
    "Account.deactivate_role": lambda s: (
        s.account.deactivate_role(s.kept["role"].id).workflow_state == "inactive"
    ),
    "Account.activate_role": lambda s: s.account.activate_role(s.kept["role"].id).workflow_state == "active",
    "Account.get_enrollment": lambda s: s.account.get_enrollment(s.enrollment().id).sis_user_id == "U1",
    "Account.get_enrollment_terms": lambda s: len(list(s.account.get_enrollment_terms())) == 2,
    "Account.create_enrollment_term": lambda s: (
        s.keep("term", s.account.create_enrollment_term(enrollment_term={"name": "Spring"})).name == "Spring"
    ),
    "Account.get_enrollment_term": lambda s: (
        s.account.get_enrollment_term(s.kept["term"].id).name == "Spring"
    ),
    "EnrollmentTerm.edit": lambda s: s.kept["term"].edit(enrollment_term={"name": "May"}).name == "May",
    "EnrollmentTerm.delete": lambda s: s.kept["term"].delete().workflow_state == "deleted",
    "Account.get_group_categories": lambda s: list(s.account.get_group_categories()) == [],
    "Account.create_group_category": lambda s: s.account.create_group_category("Clubs").name == "Clubs",
    "Account.get_groups": lambda s: list(s.account.get_groups()) == [],
    "Account.get_reports": lambda s: "provisioning_csv" in [one.report for one in s.account.get_reports()],
    "Account.create_report": lambda s: (
        s.account.create_report("provisioning_csv", parameters={"users": True}).report == "provisioning_csv"
    ),
    "Account.get_index_of_reports": lambda s: s.report().report == "provisioning_csv",
    "Account.get_report": lambda s: s.account.get_report("provisioning_csv", s.report().id).progress >= 0,
    "AccountReport.delete_report": lambda s: (
        s.account.get_report("provisioning_csv", s.report().id).delete_report().status == "deleted"
    ),
    "Account.get_features": lambda s: len(list(s.account.get_features())) > 0,
    "Account.get_enabled_features": lambda s: s.account.get_enabled_features() is not None,
    "Account.get_feature_flag": lambda s: s.account.get_feature_flag("institutional_tags").state == "off",
    "Account.get_authentication_providers": lambda s: (
        [one.auth_type for one in s.account.get_authentication_providers()] == ["canvas"]
    ),
    "Account.add_authentication_providers": lambda s: (
        s.keep("provider", s.account.add_authentication_providers(auth_type="saml")).auth_type == "saml"
    ),
    "Account.get_authentication_provider": lambda s: (
        s.account.get_authentication_provider(s.kept["provider"].id).auth_type == "saml"
    ),
    "Account.get_sis_imports": lambda s: len(list(s.account.get_sis_imports())) == len(SCHOOL),
    "Account.get_sis_import": lambda s: s.keep("import", s.new_import()).workflow_state == "imported",
    "Account.get_sis_imports_running": lambda s: list(s.account.get_sis_imports_running()) == [],
    "Account.abort_sis_imports_pending": lambda s: s.account.abort_sis_imports_pending(),
    "SisImport.restore_states": lambda s: s.keep("progress", s.kept["import"].restore_states()).id,
    "Canvas.get_progress": lambda s: (
        s.canvas.get_progress(s.kept["progress"].id).tag == "sis_batch_state_restore"
    ),
    "Progress.query": lambda s: wait_for(
        s.kept["progress"].query, lambda now: now.workflow_state == "completed"
    ),
    # courses and sections
    "Course.update": lambda s: s.course("B1").update(course={"blueprint": True}),
    "Course.get_blueprint": lambda s: s.course("B1").get_blueprint().id,
    "BlueprintTemplate.update_associated_courses": lambda s: (
        s.course("B1").get_blueprint().update_associated_courses(course_ids_to_add=[s.course("C2").id])
    ),
    "BlueprintTemplate.get_associated_courses": lambda s: (
        [one.sis_course_id for one in s.course("B1").get_blueprint().get_associated_courses()] == ["C2"]
    ),
    "BlueprintTemplate.list_blueprint_migrations": lambda s: (
        list(s.course("B1").get_blueprint().list_blueprint_migrations()) == []
    ),
    "Course.list_blueprint_subscriptions": lambda s: (
        len(list(s.course("C2").list_blueprint_subscriptions())) == 1
    ),
    "Course.get_users": lambda s: (
        {one.sis_user_id for one in s.course().get_users(enrollment_type=["student"])} == {"U1"}
    ),
    "Course.get_user": lambda s: s.course().get_user(s.user().id).sis_user_id == "U1",
    "Course.get_enrollments": lambda s: len(list(s.course().get_enrollments())) == 3,
    "Course.get_sections": lambda s: [one.sis_section_id for one in s.course().get_sections()] == ["S1"],
    "Course.get_section": lambda s: s.course().get_section(s.section().id).sis_section_id == "S1",
    "Course.create_course_section": lambda s: (
        s.keep("section", s.course().create_course_section(course_section={"name": "Gamma"})).name == "Gamma"
    ),
    "Section.edit": lambda s: s.kept["section"].edit(course_section={"name": "Delta"}).name == "Delta",
    "Section.cross_list_section": lambda s: (
        s.kept["section"].cross_list_section(s.course("C2")).course_id == s.course("C2").id
    ),
    "Section.decross_list_section": lambda s: (
        s.kept["section"].decross_list_section().course_id == s.course().id
    ),
    "Section.delete": lambda s: s.kept["section"].delete().name == "Delta",
    "Section.get_enrollments": lambda s: len(list(s.section().get_enrollments())) == 3,
    "Course.enroll_user": lambda s: (
        s.course("C2").enroll_user(s.user("U2"), "TeacherEnrollment").role == "TeacherEnrollment"
    ),
    "Section.enroll_user": lambda s: s.section("S2").enroll_user(s.user("U3")).enrollment_state == "invited",
    "Enrollment.deactivate": lambda s: s.enrollment().deactivate("deactivate").enrollment_state == "inactive",
    "Enrollment.reactivate": lambda s: s.enrollment().reactivate().enrollment_state == "active",
    "Course.get_groups": lambda s: [one.sis_group_id for one in s.course().get_groups()] == ["G1"],
    "Course.get_group_categories": lambda s: s.category().sis_group_category_id == "GC",
    "Course.create_group_category": lambda s: (
        s.keep("set", s.course().create_group_category("Pairs")).name == "Pairs"
    ),
    "Course.conclude": lambda s: s.course("NEW").conclude(),
    "Course.delete": lambda s: s.course("NEW").delete(),
    # users
    "User.edit": lambda s: s.user().edit(user={"name": "Joan Del Rio"}).name == "Joan Del Rio",
    "User.get_profile": lambda s: s.user().get_profile()["sis_user_id"] == "U1",
    "User.get_courses": lambda s: [one.sis_course_id for one in s.user().get_courses()] == ["C1"],
    "User.get_enrollments": lambda s: len(list(s.user().get_enrollments())) == 1,
    "User.create_communication_channel": lambda s: (
        s.keep(
            "channel",
            s.user().create_communication_channel(
                communication_channel={"address": "j@x.test", "type": "email"}
            ),
        ).address
        == "j@x.test"
    ),
    "User.get_communication_channels": lambda s: len(list(s.user().get_communication_channels())) == 1,
    "CommunicationChannel.delete": lambda s: s.kept["channel"].delete(),
    "User.get_observees": lambda s: [one.sis_user_id for one in s.user("U3").get_observees()] == ["U1"],
    "User.get_observers": lambda s: [one.sis_user_id for one in s.user().get_observers()] == ["U3"],
    "User.show_observee": lambda s: s.user("U3").show_observee(s.user().id).sis_user_id == "U1",
    "User.remove_observee": lambda s: s.user("U3").remove_observee(s.user().id).sis_user_id == "U1",
    "User.add_observee": lambda s: s.user("U3").add_observee(s.user().id).sis_user_id == "U1",
    # groups
    "GroupCategory.create_group": lambda s: (
        s.keep("group", s.kept["set"].create_group(name="P1")).name == "P1"
    ),
    "GroupCategory.get_groups": lambda s: [one.name for one in s.kept["set"].get_groups()] == ["P1"],
    "GroupCategory.update": lambda s: s.kept["set"].update(name="Trios").name == "Trios",
    "Group.create_membership": lambda s: (
        s.kept["group"].create_membership(s.user()).workflow_state == "accepted"
    ),
    "Group.get_memberships": lambda s: len(list(s.kept["group"].get_memberships())) == 1,
    "Group.get_users": lambda s: [one.sis_user_id for one in s.kept["group"].get_users()] == ["U1"],
    "Group.remove_user": lambda s: s.kept["group"].remove_user(s.user()),
    "GroupMembership.remove_user": lambda s: s.group().get_memberships()[0].remove_user(s.user()) is not None,
    "Group.edit": lambda s: s.kept["group"].edit(name="P2").name == "P2",
    "Group.delete": lambda s: s.kept["group"].delete().name == "P2",
    "GroupCategory.delete": lambda s: s.kept["set"].delete() is not None,
    "AuthenticationProvider.delete": lambda s: s.kept["provider"].delete().auth_type == "saml",
}
# SIS calls that tests of their own hold.
ELSEWHERE = {"Account.create_sis_import", "SisImport.abort"}
# What is no SIS work: why → words in the names of such calls.
OTHER_WORK = {
    "content of courses and groups": """
        assignment content course_event epub external_feed file folder front_page licenses link lti migration
        module page preview_html quiz resolve_path restrictions settings smartsearch tabs tool topic unsynced
        upload usage_rights""",
    "grades, outcomes and surveys": """
        _data column grade grading late_policy outcome poll rubric statistics submission""",
    "messages and notifications": """
        announcements comm_messages conversation notification preference recipients""",
    "calendars, planners and to-do lists": "appointment calendar events planner time_slot todo",
    "looks and personal lists": "activity_stream avatar brand collaborations color eportfolio nickname",
    "sessions, logs and keys of others": """
        audit authentication_events auth_settings jwt page_views scopes session""",
    "what people do for themselves": """
        Enrollment.accept Enrollment.reject pairing_code credentials invite remove_self merge_into
        Group.update_membership GroupMembership.update assign_members participants recent_students
        get_membership GroupCategory.get_users Canvas.create_group""",
    "other root accounts and searches": "create_account search_ course_accounts",
    "features of one course or user": "feature",
    "no effect on SIS": """
        AuthenticationProvider.update associated_course_migration show_blueprint Course.reset""",
}


def public(owner: type) -> Iterator[str]:
    """The calls that a class of the client has of its own."""
    for name, member in vars(owner).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield f"{owner.__name__}.{name}"


CLASSES = [
    Canvas,
    account.Account,
    account.AccountReport,
    account.Admin,
    account.Role,
    authentication_provider.AuthenticationProvider,
    blueprint.BlueprintTemplate,
    communication_channel.CommunicationChannel,
    course.Course,
    enrollment.Enrollment,
    enrollment_term.EnrollmentTerm,
    group.Group,
    group.GroupCategory,
    group.GroupMembership,
    login.Login,
    progress.Progress,
    section.Section,
    sis_import.SisImport,
    user.User,
]


def test_every_call_is_tried_or_is_no_sis_work() -> None:
    words = [word for row in OTHER_WORK.values() for word in row.split()]
    every = {name for owner in CLASSES for name in public(owner)}
    rest = every - set(WORKS) - ELSEWHERE
    assert set(WORKS) | ELSEWHERE <= every
    assert not {name for name in rest if not any(word in name for word in words)}


def test_every_call_of_sis_work_works(canvas: Server) -> None:
    for text in SCHOOL:
        assert canvas.run_csv(text)["workflow_state"] == "imported", text
    school, failed = School(Canvas(canvas.url, canvas.token), canvas), {}
    for name, check in WORKS.items():
        try:
            if not check(school):
                failed[name] = "it is not true"
        except Exception as fault:
            failed[name] = repr(fault)
    assert not failed
