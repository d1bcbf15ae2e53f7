"""Execute a notebook of the lesson beside a practice Canvas of its own, and keep the pages it shows."""

from __future__ import annotations

import os
import re
import shutil
import urllib.request
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from nbclient import NotebookClient
from traitlets.config import Config

from practice_canvas import service

ROOT = Path(__file__).parents[2]
LONGEST_CELL = 300  # seconds; only what hangs takes so long
ENCRYPTED = Config({"KernelManager": {"transport_encryption": "auto"}})  # else each kernel warns
FRAME = re.compile(r'<iframe[^>]*?src="(http://127\.0\.0\.1:[^"]+)".*?</iframe>', re.DOTALL)

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy reaches this computer

Notebook = Any  # nbformat has no types
Cell = Any


def execute(notebook: Notebook, home: Path, environment: Mapping[str, str] | None = None) -> Notebook:
    """Run a notebook as JupyterLab would, in a home with a copy of data/ and a practice Canvas of its own.

    Pages of the practice Canvas that it shows in frames become part of it: they outlast the server.

    Args:
        notebook: it is changed in place.
        home: an empty folder, which holds everything that the run writes.
        environment: what the kernel has in its environment besides this process's own.

    Returns:
        The notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised an error.
    """
    shutil.copytree(ROOT / "data", home / "data")
    (home / "notebooks").mkdir()
    try:
        NotebookClient(
            notebook,
            timeout=LONGEST_CELL,
            resources={"metadata": {"path": str(home / "notebooks")}},
            config=ENCRYPTED,
            on_cell_executed=lambda cell, **_: keep_frames(cell),
        ).execute(env=_surroundings(home, environment or {}))
    finally:
        service.stop(home / "practice")
    notebook.metadata.pop("widgets", None)
    return notebook


def _surroundings(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the kernel's environment: helpers in sight, and no Canvas but the practice one."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("CANVAS_", "PRACTICE_"))
    }
    return {
        **ours,
        "IPYTHONDIR": str(home / "ipython"),
        "PRACTICE_CANVAS_HOME": str(home / "practice"),
        "PYTHONPATH": str(ROOT),
        **environment,
    }


def keep_frames(cell: Cell) -> None:
    """Put the page itself into each frame that shows a page of the practice Canvas."""
    for output in cell.get("outputs", []):
        shown = output.get("data", {})
        if "text/html" in shown:
            shown["text/html"] = FRAME.sub(lambda frame: _kept(frame[1]), shown["text/html"])


def _kept(address: str) -> str:
    """Return a frame with a page as it is now, without its links and scripts."""
    page = BeautifulSoup(_fetch(address), "html.parser")
    for script in page("script"):
        script.decompose()
    for link in page("link", rel="stylesheet"):
        style = page.new_tag("style")
        style.string = _fetch(urljoin(address, str(link["href"])))
        link.replace_with(style)
    for link in page("a"):
        del link["href"]
    title = escape(page.title.get_text() if page.title else address)
    return f'<iframe title="{title}" srcdoc="{escape(str(page))}" sandbox width="100%" height="460"></iframe>'


def _fetch(address: str) -> str:
    with DIRECT.open(address) as answer:
        return str(answer.read().decode("utf-8"))
