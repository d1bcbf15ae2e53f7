"""One Windows for all tests of this folder; without Wine they are skipped, except in CI."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.windows.windows_machine import Windows


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """A Windows with the lesson installed."""
    if not (shutil.which("wine") and shutil.which("wineserver")):
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("NOT RUN ON WINDOWS: Wine is not installed (Debian: apt install wine64 wine)")
    windows = Windows(tmp_path_factory.mktemp("windows"))
    try:
        windows.install()
        yield windows
    finally:
        windows.shut_down()
