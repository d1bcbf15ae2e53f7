"""Whoever has no rights in the account is refused by every call of the API, whatever it names."""

import re
from collections.abc import Iterator

import pytest

from practice_canvas.app import RESOURCES
from tests.practice_canvas.http.small_school import serving_school
from tests.practice_server import Server

NOBODY = "practice-no-permission-token"
# What is before an argument, or else the argument itself → something that is there.
NAMED = {
    "accounts": "self",
    "sub_accounts": "sis_account_id:BIO",
    "courses": "sis_course_id:ZOO",
    "crosslist": "sis_course_id:PHY",
    "sections": "sis_section_id:ZOO-A",
    "users": "sis_user_id:S1",
    "admins": "sis_user_id:T1",
    "observees": "sis_user_id:S2",
    "groups": "sis_group_id:G1",
    "group_categories": "sis_group_category_id:SET",
    "terms": "sis_term_id:A26",
    "blueprint_templates": "default",
    "reports": "sis_export_csv",
    "flags": "course_templates",
}
FOR_EVERYBODY = {
    "GET accounts": "lists the accounts that the caller administers",
    "GET courses": "lists the caller's own courses",
    "GET files/:id/create_success": "needs the key that is in its address",
}
CALLS = [
    (route.method, route.path)
    for module in RESOURCES
    for route in module.ROUTES
    if f"{route.method} {route.path}" not in FOR_EVERYBODY
]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small school in which many courses were changed at once, which makes a Progress."""
    with serving_school(tmp_path_factory.mktemp("school") / "home") as server:
        fields = {"event": "offer", "course_ids[]": "sis_course_id:ZOO"}
        assert server.form("PUT", "/api/v1/accounts/self/courses", fields).status == 200
        yield server


@pytest.mark.parametrize(("method", "path"), CALLS, ids=[" ".join(call) for call in CALLS])
def test_who_has_no_rights_is_refused(school: Server, method: str, path: str) -> None:
    filled = re.sub(r"(\w+)/:\w+", lambda found: f"{found[1]}/{NAMED.get(found[1], '1')}", path)
    answer = school.send(method, f"/api/v1/{filled}", None if method == "GET" else b"", token=NOBODY)
    assert answer.status == 403, answer
    assert answer.json["status"] == "unauthorized"


@pytest.mark.parametrize(
    "call",
    [
        "DELETE users/self/logins/999",  # not even one that is not there: no one learns which are
        "POST users/self/communication_channels?communication_channel[address]=nora@school.test",
        "DELETE users/self/communication_channels/1",
    ],
)
def test_who_may_read_their_own_logins_and_addresses_may_not_change_them(school: Server, call: str) -> None:
    method, path = call.split(" ")
    readable = re.sub(r"(/\d+|\?.*)$", "", path)
    assert school.get(f"/api/v1/{readable}", token=NOBODY).status == 200
    body = b"" if method == "POST" else None
    assert school.send(method, f"/api/v1/{path}", body, token=NOBODY).status == 403
