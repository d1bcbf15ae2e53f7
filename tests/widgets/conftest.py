"""Panels without a browser: the scripted client, and a practice home that belongs to one test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def practice_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PRACTICE_CANVAS_HOME", str(tmp_path / "practice"))
    for name in ("CANVAS_DOMAIN", "CANVAS_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path / "practice"
