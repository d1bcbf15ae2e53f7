"""A terminal, and a file to import."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from helpers.client.polling import follow
from helpers.terminal import connecting, import_command
from practice_canvas import service
from practice_canvas.service import Practice
from tests.terminal.fake_terminal import TOKEN, FakeTerminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeTerminal]:
    tokens = {name: f"practice-{name}-token" for name in ("admin", "expired")}
    practice = Practice("http://127.0.0.1:8765", tokens["admin"], tokens, 1, tmp_path)
    monkeypatch.setattr(connecting, "start_practice", lambda: practice)
    monkeypatch.setattr(service, "find", lambda home: practice)
    monkeypatch.setattr(import_command, "run_briskly", lambda *_: None)
    monkeypatch.setattr(import_command, "follow", partial(follow, wait=lambda seconds: False))
    monkeypatch.delenv("CANVAS_API_TOKEN", raising=False)
    terminal = FakeTerminal(monkeypatch)
    yield terminal
    assert TOKEN not in terminal.shown + terminal.err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test_course.csv"
    path.write_text("course_id,short_name,long_name,status\nC1,C,Course,active\n", encoding="utf-8")
    return path
