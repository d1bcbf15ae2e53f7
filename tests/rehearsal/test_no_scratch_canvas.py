"""A rehearsal that this computer cannot carry out: what is missing, and what to do."""

from pathlib import Path
from typing import Any

import pytest

from helpers.errors import CanvasError, FileNotUsable, NoRoute
from helpers.rehearsal import rehearse, scratch_run
from helpers.scratch_database import OutOfRoom
from practice_canvas.service import PracticeCanvasFault


@pytest.mark.parametrize(
    ("fault", "error", "what", "fix"),
    [
        (PracticeCanvasFault("It did not start."), NoRoute, "It did not start.", "the disk is full"),
        (OutOfRoom("the disk is full"), FileNotUsable, "compared: the disk is full.", "Free some disk space"),
    ],
)
def test_what_is_missing_is_named_and_then_what_to_do(
    fault: Exception, error: type[CanvasError], what: str, fix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(scratch_run, "scratch", fail)
    with pytest.raises(error) as caught:
        rehearse(Path(__file__).parents[2] / "data" / "test_course.csv", against=None)
    assert what in caught.value.what and fix in caught.value.fix
