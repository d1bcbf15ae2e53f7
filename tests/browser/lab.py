"""A page with JupyterLab in it, and what tests do there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from playwright.sync_api import Browser, Locator, Page

from helpers.client.canvas_client import CanvasClient
from helpers.client.connection import Connection
from practice_canvas import service
from tests.waiting import LONGEST_WAIT

SCREENSHOTS = Path(__file__).with_name("screenshots")
NAMED_KEYS = ("Tab", "Enter", "ArrowRight")
# asked again and again: a promise of JupyterLab's that nobody else holds is sometimes gone before its end
READY = """() => { const opened = window.jupyterapp?.shell?.currentWidget;
  return opened?.context?.isReady && opened.sessionContext.isReady; }"""
RUN_ALL = """async () => { await jupyterapp.restored;
  return await jupyterapp.commands.execute('notebook:run-all-cells'); }"""

PANELS_USABLE = """() => [...document.querySelectorAll('.sis-panel.jupyter-widgets')].every(panel =>
  !panel.inert && !panel.querySelector('.sis-status:not([role])'))"""


def new_page(browser: Browser, **options: Any) -> Page:
    """Open a page in a context of its own."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(1000 * LONGEST_WAIT)
    return page


@dataclass
class Server:
    """A JupyterLab whose every file lives below `home`."""

    url: str
    home: Path
    files: Path = field(default=Path())  # the folder that it shows; home/files unless a test says otherwise

    def __post_init__(self) -> None:
        if self.files == Path():
            self.files = self.home / "files"

    def end_kernels(self) -> None:
        for session in requests.get(f"{self.url}/api/sessions", timeout=LONGEST_WAIT).json():
            requests.delete(f"{self.url}/api/sessions/{session['id']}", timeout=LONGEST_WAIT)


@dataclass
class Lab:
    """One page with JupyterLab in it."""

    page: Page
    server: Server
    strangers: list[str] = field(default_factory=list)

    def write_notebook(self, name: str, *cells: str) -> Path:
        """Make a small notebook of code cells and open it."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        path = self.server.files / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)
        self.reopen(path)
        return path

    def open_notebook(self, path: Path) -> Path:
        """Open a copy of a notebook, in a folder of the same name beside a copy of data/."""
        copy = self.server.files / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
        self.reopen(copy)
        return copy

    def reopen(self, path: Path) -> None:
        """Open a notebook that is there already, without the tabs of before."""
        name = path.relative_to(self.server.files).as_posix()
        self.page.goto(f"{self.server.url}/lab/tree/{name}?reset")
        self.page.wait_for_function(
            "name => { const opened = window.jupyterapp?.shell?.currentWidget?.context;"
            " return opened?.path === name && opened.isReady; }",
            arg=name,
        )

    def run_all(self) -> None:
        """Run every cell and wait until the last one has ended; a cell must not wait for a click."""
        self.page.wait_for_function(READY)
        self.page.evaluate(RUN_ALL)
        self.page.wait_for_function(PANELS_USABLE)

    def start_all(self) -> None:
        """Run every cell without waiting for the end."""
        self.page.wait_for_function(READY)
        self.page.evaluate(RUN_ALL.replace("return await", "window.running ="))

    def wait_for_all(self) -> None:
        """Wait until the last of the cells has ended that `start_all` began to run."""
        self.page.evaluate("() => window.running")

    def command(self, name: str, **arguments: Any) -> None:
        """Carry out a command of JupyterLab, such as docmanager:save."""
        self.page.evaluate(
            "([name, given]) => jupyterapp.commands.execute(name, given).then(() => 1)", [name, arguments]
        )

    def run_code(self, code: str) -> None:
        """Run code in the notebook's kernel and wait for its end."""
        self.page.evaluate(
            """async code => { const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            await kernel.requestExecute({code}).done; }""",
            code,
        )

    def restart_kernel(self) -> None:
        """Restart the notebook's kernel, as its menu does, without the question."""
        self.page.evaluate(
            """async () => { const context = jupyterapp.shell.currentWidget.sessionContext;
            await context.session.kernel.restart(); await context.session.kernel.info; }"""
        )

    # the panels

    def panel(self, title: str) -> Locator:
        """Return the panel whose title begins so."""
        return self.page.locator(".sis-panel").filter(has=self.page.get_by_role("heading", name=title))

    def line(self, title: str) -> Locator:
        """Return the line of a panel that tells how things stand."""
        return self.panel(title).locator(".sis-line").last

    def button(self, name: str) -> Locator:
        """Return a button of the panels."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def upload_button(self) -> Locator:
        """Return the import panel's button that uploads a file; later it shows the file's name."""
        return self.panel("Import a file").get_by_role("button", name="Upload a file")

    def keys(self, *keys: str) -> None:
        """Press keys one after another; a longer text is typed."""
        for key in keys:
            if key in NAMED_KEYS:
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def tab_to(self, text: str) -> None:
        """Press Tab until what has the focus shows this text."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("() => document.activeElement.innerText?.trim()") == text:
                return
        pytest.fail(f"The keyboard does not reach {text!r}.")

    def connect_to(self, domain: str, token: str, badge: str) -> None:
        """Type domain and token into the connect panel, press Connect, wait for this badge."""
        self.panel("Connect").wait_for()  # which a slow browser draws later than its cell has ended
        self.page.wait_for_function(PANELS_USABLE)
        self.page.get_by_label("my Canvas").check()
        self.page.get_by_label("Domain").fill(domain)
        self.page.get_by_label("Access token").fill(token)
        self.button("Connect").click()
        self.panel("Connect").get_by_text(badge, exact=True).wait_for()

    def upload(self, text: str, file: Path) -> None:
        """Write a file and give it to the import panel as a person would."""
        file.write_text(text, encoding="utf-8")
        self.choose(file)

    def choose(self, file: Path) -> None:
        """Choose a file with the button of the import panel."""
        with self.page.expect_file_chooser() as chooser:
            self.upload_button.click()
        chooser.value.set_files(file)

    # the practice Canvas behind them

    @property
    def practice(self) -> service.Practice:
        """The practice Canvas of this session, started if no notebook has."""
        return service.find_or_start(self.server.home / "practice_canvas_home")

    def client(self) -> CanvasClient:
        """Return a client for the practice Canvas, beside those of the notebook."""
        return CanvasClient(Connection(self.practice.url, self.practice.token))

    def set_pace(self, pace: str) -> None:
        """Set how long the practice Canvas takes: immediate, realistic or seconds."""
        service.find_or_start(self.practice.home, pace=pace)

    # the look

    def dark(self, on: bool = True) -> None:
        """Switch to JupyterLab's dark theme, or back."""
        theme = "JupyterLab Dark" if on else "JupyterLab Light"
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")

    def screenshot(self, name: str) -> Path:
        """Keep a picture of the page as screenshots/NAME.png."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        return path
