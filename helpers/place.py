"""Where this clone keeps its data files and its practice Canvas."""

import os
from pathlib import Path

from practice_canvas import hub

CLONE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("LESSON_DATA") or CLONE / "data")
"""The files that learners send; where many share the clone, LESSON_DATA names each one's copy."""
REPAIRED = DATA / "repaired"
"""Where panels write repaired files; git ignores it."""


def practice_home() -> Path:
    """Return the folder of the lesson's practice Canvas: PRACTICE_CANVAS_HOME, else one in the clone.

    Behind a hub, where users may share a clone, it is in the user's home folder.
    """
    place = Path.home() if hub.prefix() else CLONE
    return Path(os.environ.get("PRACTICE_CANVAS_HOME") or place / ".practice_canvas")
