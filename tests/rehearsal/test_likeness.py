"""What a scratch Canvas needs to know of another one."""

from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.rehearsal.likeness import Likeness, of_canvas, take_along
from tests.fake_server import FakeCanvas, Reply
from tests.rehearsal.conftest import Write

ROLES = [
    {"role": "Grader", "base_role_type": "TaEnrollment", "workflow_state": "active"},
    {"role": "StudentEnrollment", "base_role_type": "StudentEnrollment", "workflow_state": "built_in"},
]


def client_of(fake_canvas: FakeCanvas) -> CanvasClient:
    return CanvasClient(Connection(fake_canvas.url, "7~abcdefgh"), retries=0)


def test_a_canvas_is_asked_for_its_custom_roles_and_its_providers(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply(ROLES), Reply([{"id": 117, "auth_type": "saml"}]))
    assert of_canvas(client_of(fake_canvas)) == Likeness({"Grader": "TaEnrollment"}, {"117": "saml"})


def test_what_the_token_may_not_ask_is_left_out(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(Reply({"errors": []}, 403), Reply({"errors": []}, 404))
    assert of_canvas(client_of(fake_canvas)) == Likeness()


def test_role_numbers_are_left_out_where_the_role_has_a_name(write: Write, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    files = [
        write("enrollments.csv", "course_id,role_id,user_id,role", "B1,4,u1,Grader", "B1,3,u1,student"),
        write("numbers.csv", "course_id,role_id,user_id", "B1,4,u1"),
        write("courses.csv", "course_id,short_name", "B1,B1"),
    ]
    likeness = Likeness()
    named, numbered, courses = take_along(files, tmp_path / "copies", likeness)
    assert named.read_text(encoding="utf-8").splitlines()[:2] == ["course_id,user_id,role", "B1,u1,Grader"]
    assert "role_id" in numbered.read_text(encoding="utf-8") and courses == files[2]
    assert likeness.roles == {"Grader": "StudentEnrollment"}


def test_a_file_that_is_no_text_is_left_to_canvas(tmp_path: Path) -> None:
    odd = tmp_path / "users.csv"
    odd.write_bytes(b"user_id,login_id,status\nu1,M\xfcller,active\n")
    (tmp_path / "copies").mkdir()
    assert take_along([odd], tmp_path / "copies", Likeness()) == [odd]
