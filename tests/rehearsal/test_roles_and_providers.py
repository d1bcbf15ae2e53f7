"""The roles and providers that a scratch Canvas needs."""

from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.rehearsal.roles_and_providers import (
    RolesAndProviders,
    drop_role_ids,
    read_roles_and_providers,
)
from tests.conftest import Write
from tests.fake_server import FakeCanvas, Reply

ROLES = [
    {"role": "Grader", "base_role_type": "TaEnrollment", "workflow_state": "active"},
    {"role": "StudentEnrollment", "base_role_type": "StudentEnrollment", "workflow_state": "built_in"},
]


def client_of(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "7~abcdefgh"), retries=0)


def test_a_canvas_is_asked_for_its_custom_roles_and_its_providers(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply(ROLES), Reply([{"id": 117, "auth_type": "saml"}]))
    assert read_roles_and_providers(client_of(fake_canvas)) == RolesAndProviders(
        {"Grader": "TaEnrollment"}, {"117": "saml"}
    )


def test_what_the_token_may_not_ask_is_left_out(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"errors": []}, 403), Reply({"errors": []}, 404))
    assert read_roles_and_providers(client_of(fake_canvas)) == RolesAndProviders()


def test_role_ids_are_dropped_if_the_role_has_a_name(write: Write, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    files = [
        write("enrollments.csv", "course_id,role_id,user_id,role", "B1,4,u1,Grader", "B1,3,u1,student"),
        write("numbers.csv", "course_id,role_id,user_id", "B1,4,u1"),
        write("courses.csv", "course_id,short_name", "B1,B1"),
    ]
    needed = RolesAndProviders()
    named, numbered, courses = drop_role_ids(files, tmp_path / "copies", needed)
    assert named.read_text(encoding="utf-8").splitlines()[:2] == ["course_id,user_id,role", "B1,u1,Grader"]
    assert "role_id" in numbered.read_text(encoding="utf-8") and courses == files[2]
    assert needed.roles == {"Grader": "StudentEnrollment"}


def test_a_file_that_is_not_text_is_left_to_canvas(tmp_path: Path) -> None:
    odd = tmp_path / "users.csv"
    odd.write_bytes(b"user_id,login_id,status\nu1,M\xfcller,active\n")
    (tmp_path / "copies").mkdir()
    assert drop_role_ids([odd], tmp_path / "copies", RolesAndProviders()) == [odd]
