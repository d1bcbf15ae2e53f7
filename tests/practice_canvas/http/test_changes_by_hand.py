"""Changes by hand, one after the other: each is answered, or refused, down to the last value."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from practice_canvas.store.store import DATABASE
from tests.practice_canvas.http.small_school import serving_school, timeless
from tests.practice_server import Server

STEPS = json.loads(Path(__file__).with_name("changes_by_hand.json").read_text(encoding="utf-8"))


def test_each_change_is_answered_as_the_ones_before_it_let_expect(tmp_path: Path) -> None:
    with serving_school(tmp_path / "home") as server:
        for step in STEPS:
            asked = {name: step[name] for name in ("call", "fields")}
            assert {**asked, **answered(server, step["call"], step["fields"])} == step


def answered(server: Server, call: str, fields: dict[str, Any]) -> dict[str, Any]:
    method, path = call.split(" ")
    path = path if path.startswith("/") else f"/api/v1/{path}"
    answer = server.form(method, path, fields) if fields else bare(server, method, path)
    text = answer.body.decode().replace(server.url, "http://canvas")
    return {"status": answer.status, "answer": json.loads(text, object_hook=timeless)}


def bare(server: Server, method: str, path: str) -> Any:
    return server.send(method, path, b"" if method in ("POST", "PUT") else None)


@pytest.mark.parametrize(("given", "state"), [("true", "registered"), ("", "pre_registered")])
def test_who_skips_the_registration_is_registered_at_once(given: str, state: str, canvas: Server) -> None:
    fields = {"pseudonym[unique_id]": "new", "user[skip_registration]": given}
    created = canvas.form("POST", "/api/v1/accounts/self/users", fields).json
    with closing(sqlite3.connect(canvas.home / DATABASE)) as db:  # no answer and no page shows it
        found = db.execute("SELECT workflow_state FROM users WHERE id = ?", [created["id"]]).fetchone()
    assert found == (state,)
