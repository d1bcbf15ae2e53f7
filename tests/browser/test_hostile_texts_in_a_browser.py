"""Hostile text in every field, file name and message: no page, panel or output runs any of it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from practice_canvas.pages.site import PAGES
from tests.attacks.hostile_texts import KINDS, TEXTS, quoted
from tests.browser.lab import Lab, new_page
from tests.practice_server import Server, serving

ALL = f"{TEXTS['end of everything']}{TEXTS['script']}{TEXTS['image']}{TEXTS['attribute']}{TEXTS['template']}"
NAME = "<img src=x onerror=alert(3)>.csv"
# What only a text that became markup brings into a document.
MARKUP = "img[src='x'], [onerror], [onmouseover], script:not([src]):has-text('alert')"
CELLS = [
    "import helpers as canvas\npanel = canvas.connect_panel()\npanel",
    "client = canvas.connect()\nhostile = '../data/hostile.zip'\ncanvas.check_files(hostile)",
    "canvas.import_panel(panel, hostile)",
    "sis_import = client.wait_for(client.create_sis_import(hostile))\nsis_import",
    "canvas.explain_import(sis_import, client=client)",
    "canvas.show_json(sis_import)",
    "canvas.results_panel(panel, sis_import)",
    "canvas.preflight_panel(panel, hostile)",
    "canvas.show_table(client.get('accounts/self/courses'))",
    "canvas.rehearse(hostile, against=client)",
    "canvas.imports_frame(client.list_sis_imports())",
    "canvas.messages_frame(client.list_sis_import_errors(sis_import.id))",
    "print('the last cell ran')",
]


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


def test_no_panel_and_no_output_of_a_notebook_runs_a_text(lab: Lab) -> None:
    shown = dialogs_of(lab.page)
    with zipfile.ZipFile(lab.server.files / "data/hostile.zip", "w") as packed:
        for name, template in KINDS.items():
            packed.writestr(name, quoted(template, ALL))
        packed.writestr(NAME, quoted(KINDS["courses.csv"], ALL).replace("active", ALL))
    lab.write_notebook("hostile.ipynb", *CELLS)
    lab.run_all()
    expect(lab.page.get_by_text("the last cell ran", exact=True)).to_be_visible()
    assert lab.page.locator(MARKUP).count() == 0
    assert shown == []
