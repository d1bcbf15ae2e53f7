"""A small older client, `canvas-api-client`, without the library version that it insists on."""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.installing import installed
from tests.practice_server import Server

PACKAGE = "canvas-api-client==0.2.11"


@pytest.fixture(scope="module")
def client_class(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The client's class, from a folder of its own."""
    folder = tmp_path_factory.mktemp("canvas_api_client")
    options = ["install", "--quiet", "--no-deps", "--target", str(folder), PACKAGE]
    uv = shutil.which("uv")
    installed([uv, "pip", *options] if uv else [sys.executable, "-m", "pip", *options], PACKAGE)
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(folder))
        from canvas_api_client.v1_client import CanvasAPIv1

        yield CanvasAPIv1


@pytest.fixture
def client(canvas: Server, client_class: Any) -> Any:
    return client_class(f"{canvas.url}/api/v1/", canvas.token)


def test_an_import_is_sent_and_followed(canvas: Server, client: Any, tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("course_id,short_name,long_name,status\nC1,C1,One,active\n", encoding="utf-8")
    created = client.import_sis_data("1", str(file)).json()
    canvas.wait(created["id"])
    assert client.get_sis_import_status("1", created["id"]).json()["workflow_state"] == "imported"


def test_a_course_is_published_and_its_users_are_read(canvas: Server, client: Any) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\n")
    canvas.run_csv(
        "user_id,login_id,full_name,status\n" + "".join(f"U{n},u{n},U {n},active\n" for n in range(12))
    )
    canvas.run_csv(
        "course_id,user_id,role,status\n" + "".join(f"C1,U{n},student,active\n" for n in range(12))
    )
    assert client.publish_course("C1", is_sis_course_id=True).json()["workflow_state"] == "available"
    pages = list(client.get_course_users("C1", is_sis_course_id=True))
    assert [len(page) for page in pages] == [10, 2]
    assert {user["sis_user_id"] for page in pages for user in page} == {f"U{n}" for n in range(12)}
    assert client.get_course_info("C1", is_sis_course_id=True).json()["name"] == "One"
    assert [[course["name"] for course in page] for page in client.get_account_courses("1")] == [["One"]]
    assert client.get_account_roles("1").json()[0]["base_role_type"] == "StudentEnrollment"


def test_an_enrollment_is_ended_and_courses_follow_a_blueprint(canvas: Server, client: Any) -> None:
    canvas.run_csv("course_id,short_name,long_name,status\nC1,C1,One,active\nB1,B1,Blue,active\n")
    canvas.run_csv("user_id,login_id,full_name,status\nU1,u1,One,active\n")
    canvas.run_csv("course_id,user_id,role,status\nC1,U1,student,active\n")
    [enrollment] = canvas.get("/api/v1/courses/sis_course_id:C1/enrollments").json
    ended = client.delete_enrollment("C1", enrollment["id"], is_sis_course_id=True, params={"task": "delete"})
    assert ended.json()["enrollment_state"] == "deleted"
    canvas.put("/api/v1/courses/sis_course_id:B1", **{"course[blueprint]": "true"})
    course = canvas.get("/api/v1/courses/sis_course_id:C1").json["id"]
    client.associate_courses_to_blueprint("sis_course_id:B1", [course])
    linked = canvas.get("/api/v1/courses/sis_course_id:B1/blueprint_templates/default/associated_courses")
    assert [one["sis_course_id"] for one in linked.json] == ["C1"]
