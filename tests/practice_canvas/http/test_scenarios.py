import http.client
import sqlite3
import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from practice_canvas.api.gate import SECONDS_OF_A_SLOW_ANSWER
from tests.practice_server import HELD, IMPORTS, Answer, Server
from tests.waiting import wait_for

SMALL = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"


@contextmanager
def scenario(canvas: Server, name: str) -> Iterator[None]:
    """Begin a scenario with one call and end it with one."""
    begun = canvas.send("POST", f"/practice/scenarios/{name}", b"", token=None).json
    assert [one["name"] for one in begun if one["active"]] == [name]
    yield
    assert not [one for one in canvas.send("DELETE", f"/practice/scenarios/{name}").json if one["active"]]


def test_each_scenario_has_a_sentence(canvas: Server) -> None:
    listed = canvas.get("/practice/scenarios", token=None).json
    assert len(listed) == 8
    assert all(one["sentence"].endswith(".") and one["active"] is False for one in listed)


def test_an_unknown_scenario_is_refused(canvas: Server) -> None:
    assert canvas.send("POST", "/practice/scenarios/fire", b"").status == 400


def test_stuck_in_created_until_it_ends(canvas: Server) -> None:
    with scenario(canvas, "stuck_in_created"):
        import_id = canvas.post_csv(SMALL).json["id"]
        assert canvas.get(f"{IMPORTS}/{import_id}").json["workflow_state"] == "created"
    assert canvas.wait(import_id)["workflow_state"] == "imported"


def test_an_internal_fault_fails_without_messages(canvas: Server) -> None:
    with scenario(canvas, "internal_fault"):
        shown = canvas.run_csv(SMALL)
    assert (shown["workflow_state"], shown["progress"]) == ("failed", 0)
    assert {"error_message", "stack_trace"} <= set(shown["data"])
    assert "processing_errors" not in shown


def test_an_expired_token(canvas: Server) -> None:
    with scenario(canvas, "expired_token"):
        answer = canvas.get("/api/v1/users/self")
        assert (answer.status, "expired_at" in answer.json["errors"][0]) == (401, True)
    assert canvas.get("/api/v1/users/self").status == 200


def test_throttled_tells_of_the_rate_limit_in_between(canvas: Server) -> None:
    with scenario(canvas, "throttled"):
        refused = wait_for(lambda: canvas.get("/api/v1/users/self"), lambda answer: answer.status != 200)
        assert (refused.status, refused.headers["content-type"]) == (429, "text/plain; charset=utf-8")
        assert b"rate limit" in refused.body.lower()


def test_throttled_answers_403_as_older_canvas_where_the_setting_says_so(canvas: Server) -> None:
    canvas.settings(rate_limit_status=403)
    with scenario(canvas, "throttled"):
        wait_for(lambda: canvas.get("/api/v1/users/self"), lambda answer: answer.status == 403)


def test_slow_answers(canvas: Server) -> None:
    with scenario(canvas, "slow_answers"):
        begun = time.monotonic()
        assert canvas.get("/api/v1/users/self").status == 200
        assert time.monotonic() - begun > SECONDS_OF_A_SLOW_ANSWER - 0.1  # two clocks


def test_a_maintenance_page_is_html(canvas: Server) -> None:
    with scenario(canvas, "maintenance_page"):
        answer = canvas.get(IMPORTS)
        assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert answer.body.startswith(b"<!DOCTYPE html>")


def test_the_connection_breaks_in_mid_upload_and_nothing_is_stored(canvas: Server) -> None:
    with scenario(canvas, "cut_upload"):
        with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
            canvas.post_csv(SMALL * 100_000)
        assert canvas.get(IMPORTS).json == {"sis_imports": []}
        assert not [path for path in (canvas.home / "files").iterdir() if not path.suffix]
    assert canvas.run_csv(SMALL)["workflow_state"] == "imported"


def test_a_reset_ends_all(canvas: Server) -> None:
    canvas.send("POST", "/practice/scenarios/maintenance_page", b"")
    canvas.send("POST", "/practice/reset", b"")
    assert canvas.get(IMPORTS).status == 200


def test_every_answer_to_a_known_caller_tells_its_cost(canvas: Server) -> None:
    ok, refused = canvas.get(IMPORTS), canvas.get("/api/v1/courses/1")
    for answer in (ok, refused):
        assert float(answer.headers["x-request-cost"]) >= 0
        assert 500 < float(answer.headers["x-rate-limit-remaining"]) <= 600
    assert "x-request-cost" not in canvas.get(IMPORTS, token=None).headers


@pytest.mark.parametrize("status", [403, 429])
def test_a_full_bucket_is_refused_with_the_chosen_status(canvas: Server, status: int) -> None:
    canvas.settings(rate_limit_status=status, rate_limit_full=0)
    answer = canvas.get(IMPORTS)
    canvas.settings(rate_limit_status=0, rate_limit_full=600)
    assert (answer.status, answer.headers["x-rate-limit-remaining"]) == (status, "0.0")
    assert "x-request-cost" not in answer.headers
    assert b"rate limit" in answer.body.lower()
    assert canvas.get(IMPORTS).status == 200


def test_scopes_leave_calls_out(canvas: Server) -> None:
    token = "practice-read-only-token"
    assert canvas.get(IMPORTS, token=token).status == 200
    refused = canvas.send("POST", IMPORTS, SMALL.encode(), {"Content-Type": "text/csv"}, token)
    assert (refused.status, set(refused.json)) == (401, {"errors"})
    assert "www-authenticate" not in refused.headers


def token_change(canvas: Server, **fields: str) -> Answer:
    assert canvas.put("/practice/tokens/read_only", **fields).status == 200
    return canvas.get(IMPORTS, token="practice-read-only-token")


def test_tokens_can_be_revoked_expired_and_scoped(canvas: Server) -> None:
    assert token_change(canvas, scopes="url:GET|/api/v1/accounts/:account/sis_imports").status == 200
    assert token_change(canvas, scopes="url:GET|/api/v1/users").status == 401
    assert "expired_at" in token_change(canvas, expires_at="2020-01-01").body.decode()
    assert "revoked" in token_change(canvas, workflow_state="deleted").body.decode()
    assert canvas.put("/practice/tokens/nobody").status == 404


def test_a_snapshot_brings_a_school_back(canvas: Server) -> None:
    before = canvas.run_csv(SMALL)
    assert canvas.send("POST", "/practice/snapshots/one-user", b"").json[0]["name"] == "one-user"
    canvas.send("POST", "/practice/reset", b"")
    assert canvas.get("/api/v1/users/sis_user_id:U1").status == 404
    assert canvas.send("POST", "/practice/snapshots/one-user/restore", b"").status == 200
    assert canvas.get(f"{IMPORTS}/{before['id']}").json == before
    assert canvas.get(before["csv_attachments"][0]["url"]).body == SMALL.encode()
    assert canvas.run_csv(SMALL)["id"] == before["id"] + 1
    assert canvas.send("DELETE", "/practice/snapshots/one-user").json == []


def test_a_snapshot_of_another_version_is_none(canvas: Server) -> None:
    folder = canvas.home / "snapshots" / "older"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "practice.sqlite3")) as db:
        db.execute("CREATE TABLE sis_batches (id INTEGER)")
    assert canvas.get("/practice/snapshots").json == []
    assert canvas.send("POST", "/practice/snapshots/older/restore", b"").status == 404
    canvas.send("DELETE", "/practice/snapshots/older")
    assert not folder.exists()


def test_a_snapshot_needs_a_plain_name_and_ended_imports(canvas: Server) -> None:
    refusals: list[Callable[[], Answer]] = [
        lambda: canvas.send("POST", f"{canvas.url}/practice/snapshots/..%2Fx", b""),
        lambda: canvas.send("POST", "/practice/snapshots/nothing/restore", b""),
    ]
    assert [refused().status for refused in refusals] == [400, 404]
    canvas.settings(pace=HELD)
    canvas.post_csv(SMALL)
    assert canvas.send("POST", "/practice/snapshots/x", b"").status == 400


def test_the_sample_school_is_loaded_at_any_pace(canvas: Server) -> None:
    canvas.settings(pace="realistic")
    shown = canvas.send("PUT", "/practice/school", b"", token=None).json
    assert shown["workflow_state"] == "imported"
    kinds = ("accounts", "terms", "courses", "sections", "users", "enrollments")
    assert min(shown["data"]["counts"][kind] for kind in kinds) > 0
    assert len(canvas.get("/api/v1/accounts/self/courses").json) == 10


def test_a_reset_while_the_sample_school_is_loaded_ends_the_call(canvas: Server) -> None:
    canvas.send("POST", "/practice/scenarios/stuck_in_created", b"")
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(canvas.send, "PUT", "/practice/school", b"")
        wait_for(lambda: canvas.get(IMPORTS).json["sis_imports"])
        canvas.send("POST", "/practice/reset", b"")
        assert loading.result().status == 404
