"""The shapes of two practice Canvases, one of which answers a little differently, as after a change."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from helpers.client.shapes import Comparison, Difference, compare
from tests.practice_server import Server

SCHOOL = "course_id,short_name,long_name,status\nSECRET-C1,C,Secret Course,active\nSECRET-C2,C,D,odd\n"
Change = Callable[[str, int, dict[str, str], Any], int | None]


@contextmanager
def altered(canvas: Server, change: Change) -> Iterator[str]:
    """Serve what a practice Canvas answers, with its body, headers or status changed; yield the address."""

    class Altering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behind = http.client.HTTPConnection(urlsplit(canvas.url).netloc)
            sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            behind.request("GET", self.path, headers=sent)
            answer = behind.getresponse()
            body = json.loads(answer.read())
            headers = {name.lower(): value for name, value in answer.getheaders()}
            status = change(self.path, answer.status, headers, body) or answer.status
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Altering)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def compared(canvas: Server, change: Change = lambda *_: None) -> Comparison:
    canvas.run_csv(SCHOOL)
    with altered(canvas, change) as url:
        there = CanvasClient(Connection(canvas.url, canvas.token))
        return compare(CanvasClient(Connection(url, canvas.token)).answer, there.answer)


def without_a_field(path: str, status: int, headers: dict[str, str], body: Any) -> None:
    for course in body if path.startswith("/api/v1/accounts/self/courses") else []:
        del course["time_zone"]


def with_another_type(path: str, status: int, headers: dict[str, str], body: Any) -> None:
    if path == "/api/v1/users/self":
        body["id"] = str(body["id"])


def without_a_header(path: str, status: int, headers: dict[str, str], body: Any) -> None:
    if path.startswith("/api/v1/accounts/self/terms"):
        del headers["link"]


def with_another_status(path: str, status: int, headers: dict[str, str], body: Any) -> int | None:
    return 401 if status == 404 and "courses" in path else None


def test_two_that_are_alike_do_not_differ(canvas: Server) -> None:
    found = compared(canvas)
    assert (found.differences, found.left_out) == ([], [])
    assert found.calls > 20


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without_a_field, Difference("accounts/self/courses", "[].time_zone", "missing", "text")),
        (with_another_type, Difference("users/self", "id", "text", "integer")),
        (without_a_header, Difference("accounts/self/terms", "header link", "missing", "present")),
        (
            with_another_status,
            Difference("courses/sis_course_id:no-such-course-in-this-school", "HTTP status", "401", "404"),
        ),
    ],
)
def test_each_change_is_found_and_nothing_else(canvas: Server, change: Change, expected: Difference) -> None:
    found = compared(canvas, change)
    assert found.differences == [expected]
    assert f"| GET {expected.call} | {expected.what} | {expected.here} | {expected.there} |" in found.report()


def test_a_null_in_place_of_a_value_may_be_the_data(canvas: Server) -> None:
    def change(path: str, status: int, headers: dict[str, str], body: Any) -> None:
        if path == "/api/v1/accounts/self":
            body["name"] = None

    found = compared(canvas, change)
    assert found.differences == [Difference("accounts/self", "name", "null", "text", certain=False)]
    assert found.certain == []


def test_the_report_has_no_data_no_ids_no_domain_and_no_token(canvas: Server) -> None:
    def change(path: str, status: int, headers: dict[str, str], body: Any) -> None:
        if path == "/api/v1/users/self":
            body["by id"] = {"secret.person@school.test": 1, "4711": 2}
            body["name"] = 5

    report = compared(canvas, change).report()
    for secret in ("SECRET", "Secret", "secret", "4711", "127.0.0.1", canvas.token):
        assert secret not in report
    assert "| GET users/self | name | integer | text |" in report


def test_an_object_that_one_has_not_is_left_out(canvas: Server) -> None:
    def change(path: str, status: int, headers: dict[str, str], body: Any) -> None:
        if path == "/api/v1/accounts/self/courses":
            body.clear()

    found = compared(canvas, change)
    assert found.differences == []
    assert "courses/:course" in found.left_out


def test_each_is_asked_for_objects_of_its_own(canvas: Server) -> None:
    shown, asked = [], []

    def change(path: str, status: int, headers: dict[str, str], body: Any) -> None:
        asked.append(path)
        if path == "/api/v1/accounts/self/courses":
            for course in body:
                course["id"] += 1000
            shown.append(body[0]["id"])

    compared(canvas, change)
    assert [path for path in asked if path == f"/api/v1/courses/{shown[0]}"]
    assert "/api/v1/courses/:course" not in {
        path.replace(f"/{shown[0] - 1000}", "/:course") for path in asked
    }
