"""Panels and pages for everybody: axe-core finds no fault, the keyboard and the ear are enough."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe
from tests.browser.lab import Lab, new_page
from tests.practice_server import HELD, Server, serving

CONNECT = "import helpers as canvas\npanel = canvas.connect_panel()\npanel"
IMPORT = "importing = canvas.import_panel(panel)\nimporting"
STATUS = "watching = canvas.status_panel(panel)\nwatching"
EXPLAIN = "explaining = canvas.results_panel(panel)\nexplaining"
CHECK = "canvas.preflight_panel(panel, '../data/broken/one_cause_many_messages')"
REHEARSE = "canvas.rehearsal_panel(panel, '../data/small_school/monday')"
BROKEN = "course_id,short_name,long_name,account_id,status\nB1,B,Broken,NOWHERE,active\nB2,,,,active\n"
PATHS = [
    *("/", "/accounts", "/terms", "/courses", "/sections", "/users", "/enrollments", "/exercises"),
    *("/sis_imports", "/sis_imports/1", "/nothing"),
]
ANNOUNCED = """() => { window.spoken = [];
  for (const region of document.querySelectorAll('.sis-status[role=status]'))
    new MutationObserver(() => { if (region.ariaLive === 'polite') spoken.push(region.innerText); })
      .observe(region, { childList: true, subtree: true }); }"""
LINES = """label => { const text = document.createRange(); text.selectNodeContents(label);
  return text.getClientRects().length; }"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pages") / "home") as server:
        server.run_csv(BROKEN, "broken_courses.csv")
        yield server


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_practice_pages(
    browser: Browser, school: Server, script: str, scheme: str
) -> None:
    page = new_page(browser, color_scheme=scheme)
    found = {}
    for path in PATHS:
        page.goto(school.url + path)
        found[path] = axe.violations(page, script)
    page.context.close()
    assert found == {path: [] for path in PATHS}


def test_axe_finds_no_fault_in_the_panels(lab: Lab, script: str, tmp_path: Path) -> None:
    lab.write_notebook("axe.ipynb", CONNECT, IMPORT, STATUS, EXPLAIN, CHECK, REHEARSE)
    lab.run_all()
    lab.set_pace("immediate")
    lab.upload(BROKEN, tmp_path / "broken_courses.csv")
    expect(lab.button("Upload a file: broken_courses.csv")).to_be_visible()
    lab.button("Import").click()
    expect(lab.line("Import a file")).to_contain_text("Accepted")
    for title, name in [("Status", "Watch"), ("Explain", "Explain"), ("Check files", "Check")]:
        lab.panel(title).get_by_role("button", name=name, exact=True).click()
    lab.button("Rehearse").click()
    for title, text in [
        ("Status", "100 percent"),
        ("Explain", "had problems"),
        ("Check files", "Nothing was sent"),
    ]:
        expect(lab.line(title)).to_contain_text(text)
    expect(lab.line("Rehearse")).to_contain_text("Nothing was sent")
    for dark in (False, True):
        lab.dark(dark)
        assert axe.violations(lab.page, script, ".sis-panel.jupyter-widgets") == []
        lab.screenshot(f"axe-panels-{'dark' if dark else 'light'}")
    lab.dark(on=False)


def test_the_end_of_an_import_is_read_aloud_and_its_progress_is_not(lab: Lab) -> None:
    lab.write_notebook("aloud.ipynb", CONNECT, STATUS)
    lab.run_all()
    lab.set_pace("3")
    lab.page.evaluate(ANNOUNCED)
    sent = lab.client().create_sis_import(lab.server.files / "data/sample_school/users.csv").id
    lab.page.get_by_label("SIS import id").fill(str(sent))
    lab.keys("Enter")
    expect(lab.line("Status")).to_contain_text("imported, 100 percent")
    lab.page.wait_for_function("() => spoken.at(-1)?.includes('imported, 100 percent')")
    spoken = lab.page.evaluate("() => spoken")
    assert not [text for text in spoken if "importing" in text], spoken


def test_enter_in_a_field_does_what_the_button_does(lab: Lab) -> None:
    lab.write_notebook("enter.ipynb", CONNECT, STATUS)
    lab.run_all()
    lab.set_pace("immediate")
    token = lab.page.get_by_label("Access token")
    token.click()
    lab.keys("a-mistyped-token-0000", "Enter")
    expect(lab.panel("Connect").get_by_role("alert")).to_contain_text("token")
    token.click()
    lab.keys("practice-admin-token", "Enter")
    expect(lab.line("Connect")).to_contain_text("Connected.")
    lab.page.get_by_label("my Canvas").check()
    lab.page.get_by_label("Domain").click()
    lab.keys("nowhere", "Enter")
    expect(lab.panel("Connect").get_by_role("alert")).to_be_visible()
    lab.page.get_by_label("the practice Canvas").check()
    lab.button("Connect").click()
    expect(lab.line("Connect")).to_contain_text("Connected.")
    sent = lab.client().create_sis_import(lab.server.files / "data/test_course.csv").id
    number = lab.page.get_by_label("SIS import id")
    expect(lab.button("Connect")).to_be_enabled()  # the new connection has filled in what it knows
    number.click()
    lab.page.keyboard.press("Control+A")
    lab.keys(str(sent))
    expect(number).to_have_value(str(sent))
    lab.keys("Enter")
    expect(lab.line("Status")).to_contain_text(f"SIS import {sent}: imported, 100 percent")


def test_the_focus_stays_in_the_panel_when_its_button_is_disabled(lab: Lab) -> None:
    lab.write_notebook("focus.ipynb", CONNECT, IMPORT, STATUS)
    lab.run_all()
    lab.set_pace(HELD)
    lab.button("Import").focus()
    lab.keys("Enter")
    expect(lab.line("Import a file")).to_contain_text("Accepted")
    expect(lab.button("Import")).to_be_focused()
    lab.button("Watch").focus()
    lab.keys("Enter")
    expect(lab.button("Stop")).to_be_focused()
    lab.keys("Enter")
    expect(lab.button("Watch")).to_be_focused()


def test_groups_of_radio_buttons_have_a_name(lab: Lab) -> None:
    lab.write_notebook("radio.ipynb", CONNECT)
    lab.run_all()
    expect(lab.page.get_by_role("radiogroup", name="Which Canvas")).to_be_visible()


def test_high_contrast_keeps_the_borders(lab: Lab) -> None:
    lab.page.emulate_media(forced_colors="active")
    lab.write_notebook("contrast.ipynb", CONNECT, IMPORT, STATUS)
    lab.run_all()
    for button in lab.page.locator(".sis-panel button").filter(visible=True).all():
        assert button.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    expect(lab.panel("Import a file").get_by_role("tab", selected=True)).to_have_css(
        "border-top-width", "2px"
    )
    lab.screenshot("high-contrast")


def test_a_report_outside_a_panel_keeps_its_words_whole(lab: Lab) -> None:
    (lab.server.files / "broken.csv").write_text(BROKEN, encoding="utf-8")
    lab.set_pace("immediate")
    connect = "import helpers as canvas\nclient = canvas.connect()"
    send = "ended = client.wait_for(client.create_sis_import('../broken.csv', waive='last_import'))"
    lab.write_notebook("report.ipynb", connect, send, "canvas.explain_import(ended, client=client)")
    lab.run_all()
    label = lab.page.locator(".sis-report dt").filter(has_text=re.compile("^What to do$")).first
    expect(label).to_be_visible()
    assert label.evaluate(LINES) == 1
