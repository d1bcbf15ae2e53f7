"""The client of the University of Washington: imports and their errors, reads, and the writes beside them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from commonconf import override_settings
from commonconf.backends import use_configparser_backend
from restclients_core.dao import LiveDAO
from restclients_core.exceptions import DataFailureException
from uw_canvas.accounts import Accounts
from uw_canvas.admins import Admins
from uw_canvas.courses import Courses
from uw_canvas.enrollments import Enrollments
from uw_canvas.models import CanvasUser
from uw_canvas.models import SISImport as ImportModel
from uw_canvas.reports import Reports
from uw_canvas.roles import Roles
from uw_canvas.sections import Sections
from uw_canvas.sis_import import SISImport
from uw_canvas.terms import Terms
from uw_canvas.users import Users

from tests.practice_server import HELD, Server
from tests.waiting import wait_for

COURSES = "course_id,short_name,long_name,account_id,status\nC1,C1,One,A1,active\n"
SCHOOL = (
    "account_id,parent_account_id,name,status\nA1,,Arts,active\n",
    "term_id,name,status\nT1,Autumn,active\n",
    COURSES,
    "section_id,course_id,name,status\nS1,C1,Alpha,active\n",
    "user_id,login_id,full_name,status\nU1,u1,Joan Rio,active\nU2,u2,Ann Lee,active\n",
    "section_id,user_id,role,status\nS1,U1,student,active\nS1,U2,teacher,active\n",
)


@pytest.fixture
def client(canvas: Server, tmp_path: Path) -> Iterator[Server]:
    """The practice Canvas, with the client's settings set to it."""
    nothing = tmp_path / "settings.ini"
    nothing.write_text("[canvas]\n", encoding="utf-8")
    use_configparser_backend(str(nothing), "canvas")
    LiveDAO.pools.clear()
    with override_settings(
        RESTCLIENTS_CANVAS_DAO_CLASS="Live",
        RESTCLIENTS_CANVAS_HOST=canvas.url,
        RESTCLIENTS_CANVAS_OAUTH_BEARER=canvas.token,
        RESTCLIENTS_CANVAS_ACCOUNT_ID="1",
        CANVAS_REPORT_POLLING_INTERVAL=0.01,
    ):
        yield canvas


@pytest.fixture
def school(client: Server) -> Server:
    for text in SCHOOL:
        assert client.run_csv(text)["workflow_state"] == "imported"
    return client


def finished(created: ImportModel) -> ImportModel:
    return wait_for(
        lambda: SISImport().get_import_status(created),
        lambda found: found.workflow_state not in ("created", "importing"),
    )


def test_a_text_and_a_folder_are_imported(client: Server, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(SCHOOL[0], encoding="utf-8")
    (tmp_path / "courses.csv").write_text(COURSES, encoding="utf-8")
    assert finished(SISImport().import_dir(str(tmp_path), {})).workflow_state == "imported"
    assert finished(SISImport().import_str(COURSES.replace("One", "Two"), {})).workflow_state == "imported"
    assert Courses().get_course_by_sis_id("C1", {}).name == "Two"
    assert len(SISImport().get_imports({})) == 2


def test_the_errors_of_an_import_are_read_with_their_rows(client: Server) -> None:
    found = finished(SISImport().import_str(COURSES, {}))
    assert found.workflow_state == "imported_with_messages" and found.processing_warnings
    [error] = SISImport().get_import_errors(found)
    assert (error.import_id, error.row) == (found.import_id, 2)
    assert "A1" in error.message and "C1,C1,One" in error.row_info


def test_waiting_imports_are_aborted(client: Server) -> None:
    client.settings(pace=HELD)
    created = SISImport().import_str(SCHOOL[0], {})
    assert SISImport().delete_import(created).workflow_state == "aborted"
    assert SISImport().delete_all_pending_imports() == {"aborted": True}


def test_accounts_terms_courses_sections_users_and_enrollments_are_read(school: Server) -> None:
    assert Accounts().get_account_by_sis_id("A1").name == "Arts"
    assert [one.sis_account_id for one in Accounts().get_all_sub_accounts(1)] == ["A1"]
    assert Terms().get_term_by_sis_id("T1").name == "Autumn"
    course = Courses().get_course_by_sis_id("C1", {})
    assert (course.name, course.is_public_to_auth_users, course.term.name) == ("One", False, "Default Term")
    assert [one.sis_course_id for one in Courses().get_courses_in_account_by_sis_id("A1", {})] == ["C1"]
    assert [one.name for one in Sections().get_sections_in_course_by_sis_id("C1", {})] == ["Alpha"]
    assert Users().get_user_by_sis_id("U1", {}).login_id == "u1"
    people = Users().get_users_for_sis_course_id("C1", {"include": ["enrollments"]})
    assert {one.sis_user_id: one.enrollments[0].role for one in people} == {
        "U1": "StudentEnrollment",
        "U2": "TeacherEnrollment",
    }
    enrolled = Enrollments().get_enrollments_for_section_by_sis_id("S1", {})
    assert [one.sis_user_id for one in enrolled] == ["U1", "U2"]


def test_courses_and_sections_are_created_published_and_deleted(school: Server) -> None:
    course = Courses().create_course("sis_account_id:A1", "By hand", "sis_term_id:T1")
    assert (course.name, course.workflow_state) == ("By hand", "unpublished")
    assert Courses().update_sis_id(course.course_id, "HAND").sis_course_id == "HAND"
    assert Courses().publish_course_by_sis_id("HAND").workflow_state == "available"
    assert Sections().create_section(course.course_id, "Beta", "S2").sis_section_id == "S2"
    assert Courses().delete_course(course.course_id)
    with pytest.raises(DataFailureException) as gone:
        Courses().get_course_by_sis_id("HAND", {})
    assert gone.value.status == 404


def test_a_user_is_created_and_enrolled(school: Server) -> None:
    user = Users().create_user(
        CanvasUser(name="Bo Sun", login_id="bo", sis_user_id="U3", email="bo@x.test"), account_id=1
    )
    assert Users().get_user_by_sis_id("U3", {}).user_id == user.user_id
    course = Courses().get_course_by_sis_id("C1", {})
    enrolled = Enrollments().enroll_user(course.course_id, user.user_id, "TaEnrollment")
    assert enrolled.role == "TaEnrollment"
    [login] = Users().get_user_logins(user.user_id, {})
    login.unique_id = "bo.sun"
    assert Users().update_user_login(login, account_id=1).unique_id == "bo.sun"


def test_admins_and_roles(school: Server) -> None:
    assert Admins().create_admin(1, "sis_user_id:U2", "AccountAdmin").user.sis_user_id == "U2"
    assert len(Admins().get_admins(1, {})) == 2
    assert Admins().delete_admin(1, "sis_user_id:U2", "AccountAdmin")
    school.form("POST", "/api/v1/accounts/1/roles", {"label": "Grader", "base_role_type": "TaEnrollment"})
    labels = [role.label for role in Roles().get_effective_course_roles_in_account("sis_account_id:A1", {})]
    assert "Grader" in labels and "AccountAdmin" not in labels


def test_the_provisioning_report_names_what_an_import_made_and_what_was_made_by_hand(school: Server) -> None:
    course = Courses().create_course(1, "By hand")
    report = Reports().create_course_provisioning_report(1, params={})
    lines = Reports().get_report_data(report)
    assert lines[0].startswith("canvas_course_id,course_id,") and lines[0].endswith(",created_by_sis")
    made = {line.partition(",")[0]: line.rpartition(",")[2] for line in lines[1:] if line}
    assert made.pop(str(course.course_id)) == "false" and set(made.values()) == {"true"}
    assert Reports().delete_report(report)
