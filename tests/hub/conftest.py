"""A JupyterHub for the tests of this folder, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import open_browser
from tests.hub.hubs import Hub, install_proxy, open_hub


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub whose users have nothing in common but this computer."""
    folder = tmp_path_factory.mktemp("hub")
    with open_hub(folder, install_proxy(folder)) as opened:
        yield opened
