"""The browser of the tests: each folder that needs it makes it a fixture."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from launcher.main import find_browser
from tests.browser.running import chromium


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run Chromium as long as the block runs; without one the test is skipped, but not in CI.

    Playwright's event loop must end before other tests run loops, so the fixture's scope is the module.
    """
    executable = find_browser()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium or Chrome found: with CI set, the browser tests must run.")
        warnings.warn("NO CHROMIUM OR CHROME FOUND: THE BROWSER TESTS DID NOT RUN.", stacklevel=1)
        pytest.skip("no Chromium or Chrome found; install one (Debian: apt-get install chromium)")
    with chromium(executable) as opened:
        yield opened
