"""A real JupyterHub with its real proxy: its users' servers are processes with home folders of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from practice_canvas import service
from practice_canvas.service import Practice
from tests.clients.installing import installed
from tests.ports import free_ports
from tests.waiting import LONGEST_WAIT, wait_for

ROOT = Path(__file__).parents[2]
PROXY = "configurable-http-proxy@5.3.0"
KEY = "the-key-of-the-tests-for-the-hub"
CONFIGURATION = """\
c = get_config()
c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url, c.ConfigurableHTTPProxy.api_url = {addresses!r}
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.cookie_secret_file = {secret!r}
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = {server!r}
c.Spawner.args = [
    "--allow-root", "--LabApp.expose_app_in_browser=True",
    "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
c.Spawner.default_url = "/lab/tree/lesson/notebooks/00_start_here.ipynb"
c.Spawner.environment = {{"PYTHONPATH": {root!r}, "PRACTICE_CANVAS_PACE": "0.1", "TMPDIR": {folder!r}}}
c.Spawner.start_timeout = c.Spawner.http_timeout = {longest}
c.JupyterHub.services = [{{"name": "tests", "api_token": {key!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["tests"]}}
]
"""


@dataclass
class Hub:
    """A hub that runs.

    Args:
        url: its address, without a slash at the end.
        folder: with its log, and `homes/NAME` of each user.
        process: the hub's own.
    """

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def home(self, name: str) -> Path:
        """Return the home folder of a user."""
        return self.folder / "homes" / name

    def practice_of(self, name: str) -> Practice:
        """Return the practice Canvas that runs for a user, found as that user's kernels find it."""
        found = service.find(self.home(name) / ".practice_canvas")
        assert found, f"{name} has no practice Canvas"
        return found

    def stop_server(self, name: str) -> None:
        """End the server of a user, as the hub's Stop button does."""
        answer = requests.delete(
            f"{self.url}/hub/api/users/{name}/server", headers=AS_ADMIN, timeout=LONGEST_WAIT
        )
        assert answer.ok, answer.text

    def processes_of(self, name: str) -> list[str]:
        """Return the command lines of the processes that work in the home of a user."""
        return _processes_in(self.home(name))


AS_ADMIN = {"Authorization": f"token {KEY}"}


def _processes_in(folder: Path) -> list[str]:
    running = [" ".join(each.info["cmdline"] or []) for each in psutil.process_iter(["cmdline"])]
    return [command for command in running if str(folder) in command]


def install_proxy(folder: Path) -> Path:
    """Install the proxy that JupyterHub needs, and return its program."""
    options = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder)]
    installed([shutil.which("npm") or "npm", *options, PROXY], PROXY)
    return folder / "node_modules/.bin/configurable-http-proxy"


@contextmanager
def open_hub(folder: Path, proxy: Path) -> Iterator[Hub]:
    """Run a hub as long as the block runs."""
    addresses = [f"http://127.0.0.1:{port}" for port in free_ports(3)]
    configuration = folder / "jupyterhub_config.py"
    text = CONFIGURATION.format(
        addresses=addresses,
        proxy=[str(proxy)],
        secret=str(folder / "cookie_secret"),
        homes=f"{folder}/homes/{{username}}",
        server=[sys.executable, str(ROOT / "workshop/start_seat.py")],
        root=str(ROOT),
        folder=str(folder),
        key=KEY,
        longest=int(LONGEST_WAIT),
    )
    configuration.write_text(text, encoding="utf-8")
    log = folder / "hub.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "jupyterhub", "--config", str(configuration)]
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    hub = Hub(addresses[0], folder, process)

    def serves() -> bool:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            return requests.get(f"{hub.url}/hub/api", timeout=LONGEST_WAIT).ok
        except requests.ConnectionError:
            return False

    try:
        wait_for(serves)
        yield hub
    finally:
        process.terminate()  # it ends its users' servers and its proxy
        process.wait(LONGEST_WAIT)
        wait_for(lambda: _processes_in(folder / "homes"), lambda left: left == [])
