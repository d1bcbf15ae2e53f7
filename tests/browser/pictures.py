"""Take pictures of the whole lesson: `python -m tests.browser.pictures FOLDER [NOTEBOOK …]`.

Every notebook (or those that are named) after a run with its exercises solved, and each page of the practice
Canvas, in light and dark, 1280 and 1920 pixels wide, and at 125 percent. Look at them; no test compares them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from playwright.sync_api import Browser

from launcher.main import find_browser
from tests.browser.lab import Lab, Server, new_page
from tests.browser.running import chromium, jupyterlab, set_in_jupyterlab
from tests.notebooks.runs import NOTEBOOKS, read, solve

PAGES = ("", "accounts", "terms", "courses", "sections", "users", "enrollments", "exercises", "sis_imports")
HEIGHT = 4000
CONTENT = "() => document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer').scrollHeight"
EVERY_CELL = ("@jupyterlab/notebook-extension/tracker", '{"windowingMode": "none", "scrollPastEnd": false}')


@dataclass(frozen=True)
class Look:
    """A window and a theme. At 125 percent, a page has fewer pixels of its own, as in a zoomed window."""

    name: str
    width: int
    dark: bool = False


LOOKS = [
    Look("1280-light", 1280),
    Look("1280-dark", 1280, dark=True),
    Look("1920-light", 1920),
    Look("1920-dark", 1920, dark=True),
    Look("1280-at-125", 1024),
]


def take(browser: Browser, server: Server, folder: Path, wanted: Sequence[str]) -> None:
    """Run every notebook once, and take its picture in every look; then the practice Canvas's pages."""
    set_in_jupyterlab(server.home, *EVERY_CELL)
    lab = Lab(new_page(browser), server)
    lab.set_pace("immediate")
    for path in NOTEBOOKS:
        if wanted and path.stem not in wanted:
            continue
        copy = server.files / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        nbformat.write(solve(read(path)), copy)
        lab.page.set_viewport_size({"width": LOOKS[0].width, "height": HEIGHT})
        lab.reopen(copy)
        lab.run_all()
        for look in LOOKS:
            lab.page.set_viewport_size({"width": look.width, "height": HEIGHT})
            lab.dark(look.dark)
            whole = max(HEIGHT, 200 + lab.page.evaluate(CONTENT))
            lab.page.set_viewport_size({"width": look.width, "height": whole})
            lab.page.screenshot(path=folder / f"{path.stem}-{look.name}.png")
        server.end_kernels()
    newest = lab.client().list_sis_imports(limit=1)
    for look in LOOKS:
        lab.page.set_viewport_size({"width": look.width, "height": 900})
        lab.page.emulate_media(color_scheme="dark" if look.dark else "light")
        for name in (*PAGES, *(f"sis_imports/{each.id}" for each in newest)):
            lab.page.goto(f"{lab.practice.url}/{name}")
            picture = folder / f"page-{name.replace('/', '-') or 'overview'}-{look.name}.png"
            lab.page.screenshot(path=picture, full_page=True)
    lab.page.context.close()


def main() -> None:
    """Take the pictures into the folder that is named."""
    executable = find_browser()
    if len(sys.argv) < 2 or executable is None:
        sys.exit("Usage: python -m tests.browser.pictures FOLDER [NOTEBOOK …] (needs Chromium or Chrome)")
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, chromium(executable) as browser, jupyterlab(Path(home)) as server:
        take(browser, server, folder, wanted)


if __name__ == "__main__":
    main()
