"""What the lesson's notebooks draw and explain, beside what the walk through the lesson sees."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.practice_server import HELD
from tests.waiting import wait_for

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DOCS = NOTEBOOKS.parent / "docs"
TWO_COURSES = "course_id,short_name,long_name,status\nB1,B 1,One,active\nB2,B 2,Two,running\n"
README_PICTURE = ".sis-panel .sis-scroll { max-height: 190px; overflow: hidden; }"
BRING_TO_TOP = """async element => {  // more than once: JupyterLab draws cells when they come into sight
  for (let time = 0; time < 5; time++) {
    element.scrollIntoView({block: 'start'}); await new Promise(drawn => setTimeout(drawn, 100)); } }"""
SAVED_CELLS = "() => jupyterapp.shell.currentWidget.context.model.toJSON().cells"


@pytest.fixture
def opened(lab: Lab, request: pytest.FixtureRequest) -> Lab:
    """JupyterLab with the notebook that the test names, and a page long enough for what it looks at."""
    lab.page.set_viewport_size({"width": 1280, "height": 1400})
    lab.set_pace("immediate")
    lab.open_notebook(NOTEBOOKS / f"{request.param}.ipynb")
    return lab


def with_notebook(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("opened", [name], indirect=True)


@with_notebook("03_check_import_status")
def test_stop_lets_the_notebook_go_on_and_watch_draws_to_the_end(opened: Lab) -> None:
    sent_before = len(opened.client().list_sis_imports())
    opened.start_all()
    hold_after(opened, sent_before + 5)  # the test course twice, and three small files
    school, waiting = status_panel(opened, 0), status_panel(opened, 1)
    press(school, "Stop")
    expect(school).to_contain_text("Stopped watching")
    hold_after(opened, sent_before + 6)  # the school; its second import comes then
    chart = waiting.locator("svg[role=img]")
    expect(chart).to_have_attribute("aria-label", re.compile("queue"))
    see(opened, waiting, "03_waiting_behind_the_school")
    opened.set_pace("immediate")
    expect(waiting).to_contain_text("imported, 100 percent")
    press(school, "Watch")
    expect(school).to_contain_text("imported, 100 percent")
    expect(school).to_contain_text("enrollments")
    assert complaints(opened) == []


@with_notebook("03_check_import_status")
def test_the_whole_way_of_an_import_is_drawn(opened: Lab) -> None:
    opened.set_pace("6")
    opened.run_all()
    chart = status_panel(opened, 0).locator("svg[role=img]")
    expect(chart).to_have_attribute("aria-label", re.compile("imported"))
    see(opened, status_panel(opened, 0), "03_check_import_status")
    if os.environ.get("UPDATE_PICTURES"):  # the README's picture is made here, from the real thing
        DOCS.mkdir(exist_ok=True)
        status_panel(opened, 0).screenshot(path=DOCS / "status_panel.png", style=README_PICTURE)
    both = opened.page.get_by_alt_text(re.compile("the test course behind it"))
    expect(both).to_have_count(1)
    see(opened, both, "03_two_histories")
    assert complaints(opened) == []


@with_notebook("04_bad_files_and_rows")
def test_an_import_that_went_wrong_is_explained_at_once(opened: Lab, tmp_path: Path) -> None:
    opened.run_all()
    bad = tmp_path / "courses.csv"
    bad.write_text(TWO_COURSES, encoding="utf-8")
    opened.set_pace("immediate")
    sent = opened.client().create_sis_import(bad)
    opened.page.get_by_placeholder("such as 412").fill(str(sent.id))
    opened.page.get_by_placeholder("such as 412").press("Tab")
    opened.button("Explain").click()
    panel = opened.panel("Explain the result of a SIS import")
    expect(panel).to_contain_text("Invalid course status")
    expect(panel).to_contain_text("status: running")
    see(opened, panel, "04_explained")
    assert complaints(opened) == []


@with_notebook("06_full_batch_and_diffing")
def test_what_would_be_deleted_and_what_overran_is_drawn(opened: Lab) -> None:
    opened.run_all()
    rehearsed = opened.page.get_by_alt_text(re.compile("Rehearsal of tuesday.zip"))
    see(opened, rehearsed.first, "06_rehearsal")
    drawn = opened.page.get_by_alt_text(re.compile("ended before the next one was due"))
    expect(drawn.first).to_be_visible()
    see(opened, drawn.first, "06_windows")
    assert complaints(opened) == []


def hold_after(lab: Lab, imports: int) -> None:
    """Wait until so many imports have ended, and hold the next one."""
    lab.set_pace("immediate")
    client = lab.client()
    wait_for(lambda: sum(each.state.terminal for each in client.list_sis_imports()) >= imports)
    lab.set_pace(HELD)


def status_panel(lab: Lab, number: int) -> Locator:
    return lab.panel("Status of a SIS import").nth(number)


def press(panel: Locator, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).click()


def see(lab: Lab, what: Locator, name: str) -> None:
    """Bring something to the top of the page and keep a picture."""
    what.evaluate(BRING_TO_TOP)
    lab.screenshot(name)


def complaints(lab: Lab) -> list[Any]:
    """Return every error and everything on stderr that the cells have shown."""
    cells = lab.page.evaluate(SAVED_CELLS)
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [each for each in outputs if each["output_type"] == "error" or each.get("name") == "stderr"]
