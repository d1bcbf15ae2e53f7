"""Take pictures of the whole lesson: `python -m tests.browser.pictures FOLDER`.

Every notebook after a run with its exercises solved, and each page of the practice Canvas, in light and dark,
1280 and 1920 pixels wide, and at 125 percent. Look at them; no test compares them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from playwright.sync_api import Browser, Page

from launcher.main import find_browser
from tests.browser.lab import Lab, Server, new_page
from tests.browser.running import chromium, jupyterlab
from tests.notebooks.runs import NOTEBOOKS, read, solve

PAGES = ("", "accounts", "terms", "courses", "sections", "users", "enrollments", "exercises", "sis_imports")
HEIGHT = 12_000  # so that JupyterLab draws every cell


@dataclass(frozen=True)
class Look:
    """A window and a theme."""

    name: str
    width: int
    scale: float = 1.0
    dark: bool = False

    def page(self, browser: Browser, height: int) -> Page:
        """Open a page; at 125 percent it has fewer pixels of its own, as in a zoomed window."""
        size = {"width": round(self.width / self.scale), "height": height}
        scheme = "dark" if self.dark else "light"
        return new_page(browser, viewport=size, device_scale_factor=self.scale, color_scheme=scheme)


LOOKS = [
    Look("1280-light", 1280),
    Look("1280-dark", 1280, dark=True),
    Look("1920-light", 1920),
    Look("1920-dark", 1920, dark=True),
    Look("1280-at-125", 1280, scale=1.25),
]


def take(browser: Browser, server: Server, folder: Path) -> None:
    """Run every notebook once, and take its picture in every look; then the practice Canvas's pages."""
    for path in NOTEBOOKS:
        copy = server.files / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        nbformat.write(solve(read(path)), copy)
        for look in LOOKS:
            lab = Lab(look.page(browser, HEIGHT), server)
            lab.set_pace("immediate")
            lab.reopen(copy)
            lab.dark(look.dark)
            lab.run_all()
            lab.page.screenshot(path=folder / f"{path.stem}-{look.name}.png")
            lab.page.context.close()
            server.end_kernels()
    for look in LOOKS:
        lab = Lab(look.page(browser, 900), server)
        newest = lab.client().list_sis_imports(limit=1)[0].id
        for name in (*PAGES, f"sis_imports/{newest}"):
            lab.page.goto(f"{lab.practice.url}/{name}")
            picture = folder / f"page-{name.replace('/', '-') or 'overview'}-{look.name}.png"
            lab.page.screenshot(path=picture, full_page=True)
        lab.page.context.close()


def main() -> None:
    """Take the pictures into the folder that is named."""
    executable = find_browser()
    if len(sys.argv) != 2 or executable is None:
        sys.exit("Usage: python -m tests.browser.pictures FOLDER (needs Chromium or Chrome)")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, chromium(executable) as browser, jupyterlab(Path(home)) as server:
        take(browser, server, folder)


if __name__ == "__main__":
    main()
