import json
from typing import Any

import pytest

from helpers.client.answers import Answer, canvas_text, fault_of, json_of
from helpers.errors import (
    AnswerNotJson,
    CanvasError,
    NoSuchThing,
    NotAllowed,
    RateLimited,
    Refused,
    RequestRefused,
    ServerFault,
    TokenNotAccepted,
    WrongDomain,
)

JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}


def answer(status: int, body: Any, headers: dict[str, str] = JSON) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status, headers, text, "school.instructure.com", "GET /api/v1/users/self")


def test_json_is_returned() -> None:
    assert json_of(answer(200, {"id": 1})) == {"id": 1}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"errors": [{"message": "bad token"}]}, TokenNotAccepted),
        (401, {"status": "unauthenticated", "errors": [{"message": "log in"}]}, TokenNotAccepted),
        (401, {"status": "unauthorized", "errors": [{"message": "no right"}]}, NotAllowed),
        (403, {"status": "unauthorized", "errors": [{"message": "no right"}]}, NotAllowed),
        (403, {"errors": ["imports are switched off"]}, NotAllowed),
        (404, {"errors": [{"message": "not there"}]}, NoSuchThing),
        (400, {"message": "a term is needed"}, RequestRefused),
        (400, {"errors": ["not a root account"]}, RequestRefused),
        (413, {"message": "too large"}, RequestRefused),
        (422, {"errors": {"name": [{"message": "is too long"}]}}, RequestRefused),
        (500, {"errors": [{"message": "oops", "error_code": "x"}], "error_report_id": 7}, ServerFault),
        (507, {"message": "disk full"}, ServerFault),
    ],
)
def test_each_refusal_has_its_own_error(status: int, body: Any, kind: type[Refused]) -> None:
    with pytest.raises(kind) as caught:
        json_of(answer(status, body))
    error = caught.value
    assert type(error) is kind
    assert error.status == status
    assert f"HTTP {status} for GET /api/v1/users/self" in error.what
    assert error.canvas_text in error.what
    assert error.canvas_text


@pytest.mark.parametrize(
    ("status", "text"),
    [(429, "slow down"), (403, "403 Forbidden (Rate Limit Exceeded)"), (429, '{"status": "throttled"}')],
)
def test_both_faces_of_the_rate_limit_are_known(status: int, text: str) -> None:
    error = fault_of(answer(status, text, {"content-type": "text/plain"}))
    assert type(error) is RateLimited


@pytest.mark.parametrize("expired", [{"expired_at": "2026-02-03T09:15:00Z"}])
def test_an_expired_token_says_when(expired: dict[str, str]) -> None:
    for body in ({"errors": [{"message": "x"}], **expired}, {"errors": [{"message": "x", **expired}]}):
        error = fault_of(answer(401, body))
        assert type(error) is TokenNotAccepted
        assert "expired at 2026-02-03T09:15:00Z" in error.what
        assert "new one" in error.fix


@pytest.mark.parametrize("text", ["Insufficient scopes on access token.", "It does not have the scope."])
def test_a_token_with_other_scopes_is_not_to_be_copied_again(text: str) -> None:
    error = fault_of(answer(401, {"errors": [{"message": text}]}))
    assert type(error) is TokenNotAccepted
    assert "made for other requests" in error.what and "Copy" not in error.fix


@pytest.mark.parametrize("status", [200, 400, 403, 404])
def test_a_web_page_is_explained(status: int) -> None:
    for page in (answer(status, "<html>Log in</html>", HTML), answer(status, "\n<!doctype html>", {})):
        error = fault_of(page)
        assert type(error) is WrongDomain
        assert "looks like a login page" in error.what
        assert "domain" in error.fix


def test_a_web_page_of_a_broken_server_is_a_server_fault() -> None:
    error = fault_of(answer(502, "<html>Bad gateway</html>", HTML))
    assert isinstance(error, ServerFault)
    assert error.canvas_text == ""


def test_a_redirect_is_explained_and_not_followed() -> None:
    error = fault_of(answer(302, "", {"location": "https://sso.example/login?secret=1"}))
    assert type(error) is WrongDomain
    assert "redirects to https://sso.example/login;" in error.what
    assert "secret" not in str(error)


@pytest.mark.parametrize("body", ["", "OK", "{broken", "id: 1"])
def test_anything_but_json_is_an_error_that_shows_it(body: str) -> None:
    with pytest.raises(AnswerNotJson) as caught:
        json_of(answer(200, body))
    assert (body or "(nothing)") in caught.value.what
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
        ({"errors": ["plain"]}, "plain"),
        ({"message": "m"}, "m"),
        ({"error": "e"}, "e"),
        ({"error": True, "error_message": "no file"}, "no file"),
        (
            {"errors": {"name": [{"attribute": "name", "type": "blank", "message": "must be there"}]}},
            "must be there",
        ),
        ("a bare text, not JSON", "a bare text, not JSON"),
        ({"errors": [{"message": "x" * 1000}]}, "x" * 299 + "…"),
        ([], ""),
        (7, ""),
    ],
)
def test_canvass_own_words_are_found_in_all_their_shapes(body: Any, text: str) -> None:
    assert canvas_text(answer(400, body)) == text


def test_the_next_page_is_found_among_the_links() -> None:
    links = '<https://h/x>; rel="current",<https://h/x?page=2&a[]=1,2>; rel="next",<https://h/x>; rel="first"'
    assert answer(200, [], {"link": links}).next_link == "https://h/x?page=2&a[]=1,2"
    assert answer(200, [], {"link": '<https://h/x?page=1>; rel="prev"'}).next_link is None
    assert answer(200, []).next_link is None


def test_every_fault_has_a_fix() -> None:
    statuses = (301, 302, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504)
    faults = [fault_of(answer(status, "{}")) for status in statuses]
    assert all(isinstance(fault, CanvasError) and fault.fix.endswith(".") for fault in faults)


def test_a_refusal_for_the_user_agent_points_at_what_removed_it() -> None:
    answer = Answer(403, {}, "The request has no User-Agent header.", "school.instructure.com", "GET /x")
    fault = fault_of(answer)
    assert fault and "proxy" in fault.fix and "User-Agent" in fault.what


@pytest.mark.parametrize(("header", "pause"), [("30", "30 seconds"), ("", "a minute"), ("soon", "a minute")])
def test_the_rate_limit_says_how_long_to_wait(header: str, pause: str) -> None:
    fault = fault_of(Answer(429, {"retry-after": header}, "", "school.instructure.com", "GET /x"))
    assert fault and pause in fault.fix
