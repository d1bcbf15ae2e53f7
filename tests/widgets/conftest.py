"""Panels without a browser, each test with its own practice home and without the user's environment."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import pytest

from helpers.client import connect
from helpers.client.connection import DOMAIN_VARIABLE, TOKEN_VARIABLE
from practice_canvas.service import LAST_IMPORT_FILE


@pytest.fixture(autouse=True)
def practice_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that a practice Canvas runs with its data in `tmp_path`."""
    found = SimpleNamespace(home=tmp_path)
    service = SimpleNamespace(find=lambda home: found, LAST_IMPORT_FILE=LAST_IMPORT_FILE)
    monkeypatch.setattr(connect, "service", service)
    for name in (DOMAIN_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def a_page_of_its_own() -> Iterator[None]:
    """Take the widgets of a test off the page at its end."""
    yield
    ipywidgets.Widget.close_all()
