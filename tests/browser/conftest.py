"""JupyterLab and a browser for the tests: one server for all, one Chromium per module, a clean page per test.

    def test_something(lab):
        lab.open_notebook(ROOT / "notebooks/00_start_here.ipynb")    # a copy of it, beside a copy of data/
        lab.run_all()
        lab.page.get_by_role("button", name="Connect").click()
        lab.screenshot("connected")

`lab.write_notebook("name.ipynb", *cells)` makes a small notebook for one test. Pictures go to `screenshots/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import axe
from tests.browser.chromium import open_browser
from tests.browser.lab import Lab, Server, new_page
from tests.browser.running import jupyterlab


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, installed once."""
    return axe.install(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with jupyterlab(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture
def lab(browser: Browser, server: Server) -> Iterator[Lab]:
    page = new_page(browser, viewport={"width": 1280, "height": 900})
    opened = Lab(page, server)
    page.on("request", lambda request: _note_stranger(opened, request.url))
    yield opened
    page.context.close()
    server.end_kernels()
    assert opened.strangers == [], "the page asked another computer for something"


def _note_stranger(lab: Lab, url: str) -> None:
    address = urlsplit(url)
    if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
        lab.strangers.append(url)
