"""The checks before sending ask a practice Canvas, or a SIS export of it, what it has."""

from pathlib import Path

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.school_ids import ExportedIds, server_ids
from helpers.errors import FileNotUsable, NotAllowed
from helpers.preflight import ServerObject, check_files
from tests.fake_server import TOKEN, FakeCanvas, Reply
from tests.practice_server import Server

COURSES = "course_id,short_name,long_name,term_id,status\nC1,C1,One,T1,active\nC2,C2,Two,,active\n"
USERS = "user_id,login_id,full_name,status\nU1,u1,User One,active\nU2,u2,User Two,active\n"
ENROLLMENTS = "course_id,section_id,user_id,role,status\n"


@pytest.fixture
def client(canvas: Server) -> CanvasClient:
    canvas.run_csv("term_id,name,status\nT1,Term One,active\n", "terms.csv")
    canvas.run_csv("account_id,parent_account_id,name,status\nA1,,One,active\nA2,A1,Two,active\n", "a.csv")
    canvas.run_csv(COURSES, "courses.csv")
    canvas.run_csv("section_id,course_id,name,status\nS1,C1,Section,active\n", "sections.csv")
    canvas.run_csv(USERS, "users.csv")
    canvas.run_csv("user_id,login_id,existing_user_id\nL1,second,U1\n", "logins.csv")
    return CanvasClient(Connection(canvas.url, canvas.token))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_lists_bring_ids_names_logins_and_places(client: CanvasClient) -> None:
    asked = server_ids(client)
    assert ServerObject("C1", "One", "", "T1") in (asked.objects("course") or [])
    assert ServerObject("U2", "User Two", "u2") in (asked.objects("user") or [])
    assert {one.sis_id for one in asked.objects("account") or []} >= {"A1", "A2"}
    assert "T1" in {one.sis_id for one in asked.objects("term") or []}


def test_single_ids_are_asked_for_where_there_is_no_list(client: CanvasClient) -> None:
    asked = server_ids(client)
    assert asked.objects("section") is None
    assert (asked.has("section", "S1"), asked.has("section", "S 9/?")) == (True, False)
    assert asked.has("abstract_course", "X") is None


def test_what_the_owner_of_the_token_may_not_see_is_unknown_or_an_error(fake_canvas: FakeCanvas) -> None:
    fake_canvas.script(*[Reply({"errors": [{"message": "No."}]}, 403) for _ in range(4)])
    client = CanvasClient(Connection(fake_canvas.url, TOKEN), retries=0)
    asked = server_ids(client)
    assert (asked.objects("user"), asked.has("user", "U1")) == (None, None)
    required = server_ids(client, required=True)
    with pytest.raises(NotAllowed):
        required.objects("user")
    with pytest.raises(NotAllowed):
        required.has("user", "U1")


def test_a_list_that_is_too_long_is_given_up(client: CanvasClient) -> None:
    seen: list[tuple[int, int]] = []
    asked = server_ids(client, most=1, progress=lambda done, most: seen.append((done, most)))
    assert asked.objects("course") is None
    assert seen == [(1, 1), (2, 1)]
    assert asked.has("course", "C1") is True
    assert len(server_ids(client, most=2).objects("course") or []) == 2


@pytest.mark.parametrize("most", [1, 1000])
def test_what_canvas_has_is_not_missed_in_the_files(client: CanvasClient, tmp_path: Path, most: int) -> None:
    rows = "C1,S1,U1,student,active\nC1,,L1,ta,active\nC9,,U9,student,active\n,S9,U1,student,active\n"
    path = write(tmp_path, "enrollments.csv", ENROLLMENTS + rows)
    findings = check_files(path, server=server_ids(client, most=most))
    assert {(one.slug, one.position.value) for one in findings} == {
        ("reference-missing", "C9"),
        ("reference-missing", "S9"),
        ("reference-missing", "U9"),
    }


def test_a_claimed_login_and_a_term_that_is_not_there_are_found(client: CanvasClient, tmp_path: Path) -> None:
    users = write(tmp_path, "users.csv", USERS.replace("U1,u1", "X1,U1"))
    courses = write(tmp_path, "courses.csv", COURSES.replace("T1", "T2"))
    findings = check_files([users, courses], server=server_ids(client))
    assert {(one.slug, one.more[:2]) for one in findings} == {
        ("login-claimed", "U1"),
        ("reference-fallback", "a "),
    }


def test_a_token_without_the_right_tells_nothing(canvas: Server, tmp_path: Path) -> None:
    asked = server_ids(CanvasClient(Connection(canvas.url, "practice-expired-token")))
    assert asked.objects("user") is None and asked.has("user", "U1") is None
    path = write(tmp_path, "enrollments.csv", ENROLLMENTS + "C1,,U1,student,active\n")
    findings = check_files(path, server=asked)
    assert {one.slug for one in findings} == {"reference-not-checked"} and findings.ok


def test_an_export_answers_like_the_canvas_it_came_from(client: CanvasClient, tmp_path: Path) -> None:
    asked = ExportedIds(client.sis_export(tmp_path / "export"))
    assert ServerObject("U2", "User Two", "u2") in list(asked.objects("user") or ())
    path = write(
        tmp_path, "enrollments.csv", ENROLLMENTS + "C1,S1,U1,student,active\nC1,S9,U1,student,active\n"
    )
    (finding,) = check_files(path, server=asked)
    assert (finding.slug, finding.position.value) == ("reference-missing", "S9")


def test_an_export_that_is_damaged_is_reported(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_bytes(b"user_id,login_id\nU\xff,x\n")
    with pytest.raises(FileNotUsable, match=r"users\.csv cannot be read"):
        list(ExportedIds(tmp_path).objects("user") or ())
