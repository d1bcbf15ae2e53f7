"""The panels as a learner meets them in JupyterLab: with the mouse, by keyboard alone, on a narrow page."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.lab import PANELS_USABLE, Lab
from tests.practice_server import HELD

CONNECT = "import helpers as canvas\npanel = canvas.connect_panel()\npanel"
IMPORT = "importing = canvas.import_panel(panel)\nimporting"
STATUS = "watching = canvas.status_panel(panel)\nwatching"
SEND = "canvas.import_panel(panel, '../data/sample_school/users.csv').send().id"
BAD_ROW = "course_id,short_name,long_name,status\nTC-901,TC 901,Good,active\nTC-902,TC 902,Bad,running\n"
FOCUSED_IN_A_PANEL = "() => document.activeElement.closest('.sis-panel') !== null"
SUPPORTS_SUBSHELLS = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.supportsSubshells"
SENTINEL = "7~SentinelTokenThatNoFileMayHold0123456789"


def test_an_uploaded_file_is_sent_with_a_typed_token_and_watched_to_its_end(lab: Lab, tmp_path: Path) -> None:
    lab.write_notebook("way.ipynb", CONNECT, IMPORT, STATUS)
    lab.run_all()
    lab.set_pace("2")
    lab.connect_to(lab.practice.url, "a-mistyped-token-0000", "○ NOT CONNECTED")
    expect(lab.panel("Connect").get_by_role("alert")).to_contain_text("token")
    lab.connect_to(lab.practice.url, "practice-admin-token", "● PRACTICE")
    lab.upload(BAD_ROW, tmp_path / "my_courses.csv")
    expect(lab.panel("Import a file").get_by_role("cell", name="TC-901")).to_be_visible()
    lab.button("Import").click()
    expect(lab.panel("Import a file").locator("mark").first).to_have_text(re.compile(r"\d+"))
    lab.button("Watch").click()
    expect(lab.line("Status")).to_contain_text("imported_with_messages, 100 percent")
    expect(lab.panel("Status").get_by_role("cell", name="▲ warning")).to_be_visible()
    chart = lab.panel("Status").get_by_role("img", name="imported with messages")
    expect(chart).to_be_visible()
    lab.screenshot("panels-light")
    lab.dark()
    lab.screenshot("panels-dark")


def test_a_file_that_the_browser_cannot_read_is_reported(lab: Lab, tmp_path: Path) -> None:
    lab.write_notebook("unread.ipynb", CONNECT, IMPORT)
    lab.run_all()
    changing = tmp_path / "changing.csv"
    changing.write_bytes(b"x" * 60_000_000)
    lab.choose(changing)
    expect(lab.line("Import a file")).to_contain_text("Receiving changing.csv")
    changing.write_bytes(b"written meanwhile")
    expect(lab.panel("Import a file").get_by_role("alert")).to_contain_text("cannot be read by the browser")
    expect(lab.line("Import a file")).to_contain_text('python start.py import "data/changing.csv"')
    expect(lab.button("Import")).to_be_disabled()
    expect(lab.upload_button).to_have_text("Upload a file")


def test_stop_ends_watching_before_the_import_ends_and_the_kernel_stays_free(lab: Lab) -> None:
    watch = f"{STATUS}.watch()\nwatching"
    lab.write_notebook("stop.ipynb", CONNECT, SEND, watch, "print('final is', watching.history.final)")
    lab.set_pace(HELD)
    lab.run_all()
    expect(lab.page.get_by_text("final is None", exact=True)).to_be_visible()
    lab.button("Stop").click()
    expect(lab.line("Status")).to_contain_text("Stopped watching")
    lab.screenshot("stopped")


def test_every_step_can_be_done_with_the_keyboard_alone(lab: Lab) -> None:
    lab.write_notebook("keys.ipynb", CONNECT, IMPORT, STATUS)
    lab.run_all()
    lab.set_pace("immediate")
    for token, answer in (("a-mistyped-token-0000", "token"), ("practice-admin-token", "Connected.")):
        lab.page.get_by_label("Access token").focus()
        lab.keys(token, "Tab", "Enter")
        expect(lab.line("Connect")).to_contain_text(answer)
    lab.tab_to("cURL")
    lab.keys("ArrowRight", "Enter")
    expect(lab.panel("Import a file").get_by_role("tab", selected=True)).to_have_text(re.compile("cmd"))
    lab.tab_to("Import")
    lab.keys("Enter")
    expect(lab.line("Import a file")).to_contain_text("Accepted")
    lab.tab_to("Watch")
    lab.keys(" ")
    expect(lab.line("Status")).to_contain_text("imported")


def test_a_restarted_kernel_finds_the_last_import_again(lab: Lab) -> None:
    lab.write_notebook("restart.ipynb", CONNECT, STATUS)
    lab.run_all()
    lab.set_pace(HELD)
    sent = lab.client().create_sis_import(lab.server.files / "data/test_course.csv").id
    lab.run_code(f"panel.target.remember({sent}); watching.watch()")
    expect(lab.line("Status")).to_contain_text(re.compile("created|importing"))
    lab.restart_kernel()
    lab.run_all()
    expect(lab.page.get_by_label("SIS import id")).to_have_value(str(sent))
    lab.set_pace("immediate")
    lab.button("Watch").click()
    expect(lab.line("Status")).to_contain_text("imported")


def test_a_typed_token_is_in_no_file_whether_or_not_connect_was_pressed(lab: Lab) -> None:
    path = lab.write_notebook("secret.ipynb", CONNECT, IMPORT, "repr(panel), vars(panel)")
    lab.run_all()
    lab.connect_to(lab.practice.url, f"Bearer {SENTINEL}", "○ NOT CONNECTED")
    lab.command("docmanager:save")
    lab.page.get_by_label("Access token").fill(SENTINEL)
    lab.keys("Tab")
    expect(lab.page.get_by_label("Access token")).to_have_value("")
    lab.command("docmanager:save")
    assert "widgets" in json.loads(path.read_text(encoding="utf-8"))["metadata"], "widget state was not saved"
    assert files_with(SENTINEL, lab.server.home) == []


@pytest.mark.parametrize("width", [900, 1280])
def test_nothing_is_cut_off_and_every_field_has_its_label(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 1000})
    lab.write_notebook(f"narrow{width}.ipynb", CONNECT, IMPORT, STATUS)
    lab.run_all()
    lab.set_pace("immediate")
    lab.button("Import").click()
    lab.button("Watch").click()
    expect(lab.line("Status")).to_contain_text("imported")
    lab.screenshot(f"width-{width}")
    lab.page.get_by_label("my Canvas").check()
    lab.page.get_by_label("Domain").wait_for()
    assert [lab.page.evaluate(fault) for fault in (STICKING_OUT, UNLABELED, CUT_OFF_LABELS)] == [[], [], []]


def test_interrupting_the_kernel_stops_the_watching_without_a_traceback(lab: Lab) -> None:
    lab.write_notebook("interrupt.ipynb", CONNECT, SEND, STATUS, "await watching", "print('went on')")
    lab.set_pace(HELD)
    lab.start_all()
    expect(lab.button("Stop")).to_be_enabled()
    lab.command("notebook:interrupt-kernel")
    expect(lab.line("Status")).to_contain_text("Stopped watching")
    expect(
        lab.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']")
    ).to_have_count(0)


def test_a_panel_takes_no_input_until_its_messages_keep_their_order(lab: Lab) -> None:
    held: list[Callable[[], None]] = []
    holding = True

    def pass_on(page: WebSocketRoute, message: str | bytes) -> None:
        if holding and b"create_subshell_reply" in as_bytes(message):
            held.append(lambda: page.send(message))
        else:
            page.send(message)

    from_kernels(lab.page, pass_on)
    lab.write_notebook("early.ipynb", CONNECT)
    lab.start_all()
    expect(lab.button("Connect")).to_be_visible()
    lab.page.wait_for_function("() => document.querySelector('.sis-panel.jupyter-widgets').inert")
    lab.page.get_by_label("my Canvas").focus()
    assert lab.page.evaluate(FOCUSED_IN_A_PANEL) is False
    holding = False
    for send in held:
        send()
    lab.page.wait_for_function(PANELS_USABLE)
    lab.page.get_by_label("my Canvas").focus()
    assert lab.page.evaluate(FOCUSED_IN_A_PANEL) is True
    lab.connect_to(lab.practice.url, "a-mistyped-token-0000", "○ NOT CONNECTED")
    expect(lab.panel("Connect").get_by_role("alert")).to_contain_text("token")


def test_a_panel_can_be_used_at_once_where_no_shell_for_widgets_comes(lab: Lab) -> None:
    """As in Visual Studio Code, and with a kernel older than subshells."""

    def without_subshells(page: WebSocketRoute, message: str | bytes) -> None:
        renamed = as_bytes(message).replace(b"kernel subshells", b"another feature!")  # of the same length
        page.send(renamed if isinstance(message, bytes) else renamed.decode())

    from_kernels(lab.page, without_subshells)
    lab.write_notebook("plain_kernel.ipynb", CONNECT)
    lab.run_all()
    assert lab.page.evaluate(SUPPORTS_SUBSHELLS) is False
    lab.connect_to(lab.practice.url, "a-mistyped-token-0000", "○ NOT CONNECTED")
    expect(lab.panel("Connect").get_by_role("alert")).to_contain_text("token")


def test_a_panel_can_be_used_while_a_cell_runs_and_takes_its_input_in_order(lab: Lab) -> None:
    lab.write_notebook("busy.ipynb", CONNECT, "import threading\nprint('begun')\nthreading.Event().wait()")
    lab.start_all()
    lab.page.get_by_text("begun", exact=True).wait_for()
    lab.connect_to(lab.practice.url, "a-mistyped-token-0000", "○ NOT CONNECTED")
    expect(lab.panel("Connect").get_by_role("alert")).to_contain_text("token")


def from_kernels(page: Page, pass_on: Callable[[WebSocketRoute, str | bytes], None]) -> None:
    """Let every message of a kernel to the page go through `pass_on`."""

    def between(route: WebSocketRoute) -> None:
        kernel = route.connect_to_server()
        kernel.on_message(lambda message: pass_on(route, message))

    page.route_web_socket(re.compile("/api/kernels/.*/channels"), between)


def as_bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message


def files_with(text: str, folder: Path) -> list[Path]:
    """Return the files below a folder that hold a text."""
    wanted = text.encode()
    return [path for path in folder.rglob("*") if path.is_file() and wanted in path.read_bytes()]


STICKING_OUT = """() => [...document.querySelectorAll('.sis-panel')].flatMap(panel => {
  const edge = panel.getBoundingClientRect();
  const scrolls = e => e.closest('.sis-scroll, .sis-chart');
  return [...panel.querySelectorAll('*')].filter(e => !scrolls(e.parentElement) && e.getClientRects().length)
    .filter(e => e.getBoundingClientRect().right > edge.right + 1)
    .map(e => e.outerHTML.slice(0, 120)); })"""
UNLABELED = """() => [...document.querySelectorAll('.sis-panel :is(input, select, button)')]
  .filter(e => e.getClientRects().length && !(e.labels?.length || e.innerText.trim()))
  .map(e => e.outerHTML.slice(0, 120))"""
CUT_OFF_LABELS = """() => [...document.querySelectorAll('.sis-panel label, .sis-panel .lm-TabBar-tabLabel')]
  .filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
  .map(e => e.innerText)"""
