"""Hostile text in every field, file name and message: no page runs any of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from practice_canvas.pages.site import PAGES
from tests.attacks.hostile_texts import KINDS, TEXTS, quoted
from tests.browser.lab import new_page
from tests.practice_server import Server, serving

ALL = f"{TEXTS['end of everything']}{TEXTS['script']}{TEXTS['image']}{TEXTS['attribute']}{TEXTS['template']}"
NAME = "<img src=x onerror=alert(3)>.csv"
# What only a text that became markup brings into a document.
MARKUP = "img[src='x'], [onerror], [onmouseover], script:not([src]):has-text('alert')"


@pytest.fixture
def hostile_school(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "home") as server:
        for name, template in KINDS.items():
            server.run_csv(quoted(template, ALL), name)
        server.run_csv(quoted(KINDS["courses.csv"], ALL), NAME.replace('"', "%22"))
        yield server


def dialogs_of(page: Page) -> list[str]:
    """Return a list to which the text of each dialog is added that a script opens."""
    shown: list[str] = []

    def note(dialog: Dialog) -> None:
        shown.append(dialog.message)
        dialog.dismiss()  # it would hold the page

    page.on("dialog", note)
    return shown


def test_no_page_of_the_practice_canvas_runs_a_text(browser: Browser, hostile_school: Server) -> None:
    page = new_page(browser)
    shown = dialogs_of(page)
    for path in dict.fromkeys(
        "/" + route.path.replace(":id", number) for route in PAGES for number in ("1", "2")
    ):
        page.goto(hostile_school.url + path)
        assert page.locator(MARKUP).count() == 0, path
    page.goto(f"{hostile_school.url}/courses/1")
    expect(page.get_by_role("heading", level=1)).to_have_text(ALL)
    assert shown == []
    page.context.close()
