"""axe-core, which finds faults of accessibility in a page; npm installs it when the tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.waiting import LONGEST_WAIT

PACKAGE = "axe-core@4.14.1"
RUN = """async within => {
  const { violations } = await axe.run(within, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(node => node.html) })); }"""


def install(folder: Path) -> str:
    """Return axe-core's script; where npm cannot install it the test is skipped, but not in CI."""
    if npm := shutil.which("npm"):
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(folder)]
        ended = subprocess.run([*command, PACKAGE], capture_output=True, text=True, timeout=LONGEST_WAIT)
        if ended.returncode == 0:
            return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    if os.environ.get("CI"):
        pytest.fail(f"{PACKAGE} could not be installed; it needs Node.js and a network")
    pytest.skip(f"{PACKAGE} could not be installed")


def violations(page: Page, script: str, within: str = "html") -> list[Any]:
    """Return the violations inside the elements of a selector, each with the elements that have it."""
    page.evaluate(script)
    found: list[Any] = page.evaluate(RUN, within)
    return found
