"""Files that arrive in three steps: announced with `pre_attachment`, posted, confirmed."""

import http.client
import json
import sqlite3
import urllib.error
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from practice_canvas.api.upload import LARGEST_UPLOAD
from tests.practice_server import IMPORTS, Answer, Server, multipart, serving

USER = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"
OTHER = "practice-no-permission-token"


def announce(canvas: Server, query: str = "", **more: Any) -> dict[str, Any]:
    given = {"name": "users.csv", "size": len(USER), **more}
    pairs = "&".join(f"pre_attachment[{name}]={value}" for name, value in given.items())
    answer = canvas.send("POST", f"{IMPORTS}?import_type=instructure_csv&{pairs}{query}", b"")
    assert answer.status == 200, answer
    shown: dict[str, Any] = answer.json
    return shown


def upload(
    canvas: Server, shown: dict[str, Any], text: str = USER, fields: dict[str, str] | None = None
) -> Answer:
    target = shown["pre_attachment"]
    given = target["upload_params"] if fields is None else fields
    body, kind = multipart(given, "users.csv", text.encode(), part=target["file_param"])
    return canvas.send("POST", target["upload_url"], body, {"Content-Type": kind}, token=None)


def state(canvas: Server, shown: dict[str, Any]) -> str:
    return str(canvas.get(f"{IMPORTS}/{shown['id']}").json["workflow_state"])


def stored(canvas: Server) -> int:
    return len([path for path in (canvas.home / "files").iterdir() if not path.suffix])


def test_the_three_steps(canvas: Server) -> None:
    shown = announce(canvas, "&skip_deletes=true")
    assert (shown["workflow_state"], shown["skip_deletes"]) == ("initializing", True)
    assert "pre_attachment" not in canvas.get(f"{IMPORTS}/{shown['id']}").json
    arrived = upload(canvas, shown)
    assert arrived.status == 201
    confirmed = canvas.get(arrived.headers["location"])
    assert (confirmed.json["display_name"], confirmed.json["size"]) == ("users.csv", len(USER))
    ended = canvas.wait(shown["id"])
    assert (ended["workflow_state"], ended["data"]["counts"]["users"]) == ("imported", 1)


def test_a_json_body_announces_too(canvas: Server) -> None:
    before = stored(canvas)
    body = {"pre_attachment": {"name": "users.csv"}, "override_sis_stickiness": True}
    answer = canvas.send("POST", IMPORTS, json.dumps(body).encode(), {"Content-Type": "application/json"})
    assert (answer.json["workflow_state"], answer.json["override_sis_stickiness"]) == ("initializing", True)
    assert stored(canvas) == before
    assert upload(canvas, answer.json).status == 201
    assert canvas.wait(answer.json["id"])["workflow_state"] == "imported"


def test_a_form_does_not_announce(canvas: Server) -> None:
    answer = canvas.form("POST", IMPORTS, {"pre_attachment[name]": "users.csv"})
    assert answer.json["workflow_state"] == "created"
    assert "pre_attachment" not in answer.json


def test_an_attachment_beside_it_is_refused_and_not_stored(canvas: Server) -> None:
    before = stored(canvas)
    answer = canvas.post_csv(USER, query="?pre_attachment[name]=users.csv")
    assert (answer.status, set(answer.json)) == (400, {"error", "error_message"})
    assert stored(canvas) == before


@pytest.mark.parametrize(
    ("given", "status"), [("size=5", 400), (f"name=u.csv&size={LARGEST_UPLOAD + 1}", 413)]
)
def test_an_announcement_that_cannot_be_met_is_refused(canvas: Server, given: str, status: int) -> None:
    pairs = "&".join(f"pre_attachment[{pair.replace('=', ']=')}" for pair in given.split("&"))
    assert canvas.send("POST", f"{IMPORTS}?{pairs}", b"").status == status
    assert canvas.get(IMPORTS).json["sis_imports"] == []


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"size": LARGEST_UPLOAD}, "text/csv"),
        ({"name": "users"}, "application/octet-stream"),
        ({"content_type": "text/plain"}, "text/plain"),
    ],
)
def test_an_announced_file_has_the_kind_that_was_announced_or_else_that_of_its_name(
    canvas: Server, given: dict[str, Any], kind: str
) -> None:
    assert announce(canvas, **given)["pre_attachment"]["upload_params"]["content_type"] == kind


@pytest.mark.parametrize(
    ("text", "fields", "status", "word"),
    [
        (USER[:-5], None, 400, "announced"),
        (USER + "U2,u2,User Two,active\n", None, 413, "limit"),
        (USER, {}, 400, "upload_params"),
    ],
)
def test_a_wrong_upload_is_refused_and_the_right_one_still_taken(
    canvas: Server, text: str, fields: dict[str, str] | None, status: int, word: str
) -> None:
    shown, before = announce(canvas), stored(canvas)
    answer = upload(canvas, shown, text, fields)
    assert (answer.status, word in str(answer.json)) == (status, True)
    assert (stored(canvas), state(canvas, shown)) == (before, "initializing")
    assert upload(canvas, shown).status == 201
    assert canvas.wait(shown["id"])["workflow_state"] == "imported"


def test_the_file_must_be_the_last_part(canvas: Server) -> None:
    target = announce(canvas)["pre_attachment"]
    file_first, kind = multipart({}, "users.csv", USER.encode(), part="file")
    edge = kind.partition("boundary=")[2]
    fields = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in target["upload_params"].items()
    )
    body = file_first.removesuffix(f"--{edge}--\r\n".encode())
    body += f"{fields}--{edge}--\r\n".encode()
    answer = canvas.send("POST", target["upload_url"], body, {"Content-Type": kind}, token=None)
    assert (answer.status, "last" in str(answer.json)) == (400, True)


def test_a_file_arrives_once(canvas: Server) -> None:
    shown = announce(canvas)
    assert [upload(canvas, shown).status for _ in range(2)] == [201, 409]


def test_an_address_that_was_not_given_out_is_not_found(canvas: Server) -> None:
    shown = announce(canvas)
    target = shown["pre_attachment"]
    address = target["upload_url"]
    for wrong in (address[:-1] + "x", address.partition("?")[0], address.replace("/files/", "/files/9")):
        assert upload(canvas, {"pre_attachment": {**target, "upload_url": wrong}}).status == 404
    assert state(canvas, shown) == "initializing"


@pytest.mark.parametrize(("minutes", "status"), [(29.5, 201), (30.5, 400)])
def test_an_address_expires_after_half_an_hour_and_the_import_stays(
    canvas: Server, minutes: float, status: int
) -> None:
    shown = announce(canvas)
    with sqlite3.connect(canvas.home / "practice.sqlite3") as db:
        created = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
        db.execute("UPDATE attachments SET created_at = ?", (created,))
    answer = upload(canvas, shown)
    assert (answer.status, "expired" in str(answer.json)) == (status, status == 400)
    assert (state(canvas, shown) == "initializing") == (status == 400)


def test_a_form_without_the_file_is_refused(canvas: Server) -> None:
    shown = announce(canvas)
    named = {**shown, "pre_attachment": {**shown["pre_attachment"], "file_param": "attachment"}}
    answer = upload(canvas, named)
    assert (answer.status, "no file part named file" in str(answer.json)) == (400, True)
    assert state(canvas, shown) == "initializing"


def test_a_file_that_was_never_announced_has_no_address_to_upload_to(canvas: Server) -> None:
    file = canvas.run_csv(f"{USER}U2,u2,User Two,frozen\n")["errors_attachment"]
    assert canvas.get(f"/api/v1/files/{file['id']}/create_success?uuid={file['uuid']}").status == 404
    address = f"{canvas.url}/files/{file['id']}/upload?token={file['uuid']}"
    announced = announce(canvas)
    target = {**announced["pre_attachment"], "upload_url": address}
    assert upload(canvas, {"pre_attachment": target}).status == 409
    assert canvas.get(file["url"], token=None).status == 200, "the file is still the old one"


def test_an_import_that_was_aborted_takes_no_file(canvas: Server) -> None:
    shown = announce(canvas)
    canvas.put(f"{IMPORTS}/{shown['id']}/abort")
    assert upload(canvas, shown).status == 400
    assert canvas.wait(shown["id"], lambda now: now["ended_at"])["workflow_state"] == "aborted"


def test_a_file_that_never_comes_does_not_block_later_imports(canvas: Server) -> None:
    shown = announce(canvas)
    assert canvas.run_csv(USER)["workflow_state"] == "imported"
    assert state(canvas, shown) == "initializing"
    assert canvas.get(f"/sis_imports/{shown['id']}", token=None).status == 200


def test_in_the_scenario_the_import_begins_when_its_sender_confirms(canvas: Server) -> None:
    canvas.send("POST", "/practice/scenarios/unconfirmed_upload", b"")
    shown = announce(canvas)
    assert upload(canvas, shown).status == 401, "the redirect, followed without a token"
    assert state(canvas, shown) == "initializing"
    with sqlite3.connect(canvas.home / "practice.sqlite3") as db:
        file_id, uuid = db.execute("SELECT id, uuid FROM attachments ORDER BY id DESC").fetchone()
    address = f"/api/v1/files/{file_id}/create_success?uuid={uuid}"
    assert canvas.get(address, token=OTHER).status == 403
    assert state(canvas, shown) == "initializing"
    assert [canvas.get(address).status for _ in range(2)] == [200, 200]
    assert canvas.wait(shown["id"])["workflow_state"] == "imported"


def test_a_cut_upload_leaves_nothing_and_may_be_repeated(canvas: Server) -> None:
    text = USER + "U2,u2,User Two,active\n" * 100_000
    shown, before = announce(canvas, size=len(text)), stored(canvas)
    canvas.send("POST", "/practice/scenarios/cut_upload", b"")
    with pytest.raises((urllib.error.URLError, http.client.HTTPException, ConnectionError)):
        upload(canvas, shown, text)
    canvas.send("DELETE", "/practice/scenarios/cut_upload")
    assert (stored(canvas), state(canvas, shown)) == (before, "initializing")
    assert upload(canvas, shown, text).status == 201


def test_an_announced_file_is_awaited_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as before:
        shown = announce(before)
    with serving(tmp_path / "home") as after:
        moved = shown["pre_attachment"]["upload_url"].replace(before.url, after.url)
        assert (
            upload(after, {"pre_attachment": {**shown["pre_attachment"], "upload_url": moved}}).status == 201
        )
        assert after.wait(shown["id"])["workflow_state"] == "imported"


def test_an_upload_is_not_complete_before_its_file_has_arrived(canvas: Server) -> None:
    shown = announce(canvas)
    upload_url = shown["pre_attachment"]["upload_url"]
    number, _, uuid = upload_url.partition("/files/")[2].partition("/upload?token=")
    address = f"/api/v1/files/{number}/create_success?uuid={uuid}"
    early = canvas.get(address)
    assert (early.status, "has not arrived yet" in early.body.decode()) == (400, True)
    assert upload(canvas, shown).status == 201 and canvas.get(address).status == 200
