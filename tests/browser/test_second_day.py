"""A notebook that is closed and opened again: what its panels show with a kernel and without one."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab

CONNECT = "import helpers as canvas\npanel = canvas.connect_panel()\npanel"
IMPORT = "importing = canvas.import_panel(panel)\nimporting"
STATUS = "watching = canvas.status_panel(panel)\nwatching"
EXPLAIN = "explaining = canvas.results_panel(panel)\nexplaining"
PANELS = [
    "Connect to Canvas",
    "Import a file",
    "Status of a SIS import",
    "Explain the result of a SIS import",
]
AGAIN = "Run the cells above to use it again."
OPENED = """path => { const panel = window.jupyterapp?.shell?.currentWidget;
  return panel?.context?.path === path && panel.context.isReady; }"""


def save_a_notebook(lab: Lab) -> Path:
    """Send and watch an import in a notebook, explain it, and save the notebook."""
    path = lab.write_notebook("second_day.ipynb", CONNECT, IMPORT, STATUS, EXPLAIN)
    lab.run_all()
    lab.set_pace("immediate")
    lab.button("Import").click()
    expect(lab.line("Import a file")).to_contain_text("Accepted")
    lab.button("Watch").click()
    expect(lab.line("Status")).to_contain_text("imported, 100 percent")
    lab.button("Explain").click()
    expect(lab.line("Explain")).to_contain_text("No problems")
    lab.command("docmanager:save")
    return path


def reopen(page: Page, path: Path) -> None:
    page.reload()
    page.wait_for_function(OPENED, arg=f"notebooks/{path.name}")


def pictures(page: Page) -> Locator:
    return page.locator(".sis-still").filter(visible=True)


def live(page: Page) -> Locator:
    return page.locator(".sis-panel.jupyter-widgets").filter(visible=True)


def test_a_notebook_with_widget_state_is_live_with_its_kernel_and_pictures_without(
    lab: Lab,
) -> None:
    """Jupyter saves no widget state, unless a user has chosen that; the server of these tests does."""
    saved = save_a_notebook(lab)
    notebook = json.loads(saved.read_text(encoding="utf-8"))
    assert "widgets" in notebook["metadata"]
    outputs = json.dumps([cell["outputs"] for cell in notebook["cells"]])
    assert AGAIN in outputs and "Test Course" not in outputs and "practice-admin-token" not in outputs
    reopen(lab.page, saved)
    expect(live(lab.page)).to_have_count(len(PANELS))
    expect(pictures(lab.page)).to_have_count(0)
    lab.button("Check once").click()
    expect(lab.panel("Status").locator(".sis-json")).not_to_have_count(0)
    lab.server.end_kernels()
    reopen(lab.page, saved)
    expect(pictures(lab.page)).to_have_count(len(PANELS))
    assert_pictures(lab)
    lab.screenshot("second-day")
    lab.dark()
    lab.screenshot("second-day-dark")
    lab.dark(on=False)


def assert_pictures(lab: Lab) -> None:
    """Say that the pictures show the latest state, and that nothing else of the panels is on the page."""
    expect(live(lab.page)).to_have_count(0)
    expect(lab.page.get_by_text("Error displaying widget").filter(visible=True)).to_have_count(0)
    for title, picture in zip(PANELS, pictures(lab.page).all(), strict=True):
        expect(picture).to_contain_text(title)
        expect(picture).to_contain_text(AGAIN)
    expect(pictures(lab.page).nth(2)).to_contain_text("imported, 100 percent")
    expect(pictures(lab.page).nth(2).get_by_role("img", name="imported after")).to_be_visible()


def test_notebook_7_shows_the_same_pictures(lab: Lab) -> None:
    saved = save_a_notebook(lab)
    lab.server.end_kernels()
    lab.page.goto(f"{lab.server.url}/notebooks/notebooks/{saved.name}")
    expect(pictures(lab.page)).to_have_count(len(PANELS))
    assert_pictures(lab)
    lab.screenshot("second-day-notebook-7")
    lab.run_all()
    expect(live(lab.page)).to_have_count(len(PANELS))
    expect(pictures(lab.page)).to_have_count(0)


def test_a_panel_whose_kernel_is_gone_says_so(lab: Lab) -> None:
    lab.write_notebook("gone.ipynb", CONNECT)
    lab.run_all()
    expect(live(lab.page)).to_have_count(1)
    lab.restart_kernel()
    expect(pictures(lab.page)).to_contain_text(AGAIN)
    expect(live(lab.page)).to_have_count(0)
    lab.run_all()
    expect(live(lab.page)).to_have_count(1)
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    said = "() => getComputedStyle(document.querySelector('.sis-panel.jupyter-widgets'), '::before').content"
    lab.page.wait_for_function(f"() => ({said})().includes('No kernel is running')")
