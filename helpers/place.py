"""Where this clone keeps its data files and its practice Canvas."""

import os
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
DATA = CLONE / "data"
"""The files that learners send."""
REPAIRED = DATA / "repaired"
"""Where panels write repaired files; git ignores it."""


def practice_home() -> Path:
    """Return the folder of the lesson's practice Canvas: PRACTICE_CANVAS_HOME, else one in the clone."""
    return Path(os.environ.get("PRACTICE_CANVAS_HOME") or CLONE / ".practice_canvas")
