"""Start what the browser tests need: Chromium, and a JupyterLab whose every file lives in one folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from playwright.sync_api import Browser, expect, sync_playwright

from practice_canvas import service
from tests.browser.lab import Server
from tests.ports import free_ports
from tests.waiting import LONGEST_WAIT, wait_for

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
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
WIDGETS = "@jupyter-widgets/jupyterlab-manager/plugin"


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Start a browser without a window."""
    expect.set_options(timeout=1000 * LONGEST_WAIT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, headless=True, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def jupyterlab(home: Path) -> Iterator[Server]:
    """Start a JupyterLab with a copy of data/, and end it with its kernels and its practice Canvas."""
    (home / "files").mkdir()
    for name, text in SETTINGS.items():
        set_in_jupyterlab(home, f"@jupyterlab/{name}", text)
    save_widget_state(home, True)
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


def save_widget_state(home: Path, on: bool) -> None:
    """Let every page that is opened from now on save the state of widgets in notebooks, or not."""
    set_in_jupyterlab(home, WIDGETS, json.dumps({"saveState": on}))


def set_in_jupyterlab(home: Path, plugin: str, settings: str) -> None:
    """Write a plugin's settings, as JSON."""
    path = home / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings, encoding="utf-8")


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
