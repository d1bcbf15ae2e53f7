import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from practice_canvas.api.bodies import LARGEST_FORM
from tests.practice_server import IMPORTS, Server, multipart
from tests.waiting import wait_for

USER = "user_id,login_id,full_name,status\nU1,u1,User One,active\n"
TERM = "term_id,name,status\nT1,Term,active\nT2,Gone,active\n"


def states(canvas: Server) -> list[str]:
    return [shown["workflow_state"] for shown in canvas.get(IMPORTS).json["sis_imports"]]


def stored(canvas: Server) -> int:
    """Count the stored uploads; only what the engine makes of them has a suffix."""
    return len([path for path in (canvas.home / "files").iterdir() if not path.suffix])


def test_the_answer_is_200_and_created(canvas: Server) -> None:
    answer = canvas.post_csv(USER)
    shown = answer.json
    assert (answer.status, shown["workflow_state"], shown["progress"]) == (200, "created", 0)
    assert shown["data"] == {"import_type": "instructure_csv"}
    assert shown["started_at"] is shown["ended_at"] is None
    assert shown["user"]["name"] == "Ada Admin"
    assert not {"csv_attachments", "processing_errors", "diffing_threshold_exceeded"} & set(shown)


@pytest.mark.parametrize("kind", ["text/csv", "text/plain", "TEXT/CSV", 'text/csv; charset="UTF-8"'])
def test_raw_csv_by_content_type(canvas: Server, kind: str) -> None:
    answer = canvas.send("POST", IMPORTS, USER.encode(), {"Content-Type": kind})
    assert canvas.wait(answer.json["id"])["workflow_state"] == "imported"


@pytest.mark.parametrize("kind", ["", "application/json", "application/x-www-form-urlencoded"])
def test_any_other_raw_body_is_taken_for_a_zip(canvas: Server, kind: str) -> None:
    answer = canvas.send("POST", IMPORTS, USER.encode(), {"Content-Type": kind})
    assert canvas.wait(answer.json["id"])["workflow_state"] == "failed_with_messages"


def test_extension_wins_over_content_type_and_charset(canvas: Server) -> None:
    kind = {"Content-Type": "application/zip; charset=latin1"}
    answer = canvas.send("POST", f"{IMPORTS}?extension=csv", USER.encode(), kind)
    assert canvas.wait(answer.json["id"])["workflow_state"] == "imported"


def test_a_raw_body_takes_parameters_from_the_query_only(canvas: Server) -> None:
    body = b"import_type=instructure_csv&skip_deletes=true"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = canvas.send("POST", IMPORTS, body, kind)
    assert answer.json["skip_deletes"] is False
    assert canvas.send("POST", f"{IMPORTS}?skip_deletes=1", body, kind).json["skip_deletes"] is True


@pytest.mark.parametrize("charset", ["iso-8859-1", "UTF-16"])
def test_another_charset_is_refused(canvas: Server, charset: str) -> None:
    answer = canvas.send("POST", IMPORTS, USER.encode(), {"Content-Type": f"text/csv; charset={charset}"})
    assert (answer.status, set(answer.json)) == (400, {"error"})
    assert states(canvas) == []


def test_query_and_form_parameters_are_both_read(canvas: Server) -> None:
    shown = canvas.post_csv(
        USER, query="?skip_deletes=yes", override_sis_stickiness="ON", add_sis_stickiness="t"
    ).json
    assert (shown["skip_deletes"], shown["override_sis_stickiness"], shown["add_sis_stickiness"]) == (
        True,
    ) * 3
    assert shown["clear_sis_stickiness"] is None


def test_batch_mode_keeps_the_term_s_number(canvas: Server) -> None:
    canvas.run_csv(TERM)
    shown = canvas.post_csv(USER, batch_mode="1", batch_mode_term_id="sis_term_id:T1").json
    term = canvas.get("/api/v1/accounts/self/terms/sis_term_id:T1").json
    assert (shown["batch_mode"], shown["batch_mode_term_id"]) == (True, term["id"])


@pytest.mark.parametrize(("term", "status"), [("", 400), ("sis_term_id:NO", 404), ("99", 404), ("T1", 404)])
def test_batch_mode_without_a_usable_term_starts_nothing(canvas: Server, term: str, status: int) -> None:
    answer = canvas.post_csv(USER, batch_mode="true", batch_mode_term_id=term)
    assert answer.status == status
    assert (states(canvas), stored(canvas)) == ([], 0)


def test_a_deleted_term_is_no_term_for_batch_mode(canvas: Server) -> None:
    canvas.run_csv(TERM)
    canvas.run_csv(TERM.replace("Gone,active", "Gone,deleted"))
    assert canvas.post_csv(USER, batch_mode="true", batch_mode_term_id="sis_term_id:T2").status == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("multi_term_batch_mode", "true"),
        ("multi_term_batch_mode", "false"),
        ("diffing_drop_status", "suspended"),
        ("diffing_user_remove_status", "inactive"),
        ("batch_mode_enrollment_drop_status", "gone"),
    ],
)
def test_some_refusals_leave_an_import_that_never_runs(canvas: Server, name: str, value: str) -> None:
    answer = canvas.post_csv(USER, **{name: value})
    assert answer.status == 400
    assert name in answer.json["message"]
    assert (states(canvas), stored(canvas)) == (["initializing"], 0)
    assert canvas.run_csv(USER)["workflow_state"] == "imported"
    assert states(canvas) == ["imported", "initializing"]


def test_multi_term_turns_batch_mode_on(canvas: Server) -> None:
    shown = canvas.post_csv(USER, multi_term_batch_mode="true", change_threshold="100").json
    assert (shown["batch_mode"], shown["multi_term_batch_mode"], shown["change_threshold"]) == (
        True,
        True,
        100,
    )


def test_a_false_multi_term_turns_batch_mode_on_without_terms_and_diffing_off(canvas: Server) -> None:
    fields = {"multi_term_batch_mode": "false", "change_threshold": "100"}
    shown = canvas.post_csv(USER, **fields, diffing_data_set_identifier="set").json
    assert (shown["batch_mode"], shown["multi_term_batch_mode"]) == (True, None)
    assert shown["diffing_data_set_identifier"] is None
    assert canvas.wait(shown["id"])["workflow_state"] == "aborted"  # no term to clean up


def test_batch_mode_beats_diffing(canvas: Server) -> None:
    fields = {"multi_term_batch_mode": "1", "change_threshold": "9", "diffing_data_set_identifier": "set"}
    shown = canvas.post_csv(USER, **fields).json
    assert (shown["diffing_data_set_identifier"], shown["diffing_remaster"]) == (None, None)
    assert "diffing_threshold_exceeded" not in shown


def test_diffing_is_echoed(canvas: Server) -> None:
    shown = canvas.post_csv(USER, diffing_data_set_identifier="set", diff_row_count_threshold="-1").json
    assert (shown["diffing_data_set_identifier"], shown["diffing_remaster"]) == ("set", False)
    assert shown["diffing_threshold_exceeded"] is False
    assert (shown["diff_row_count_threshold"], shown["diffed_against_import_id"]) == (None, None)


def test_a_data_set_identifier_has_at_most_128_characters(canvas: Server) -> None:
    assert canvas.post_csv(USER, diffing_data_set_identifier="x" * 128).status == 200
    refused = canvas.post_csv(USER, diffing_data_set_identifier="x" * 129)
    assert (refused.status, list(refused.json["errors"])) == (400, ["diffing_data_set_identifier"])


def test_an_import_whose_options_are_refused_stays_and_its_file_does_not(canvas: Server) -> None:
    assert canvas.post_csv(USER, multi_term_batch_mode="1").status == 400
    assert (states(canvas), stored(canvas)) == (["initializing"], 0)


def test_another_import_type_is_an_internal_error(canvas: Server) -> None:
    answer = canvas.post_csv(USER, import_type="ims_xml")
    assert answer.status == 500
    assert answer.json["errors"][0]["error_code"] == "internal_server_error"
    assert isinstance(answer.json["error_report_id"], int)
    assert (states(canvas), stored(canvas)) == ([], 0)


def test_the_file_s_name_decides_not_its_letters(canvas: Server) -> None:
    assert canvas.run_csv(USER, "USERS.CSV")["data"]["counts"]["users"] == 1
    ignored = canvas.run_csv(USER, "users.txt")
    assert (ignored["workflow_state"], ignored["data"]["supplied_batches"]) == ("imported", [])


@pytest.mark.parametrize("name", ["../../x.csv", "C:\\dir\\x.csv", "/etc/x.csv", "x.csv"])
def test_folders_in_a_file_s_name_are_left_aside(canvas: Server, name: str) -> None:
    shown = canvas.run_csv("user_id\nU\n", name)
    assert shown["processing_errors"][0][0] == "x.csv"


def test_a_name_that_is_not_ascii_is_kept(canvas: Server) -> None:
    assert canvas.run_csv("user_id\nU\n", "schüler.csv")["processing_errors"][0][0] == "schüler.csv"


def test_a_form_that_is_cut_short_is_refused(canvas: Server) -> None:
    body, kind = multipart({}, "x.csv", USER.encode())
    answer = canvas.send("POST", IMPORTS, body[:-30], {"Content-Type": kind})
    assert (answer.status, states(canvas), stored(canvas)) == (400, [], 0)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_form_with_a_wrong_boundary_is_refused(canvas: Server, kind: str) -> None:
    body, _ = multipart({}, "x.csv", USER.encode())
    answer = canvas.send("POST", IMPORTS, body, {"Content-Type": kind})
    assert (answer.status, states(canvas), stored(canvas)) == (400, [], 0)


@pytest.mark.parametrize("before", [b"", b"\r\n", b"This is a form.\r\n", b"a\n--not a boundary\n" * 9000])
def test_text_before_the_first_boundary_is_skipped(canvas: Server, before: bytes) -> None:
    body, kind = multipart({"import_type": "instructure_csv"}, "x.csv", USER.encode())
    answer = canvas.send("POST", IMPORTS, before + body, {"Content-Type": kind})
    assert canvas.wait(answer.json["id"])["data"]["counts"]["users"] == 1


def test_of_two_parts_called_attachment_the_last_one_counts(canvas: Server) -> None:
    first, kind = multipart({}, "users.csv", USER.encode() * 9)
    second, _ = multipart({}, "terms.csv", TERM.encode())
    edge = kind.partition("boundary=")[2].encode()
    body = first.removesuffix(b"--\r\n") + b"\r\n" + second.partition(b"\r\n")[2]
    body = body.replace(second.partition(b"\r\n")[0].removeprefix(b"--"), edge)
    done = canvas.wait(canvas.send("POST", IMPORTS, body, {"Content-Type": kind}).json["id"])
    assert (done["data"]["supplied_batches"], done["data"]["counts"]["terms"]) == (["term"], 2)
    assert [each["filename"] for each in done["csv_attachments"]] == ["terms.csv"]
    assert stored(canvas) == 1


@contextmanager
def half_sent(canvas: Server) -> Iterator[socket.socket]:
    """Send half of an upload, and give the connection once it is stored."""
    host, port = canvas.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        head = f"POST {IMPORTS} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {canvas.token}\r\n"
        head += f"User-Agent: tests\r\nContent-Type: text/csv\r\nContent-Length: {2 * len(USER)}\r\n"
        client.sendall(f"{head}Connection: close\r\n\r\n{USER}".encode())
        wait_for(lambda: stored(canvas) == 1)
        yield client


def test_a_connection_that_is_cut_leaves_nothing(canvas: Server) -> None:
    with half_sent(canvas):
        pass
    wait_for(lambda: stored(canvas) == 0)
    assert states(canvas) == []


def test_a_reset_during_an_upload_asks_for_the_file_again(canvas: Server) -> None:
    with half_sent(canvas) as client:
        assert canvas.send("POST", "/practice/reset", b"").status == 200
        client.sendall(USER.encode())
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert b" 400 " in answer.split(b"\r\n")[0] and b"send the file again" in answer
    assert states(canvas) == []


@pytest.mark.parametrize(("beyond", "announced"), [(0, True), (1, False)])
def test_a_large_json_body_is_a_file_and_no_announcement(
    canvas: Server, beyond: int, announced: bool
) -> None:
    body = json.dumps({"pre_attachment": {"name": "users.csv"}, "about": ""})
    body = body[:-2] + "x" * (LARGEST_FORM - len(body) + beyond) + body[-2:]
    answer = canvas.send("POST", IMPORTS, body.encode(), {"Content-Type": "application/json"})
    assert ("pre_attachment" in answer.json) == announced
    assert answer.json["workflow_state"] == ("initializing" if announced else "created")
