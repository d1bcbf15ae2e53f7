"""A page of another origin, open in a browser on this computer, cannot touch the school."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import new_page
from tests.practice_server import Server, serving

COURSE = "course_id,short_name,long_name,status\nC1,C1,Still here,active\n"
EVERYWHERE = ("--host", "0.0.0.0")  # noqa: S104 (what is tried)
TOKEN = "access_token=practice-admin-token"
REFUSED = "may not use the practice Canvas"
# What a page may fetch: without CORS it is sent at once, else the browser asks first what the server allows.
FETCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "POST without CORS": ("/practice/reset", {"method": "POST", "mode": "no-cors"}),
    "POST with CORS": ("/practice/reset", {"method": "POST"}),
    "POST with a header": ("/practice/reset", {"method": "POST", "headers": {"X-Practice-Secret": "x"}}),
    "PUT of the sample school": ("/practice/school", {"method": "PUT"}),
    "import with the public token": (
        f"/api/v1/accounts/self/sis_imports?{TOKEN}&extension=csv",
        {"method": "POST", "mode": "no-cors", "body": COURSE},
    ),
}
FETCH = "([url, options]) => fetch(url, options).then(() => null, () => null)"
FORM = """url => {
  const form = document.body.appendChild(document.createElement("form"));
  Object.assign(form, {method: "post", action: url}).submit(); }"""
# A document without an origin of its own sends `Origin: null`.
SANDBOX = """url => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts allow-forms";
  frame.srcdoc = `<form method=post action="${url}"></form><script>document.forms[0].submit()</script>`;
  document.body.append(frame); }"""


@pytest.fixture(scope="module", params=[(), EVERYWHERE], ids=["loopback", "everywhere"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("school") / "home", "immediate", *request.param) as server:
        yield server


@pytest.fixture
def school(server: Server) -> Server:
    """A practice Canvas with one import and one course."""
    server.send("POST", "/practice/reset", b"", {"X-Practice-Secret": server.secret})
    server.run_csv(COURSE)
    return server


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that is no part of the practice Canvas."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text("<!doctype html><title>Elsewhere</title>", encoding="utf-8")
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page(browser: Browser, elsewhere: str) -> Iterator[Page]:
    opened = new_page(browser)
    opened.goto(f"{elsewhere}/index.html")
    yield opened
    opened.context.close()


def imports_and_courses(school: Server) -> tuple[int, list[str]]:
    imports = school.get("/api/v1/accounts/self/sis_imports").json["sis_imports"]
    courses = school.get("/api/v1/accounts/self/courses").json
    return len(imports), [course["name"] for course in courses]


@pytest.mark.parametrize("name", FETCHES)
def test_what_a_page_fetches_changes_nothing(school: Server, page: Page, name: str) -> None:
    path, options = FETCHES[name]
    page.evaluate(FETCH, [school.url + path, options])
    assert imports_and_courses(school) == (1, ["Still here"])


def test_a_form_that_a_page_submits_is_refused(school: Server, page: Page) -> None:
    page.evaluate(FORM, f"{school.url}/practice/reset")
    page.get_by_text(REFUSED).wait_for()
    assert imports_and_courses(school) == (1, ["Still here"])


def test_a_form_from_a_frame_without_an_origin_is_refused(school: Server, page: Page) -> None:
    page.evaluate(SANDBOX, f"{school.url}/practice/reset")
    page.frame_locator("iframe").get_by_text(REFUSED).wait_for()
    assert imports_and_courses(school) == (1, ["Still here"])


def test_a_page_may_still_show_a_practice_page_in_a_frame(school: Server, page: Page) -> None:
    page.set_content(f"<iframe src='{school.url}/courses'></iframe>")
    page.frame_locator("iframe").get_by_role("link", name="Still here").wait_for()
