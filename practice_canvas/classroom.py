"""What passes between a learner and the trainer of a room: a raised hand, and a sentence for the learner."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from practice_canvas.credentials import write_private
from practice_canvas.store.store import now

CLASSROOM_FILE = "classroom.json"


@dataclass(frozen=True)
class Classroom:
    """What is kept beside the school of a seat; a reset leaves it alone.

    Args:
        hand_raised_at: since when the learner asks for help; None while the hand is down.
        announcement: what the trainer says to this learner; "" for nothing.
        announced_at: when; None for nothing.
    """

    hand_raised_at: str | None = None
    announcement: str = ""
    announced_at: str | None = None


def read(home: Path) -> Classroom:
    """Return what is kept in a home; nothing is said and the hand is down where nothing can be read."""
    try:
        kept = Classroom(**json.loads((home / CLASSROOM_FILE).read_text(encoding="utf-8")))
        for moment in filter(None, (kept.hand_raised_at, kept.announced_at)):
            datetime.fromisoformat(moment)
        return replace(kept, announcement=str(kept.announcement))
    except (OSError, ValueError, TypeError, RecursionError):
        return Classroom()


def raise_hand(home: Path, *, raised: bool) -> Classroom:
    """Raise the hand or lower it; a hand that is up keeps its time."""
    since = read(home).hand_raised_at or now()
    return _change(home, hand_raised_at=since if raised else None)


def announce(home: Path, text: str) -> Classroom:
    """Say a sentence to the learner, in place of the one before; "" takes it down."""
    return _change(home, announcement=text, announced_at=now() if text else None)


def _change(home: Path, **changes: Any) -> Classroom:
    changed = replace(read(home), **changes)
    write_private(home / CLASSROOM_FILE, asdict(changed))
    return changed
