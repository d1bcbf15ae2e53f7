"""A JupyterHub for the tests of this folder, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.chromium import browser  # noqa: F401 (a fixture)
from tests.hub.hubs import Hub, install_proxy, open_hub


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub whose users have nothing in common but this computer."""
    folder = tmp_path_factory.mktemp("hub")
    with open_hub(folder, install_proxy(folder)) as opened:
        yield opened
