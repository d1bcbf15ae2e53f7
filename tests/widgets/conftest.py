"""Panels without a browser, each test with its own practice home and without the user's environment."""

from collections.abc import Iterator
from types import SimpleNamespace

import ipywidgets
import pytest

from helpers.client import connect
from helpers.client.connection import DOMAIN_VARIABLE, TOKEN_VARIABLE


@pytest.fixture(autouse=True)
def pretended_practice_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a practice Canvas runs, which remembers its last import."""
    last: list[int] = []
    monkeypatch.setattr(connect, "service", SimpleNamespace(find=lambda home: "the practice Canvas"))
    controls = SimpleNamespace(
        last_import=lambda practice: last[-1] if last else None,
        remember_import=lambda practice, import_id: last.append(import_id),
    )
    monkeypatch.setattr(connect, "controls", controls)
    for name in (DOMAIN_VARIABLE, TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def a_page_of_its_own() -> Iterator[None]:
    """Take the widgets of a test off the page at its end."""
    yield
    ipywidgets.Widget.close_all()
