"""Panels without a browser: a practice home that belongs to one test, and no Canvas of yours in sight."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.client import connect


@pytest.fixture(autouse=True)
def practice_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the session believe in a practice Canvas at `tmp_path`."""
    found = SimpleNamespace(home=tmp_path)
    service = SimpleNamespace(find=lambda home: found, LAST_IMPORT_FILE=connect.service.LAST_IMPORT_FILE)
    monkeypatch.setattr(connect, "service", service)
    for name in (connect.DOMAIN_VARIABLE, connect.TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
