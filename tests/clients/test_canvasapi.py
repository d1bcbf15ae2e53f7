"""The foreign client that most Python scripts for Canvas use: every SIS method it has, and its pagination."""

from pathlib import Path

import pytest
from canvasapi import Canvas
from canvasapi.account import Account
from canvasapi.exceptions import Forbidden, InvalidAccessToken, ResourceDoesNotExist
from canvasapi.sis_import import SisImport

from tests.practice_server import HELD, Server
from tests.waiting import wait_for

# The practice Canvas speaks http on this computer; the client warns of that.
pytestmark = pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly")
COURSES = "course_id,short_name,long_name,status\n"


@pytest.fixture
def account(canvas: Server) -> Account:
    (found,) = Canvas(canvas.url, canvas.token).get_accounts()
    return found


@pytest.fixture
def course_file(tmp_path: Path) -> Path:
    path = tmp_path / "courses.csv"
    path.write_text(COURSES + "C1,C1,One,active\n", encoding="utf-8")
    return path


def finished(account: Account, created: SisImport) -> SisImport:
    return wait_for(lambda: account.get_sis_import(created.id), lambda found: found.ended_at)


def test_an_import_is_created_and_followed(account: Account, course_file: Path) -> None:
    created = account.create_sis_import(str(course_file))
    assert (created.workflow_state, created.data) == ("created", {"import_type": "instructure_csv"})
    found = finished(account, created)
    assert (found.workflow_state, found.data["counts"]["courses"]) == ("imported", 1)
    assert [course.name for course in account.get_courses()] == ["One"]


def test_options_are_passed_on(account: Account, course_file: Path) -> None:
    created = account.create_sis_import(str(course_file), skip_deletes=True, override_sis_stickiness=True)
    assert (created.skip_deletes, created.override_sis_stickiness) == (True, True)


def test_lists_are_read_page_by_page(account: Account, course_file: Path) -> None:
    ids = [account.create_sis_import(str(course_file)).id for _ in range(12)]
    assert [one.id for one in account.get_sis_imports()] == ids[::-1]
    assert [one.id for one in account.get_sis_imports(workflow_state=["aborted"])] == []


def test_many_users_are_read_page_by_page(canvas: Server, account: Account) -> None:
    rows = "".join(f"U{n},u{n},User {n:03},active\n" for n in range(25))
    canvas.run_csv(f"user_id,login_id,full_name,status\n{rows}")
    names = [user.name for user in account.get_users() if user.sis_user_id]
    assert names == [f"User {n:03}" for n in range(25)]


def test_the_running_import_is_found_and_aborted(canvas: Server, account: Account, course_file: Path) -> None:
    course_file.write_text(COURSES + "".join(f"C{n},C,Course,active\n" for n in range(500)), encoding="utf-8")
    canvas.settings(pace=HELD)
    created = account.create_sis_import(str(course_file))
    running = wait_for(lambda: list(account.get_sis_imports_running()))
    assert [one.id for one in running] == [created.id]
    assert created.abort().workflow_state == "aborted"
    assert finished(account, created).workflow_state == "aborted"


def test_waiting_imports_are_aborted_at_once(canvas: Server, account: Account, course_file: Path) -> None:
    canvas.send("POST", "/practice/scenarios/stuck_in_created", b"")
    created = [account.create_sis_import(str(course_file)) for _ in range(3)]
    assert account.abort_sis_imports_pending() is True
    assert {account.get_sis_import(one.id).workflow_state for one in created} == {"aborted"}


def test_states_are_restored(canvas: Server, account: Account, course_file: Path) -> None:
    created = finished(account, account.create_sis_import(str(course_file)))
    progress = created.restore_states()
    wait_for(progress.query, lambda now: now.workflow_state == "completed")
    assert account.get_sis_import(created.id).workflow_state == "restored"
    assert canvas.get("/api/v1/courses/sis_course_id:C1").status == 404


def test_refusals_become_the_client_s_exceptions(canvas: Server, account: Account) -> None:
    with pytest.raises(ResourceDoesNotExist):
        account.get_sis_import(999)
    with pytest.raises(InvalidAccessToken):
        Canvas(canvas.url, "wrong").get_current_user()
    with pytest.raises(Forbidden):
        Canvas(canvas.url, "practice-no-permission-token").get_account(1)
