"""The log of a server: rotated in place, and only when it is the file that the server writes to."""

import logging
import sys
from pathlib import Path

import pytest

from practice_canvas import logs
from practice_canvas.logs import LOG_FILE


@pytest.mark.parametrize(
    ("size", "own", "rotated"), [(10, True, False), (5_000, True, True), (5_000, False, False)]
)
def test_a_long_log_of_its_own_is_rotated_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, own: bool, rotated: bool
) -> None:
    monkeypatch.setattr(logs, "LONGEST_LOG", 1_000)
    (tmp_path / LOG_FILE).touch()
    written_to = tmp_path / (LOG_FILE if own else "the user's own.log")
    with written_to.open("a", encoding="utf-8", newline="\n") as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        logs._BoundedLog(tmp_path / LOG_FILE).emit(logging.makeLogRecord({"msg": "x" * size}))
    assert (tmp_path / f"{LOG_FILE}.1").exists() == rotated
    assert written_to.stat().st_size == (0 if rotated else size + len("\n"))
