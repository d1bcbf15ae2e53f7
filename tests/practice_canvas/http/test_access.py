from datetime import datetime
from typing import Any

import pytest

from tests.practice_server import IMPORTS, Server

NOBODY = "practice-no-permission-token"
COURSE = "course_id,short_name,long_name,status\nC1,C1,One,active\n"
SUB_ACCOUNT = "account_id,parent_account_id,name,status\nSUB,,Sub,active\n"


def refusal(canvas: Server, token: str | None) -> tuple[int, dict[str, Any], str | None]:
    answer = canvas.get(IMPORTS, token=token)
    return answer.status, answer.json, answer.headers.get("www-authenticate")


def test_no_token_is_unauthenticated_with_a_challenge(canvas: Server) -> None:
    status, body, challenge = refusal(canvas, None)
    assert (status, body["status"], challenge) == (401, "unauthenticated", 'Bearer realm="canvas-lms"')


def test_an_unknown_token_is_refused_without_a_status_key(canvas: Server) -> None:
    status, body, challenge = refusal(canvas, "nobody-s-token")
    assert status == 401
    assert set(body) == {"errors"}
    assert challenge


def test_an_expired_token_tells_when_it_expired(canvas: Server) -> None:
    status, body, _ = refusal(canvas, "practice-expired-token")
    assert status == 401
    assert datetime.fromisoformat(body["errors"][0]["expired_at"])


@pytest.mark.parametrize("header", ["bearer practice-admin-token", "Token x", "Bearer", ""])
def test_only_the_word_bearer_introduces_a_token(canvas: Server, header: str) -> None:
    answer = canvas.get(IMPORTS, token=None, headers={"Authorization": header})
    assert (answer.status, answer.json["status"]) == (401, "unauthenticated")


def test_a_token_may_come_as_a_parameter(canvas: Server) -> None:
    assert canvas.get(f"{IMPORTS}?access_token=practice-admin-token", token=None).status == 200


def test_a_token_may_come_in_a_form(canvas: Server) -> None:
    body = b"access_token=practice-admin-token&user[name]=Ada"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert canvas.send("PUT", "/api/v1/users/self", body, kind, token=None).json["name"] == "Ada"


def test_every_path_of_the_api_needs_a_token(canvas: Server) -> None:
    paths = ("courses/1", "nothing", "accounts/self/sis_imports/1/errors", "progress/1", "")
    assert {canvas.get(f"/api/v1/{path}", token=None).status for path in paths} == {401}


def test_without_the_right_it_is_403_and_unauthorized(canvas: Server) -> None:
    status, body, challenge = refusal(canvas, NOBODY)
    assert (status, body["status"], challenge) == (403, "unauthorized", None)


def test_everybody_may_read_themselves_only(canvas: Server) -> None:
    assert canvas.get("/api/v1/users/self", token=NOBODY).json["login_id"] == "nora.noright"
    assert canvas.get("/api/v1/users/1", token=NOBODY).status == 403
    assert canvas.get("/api/v1/accounts", token=NOBODY).json == []


def test_account_then_root_then_switch_then_right(canvas: Server) -> None:
    canvas.run_csv(SUB_ACCOUNT)
    canvas.settings(allow_sis_import=False)
    paths = ("sis_account_id:NO", "sis_account_id:SUB", "self")
    found = [canvas.get(f"/api/v1/accounts/{path}/sis_imports", token=NOBODY).status for path in paths]
    assert found == [404, 400, 403]
    assert canvas.get(IMPORTS).json["errors"][0].startswith("SIS imports are not enabled")
    canvas.settings(allow_sis_import=True)
    assert canvas.get(IMPORTS).status == 200


def test_a_refused_upload_leaves_nothing(canvas: Server) -> None:
    body = COURSE.encode() * 1000
    assert canvas.send("POST", IMPORTS, body, {"Content-Type": "text/csv"}, NOBODY).status == 403
    assert canvas.get(IMPORTS).json == {"sis_imports": []}
    assert not [path for path in (canvas.home / "files").iterdir() if not path.suffix]


@pytest.mark.parametrize("path", ["/api/v1/accounts/self", "/api/v1/nowhere", "/api/graphql"])
@pytest.mark.parametrize("token", [None, "practice-admin-token", "nobody-s-token"])
def test_a_request_without_a_user_agent_is_refused_before_anything_else(
    canvas: Server, path: str, token: str | None
) -> None:
    answer = canvas.get(path, headers={"User-Agent": " "}, token=token)
    assert answer.status == 403 and b"User-Agent" in answer.body


def test_an_upload_without_a_user_agent_is_refused_and_imports_nothing(canvas: Server) -> None:
    answer = canvas.send(
        "POST", IMPORTS, COURSE.encode() * 10_000, {"Content-Type": "text/csv", "User-Agent": ""}
    )
    assert answer.status == 403
    assert canvas.get(IMPORTS).json["sis_imports"] == []


@pytest.mark.parametrize("path", ["/practice/health", "/practice/settings", "/"])
def test_pages_and_controls_need_no_user_agent(canvas: Server, path: str) -> None:
    assert canvas.get(path, headers={"User-Agent": ""}).status == 200


def test_an_admin_acts_as_another_user_with_that_users_rights(canvas: Server) -> None:
    canvas.run_csv("user_id,login_id,full_name,status\nU1,u1,Una,active\n")
    acting = "as_user_id=sis_user_id:U1"
    assert canvas.get(f"/api/v1/users/self?{acting}").json["name"] == "Una"
    assert canvas.get(f"{IMPORTS}?{acting}").status == 403
    assert canvas.form("PUT", "/api/v1/accounts/self", {"account[name]": "X", "as_user_id": 2}).status == 403


@pytest.mark.parametrize(("token", "user"), [("practice-admin-token", "999"), (NOBODY, "1")])
def test_who_may_not_act_as_a_user_is_refused(canvas: Server, token: str, user: str) -> None:
    answer = canvas.get(f"/api/v1/users/self?as_user_id={user}", token=token)
    assert answer.status == 401 and b"as_user_id" in answer.body


def test_acting_as_oneself_changes_nothing(canvas: Server) -> None:
    path = "/api/v1/users/self"
    assert canvas.get(f"{path}?as_user_id=self", token=NOBODY).json == canvas.get(path, token=NOBODY).json
