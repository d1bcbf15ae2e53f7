"""Rehearsals as pandas tables."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.display.frames import NUMBER, TEXT, WHOLE, DataFrame, frame
from helpers.rehearsal.changes import KindChanges, ObjectChange

CHANGE_COLUMNS = dict.fromkeys(("kind", "sort", "sis_id", "name", "details"), TEXT)
KIND_COLUMNS = {
    "kind": TEXT,
    "before": WHOLE,
    "created": WHOLE,
    "updated": WHOLE,
    "concluded": WHOLE,
    "deleted": WHOLE,
    "unchanged": WHOLE,
    "after": WHOLE,
    "percent": NUMBER,
    "percent_cleaned": NUMBER,
}


def changes_frame(changes: Iterable[ObjectChange]) -> DataFrame:
    """Return one row per change: kind, sort of change, SIS IDs, name, details."""
    return frame([{name: getattr(each, name) for name in CHANGE_COLUMNS} for each in changes], CHANGE_COLUMNS)


def kinds_frame(kinds: Iterable[KindChanges]) -> DataFrame:
    """Return one row per kind, with the counts of each sort of change."""
    return frame([{name: getattr(each, name) for name in KIND_COLUMNS} for each in kinds], KIND_COLUMNS)
