"""`data.statistics`: what an import created, restored, deleted, concluded and deactivated, by type."""

from collections.abc import Iterable, Mapping

from practice_canvas.store.records import RESTORABLE
from practice_canvas.store.writes.roll_back_data import NON_EXISTENT

TYPES = tuple(entity.context_type for entity in RESTORABLE)
# The states in which an object of a type is live; for other types, only active.
_LIVE = {
    "Course": frozenset({"claimed", "created", "available"}),
    "Group": frozenset({"available"}),
    "GroupMembership": frozenset({"accepted"}),
}
_ACTIVE = frozenset({"active"})
_NEW = frozenset({NON_EXISTENT, "creation_pending"})
# The states from which becoming live counts as restored; for other types, only deleted.
_GONE = {
    "Course": frozenset({"deleted", "completed"}),
    "Enrollment": frozenset({"deleted", "inactive", "completed", "rejected"}),
    "CommunicationChannel": frozenset({"deleted", "retired", "unconfirmed"}),
}
_DELETED = frozenset({"deleted"})
# What reaching a state counts as, by type; for other types, only deleted counts.
_ENDINGS = {
    "Course": {"deleted": "deleted", "completed": "concluded"},
    "Enrollment": {"deleted": "deleted", "completed": "concluded", "inactive": "deactivated"},
    "CommunicationChannel": {"deleted": "deleted", "retired": "deleted"},
}


def statistics(tally: Iterable[tuple[str, str, str, int]]) -> dict[str, int | dict[str, int]]:
    """Return `data.statistics`.

    Args:
        tally: (context type, state before, state after, count) of an import's state changes.
    """
    tables = {name: _empty(name) for name in TYPES}
    total = 0
    for name, before, after, number in tally:
        total += number
        if word := _word(name, before, after):
            tables[name][word] += number
    return {"total_state_changes": total, **tables}


def _empty(name: str) -> dict[str, int]:
    words = ["created", "restored", *_endings(name).values()]
    return dict.fromkeys(words, 0)


def _endings(name: str) -> Mapping[str, str]:
    return _ENDINGS.get(name, {"deleted": "deleted"})


def _word(name: str, before: str, after: str) -> str | None:
    """Return what a state change counts as; None if it is counted only in the total."""
    if after in _LIVE.get(name, _ACTIVE):
        if before in _NEW:
            return "created"
        return "restored" if before in _GONE.get(name, _DELETED) else None
    return _endings(name).get(after)
