"""Whatever is sent, the practice Canvas answers in its own shapes and never with an internal error."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_canvas.api import graphql
from practice_canvas.app import CONTROL_MODULES, GRAPHQL, RESOURCES
from tests.examples import examples
from tests.practice_server import Server, multipart

COURSES = "course_id,short_name,long_name,status\nC1,C1,One,active\n"
EVERY_ROUTE = [("/api/v1/", route) for module in RESOURCES for route in module.ROUTES]
EVERY_ROUTE += [(GRAPHQL, route) for route in graphql.ROUTES]
EVERY_ROUTE += [("/practice/", route) for module in CONTROL_MODULES for route in module.ROUTES]
# They would change what other examples meet, or take long; tests of their own hold them.
LEFT_OUT = {"reset", "school", "scenarios/:name", "tokens/:name", "settings", "snapshots/:name"}
ROUTES = [(prefix, route) for prefix, route in EVERY_ROUTE if route.path not in LEFT_OUT]
NAMES = """
page per_page include[] state[] state workflow_state[] search_term sort order enrollment_type type[]
role[] user_id sis_user_id[] enrollment_term_id created_since created_before failure recursive
user[id] batch_mode batch_mode_term_id multi_term_batch_mode change_threshold
diffing_data_set_identifier diff_row_count_threshold extension undelete_only course[name]
course[term_id] course[start_at] course[event] course[sis_course_id] course_section[name]
course_section[end_at] enrollment_term[name] enrollment_term[overrides][StudentEnrollment][start_at]
user[name] user[sortable_name] account[name] name query event task label base_role_type role role_id
pseudonym[unique_id] pseudonym[sis_user_id] login[unique_id] login[workflow_state] enable_sis_reactivation
enrollment[user_id] enrollment[type] enrollment[role_id] enrollment[enrollment_state] enrollment[start_at]
enrollment[course_section_id] enrollment[associated_user_id] course_ids[] offer enroll_me user_ids[]
communication_channel[address] auth_type permissions[] account[sis_account_id]
"""
WORDS = "1 0 -1 99999999999999999999999 self default current sis_course_id:C1 sis_user_id: true all "
TEXT = st.text(max_size=30) | st.sampled_from(WORDS.split(" ")) | st.datetimes().map(str)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES.split()), TEXT), max_size=4)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
KINDS = st.sampled_from(["", "text/csv", JSON, FORM, "multipart/form-data; boundary=x"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    FIELDS.map(lambda fields: urlencode(fields, errors="replace").encode()),
    ANY_JSON.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda f, c: multipart(dict(f), "x.csv", c)[0], FIELDS, st.binary(max_size=99)),
)
EXAMPLES = settings(examples(1.0), derandomize=True, suppress_health_check=list(HealthCheck))


def check(server: Server, method: str, path: str, body: bytes | None, kind: str) -> None:
    answer = server.send(method, server.url + path, body, {"Content-Type": kind} if body is not None else {})
    assert answer.status in {200, 400, 401, 403, 404, 409, 413}, (answer.status, answer.body)
    assert answer.json is not None or answer.headers["content-type"].startswith("text/plain")
    if answer.status >= 400 and answer.json is not None:
        assert set(answer.json) & {"errors", "error", "message"}


@pytest.fixture(scope="module")
def server(practice_server: Server) -> Server:
    practice_server.run_csv(COURSES)
    return practice_server


@EXAMPLES
@given(data=st.data())
def test_no_request_to_a_known_path_ends_in_an_internal_error(server: Server, data: st.DataObject) -> None:
    prefix, route = data.draw(st.sampled_from(ROUTES))
    parts = [quote(data.draw(TEXT), safe="") if part[0] == ":" else part for part in route.path.split("/")]
    query = urlencode(data.draw(FIELDS), errors="replace")
    body = data.draw(BODIES) if route.method in ("POST", "PUT") else None
    check(server, route.method, f"{prefix}{'/'.join(parts)}?{query}", body, data.draw(KINDS))


@EXAMPLES
@given(path=st.text(max_size=40), method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]))
def test_no_path_at_all_ends_in_an_internal_error(server: Server, path: str, method: str) -> None:
    check(server, method, f"/api/v1/{quote(path)}", None, "")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"[" * 200_000),
        (JSON, b'{"course": {"name": "\\ud800", "start_at": {"a": 1}}}'),
        (JSON, b'{"course": {"course_code": 1e999, "name": null}}'),
        (JSON, b"\xff"),
        (FORM, b"course[name]=%ff%00&course[[]]=1&[]=2&course[event]=%F0%9F"),
        (FORM, b"x" * 2_000_000),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="' + b"y" * 9000),
        ("multipart/form-data; boundary=" + "y" * 500, b""),
        ("multipart/form-data; boundary=\x80", b""),
    ],
)
def test_bodies_made_to_hurt_are_refused_or_ignored(server: Server, kind: str, body: bytes) -> None:
    for path in ("/api/v1/courses/sis_course_id:C1", "/practice/settings"):
        check(server, "PUT", path, body, kind)
    check(server, "POST", "/api/v1/accounts/self/sis_imports", body, kind)


def test_every_refusal_of_a_json_call_has_one_of_canvas_s_shapes(server: Server) -> None:
    for prefix, route in ROUTES:
        path = "/".join("99999" if part[0] == ":" else part for part in route.path.split("/"))
        answer = server.send(route.method, server.url + prefix + path, None, token=None)
        if prefix == "/api/v1/":
            assert (answer.status, answer.json["status"]) == (401, "unauthenticated")
