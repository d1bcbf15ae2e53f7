"""Files that only their owner may read: replaced whole, and never left half-written."""

import errno
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from practice_canvas import credentials
from practice_canvas.api.responses import refusal_of
from practice_canvas.credentials import write_private
from practice_canvas.diagnosis import why_unusable
from practice_canvas.service import make_home


class Windows:
    """Stands for a system that does not replace a file while another program reads it."""

    def __init__(self, refusals: float) -> None:
        self.left = refusals
        self._replace = Path.replace

    def replace(self, fresh: Path, path: Path) -> Path:
        if self.left > 0:
            self.left -= 1
            raise PermissionError(errno.EACCES, "Access is denied", str(path))
        return self._replace(fresh, path)


def refusing(monkeypatch: pytest.MonkeyPatch, refusals: float) -> None:
    windows = Windows(refusals)
    monkeypatch.setattr(Path, "replace", lambda fresh, path: windows.replace(fresh, path))


def test_a_file_that_somebody_reads_is_replaced_once_they_have_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "room.json"
    write_private(path, "before")
    refusing(monkeypatch, 3)
    write_private(path, "after")
    assert json.loads(path.read_text(encoding="utf-8")) == "after"


def test_a_file_that_stays_open_elsewhere_is_named_and_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "room.json"
    write_private(path, "before")
    refusing(monkeypatch, float("inf"))
    monkeypatch.setattr(credentials, "SECONDS_TO_REPLACE", 0.02)
    with pytest.raises(OSError, match="another program has it open") as fault:
        write_private(path, "after")
    assert [each.name for each in tmp_path.iterdir()] == ["room.json"]
    assert json.loads(path.read_text(encoding="utf-8")) == "before"
    sentence = why_unusable(tmp_path, fault.value.errno)
    assert "Another program has a file" in sentence and "Close that program" in sentence
    refusal = refusal_of(fault.value)
    assert (refusal.status, refusal.body) == (503, {"errors": [{"message": sentence}]})


def test_an_interrupted_write_leaves_nothing_and_a_killed_one_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "room.json"
    credentials.unfinished(path).write_text("what a kill left", encoding="utf-8")
    with monkeypatch.context() as during:
        during.setattr(json, "dump", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_private(path, "new")
    assert list(tmp_path.iterdir()) == []
    write_private(path, "new")
    assert [each.name for each in tmp_path.iterdir()] == ["room.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folder private by itself")
def test_a_new_home_is_private_also_before_its_server_runs(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_home(tmp_path / "home")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
