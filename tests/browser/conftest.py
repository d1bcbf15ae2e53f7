"""JupyterLab and a browser for the tests: one server for all, one Chromium per module, a clean page per test.

    def test_something(lab):
        lab.open_notebook(ROOT / "notebooks/00_start_here.ipynb")    # a copy of it, beside a copy of data/
        lab.run_all()
        lab.page.get_by_role("button", name="Connect").click()
        lab.screenshot("connected")

`lab.write_notebook("name.ipynb", *cells)` makes a small notebook for one test. Pictures go to `screenshots/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser

from practice_canvas import service
from tests.browser.chromium import open_browser
from tests.browser.lab import Lab, Server, new_page
from tests.ports import free_ports
from tests.waiting import LONGEST_WAIT, wait_for

ROOT = Path(__file__).parents[2]
PRIVATE_FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTER_DATA_DIR",
    "IPYTHONDIR",
    "PRACTICE_CANVAS_HOME",
)
SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    "docmanager-extension/plugin": '{"autosave": false}',
}
SAVE_WIDGET_STATE = ("@jupyter-widgets/jupyterlab-manager/plugin", '{"saveState": true}')


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("jupyter")
    (home / "files").mkdir()
    for name, text in (*((f"@jupyterlab/{k}", v) for k, v in SETTINGS.items()), SAVE_WIDGET_STATE):
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "data", home / "files/data")
    (port,) = free_ports(1)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(_command(home, port), env=_environment(home), stdout=log, stderr=log)
    running = Server(f"http://127.0.0.1:{port}", home)
    try:
        _wait_until_up(running, process)
        yield running
        running.end_kernels()
    finally:
        process.terminate()
        process.wait(LONGEST_WAIT)  # it ends its kernels first
        service.stop(home / "practice_canvas_home")


def _command(home: Path, port: int) -> list[str]:
    return [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
        "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
        f"--ServerApp.root_dir={home / 'files'}", f"--LabApp.user_settings_dir={home / 'settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
    ]  # fmt: skip


def _environment(home: Path) -> dict[str, str]:
    """Return the surroundings of server and kernels: everything private, no Canvas of yours in sight."""
    private = {name: str(home / name.lower()) for name in PRIVATE_FOLDERS}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANVAS_")}
    return kept | private | {"PYTHONPATH": str(ROOT), "PRACTICE_CANVAS_PACE": "2"}


def _wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        log = (server.home / "server.log").read_text(encoding="utf-8")
        assert process.poll() is None, f"JupyterLab did not start:\n{log[-3000:]}"
        try:
            return requests.get(f"{server.url}/api/status", timeout=LONGEST_WAIT).ok
        except requests.ConnectionError:
            return False

    wait_for(answers)


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
