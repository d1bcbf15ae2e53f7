"""`data.statistics`: what an import created, restored, deleted, concluded and deactivated, by type."""

from collections.abc import Iterable, Mapping

from practice_canvas.store.records import RESTORABLE
from practice_canvas.store.roll_back_data import NON_EXISTENT

TYPES = tuple(entity.context_type for entity in RESTORABLE)
# The states in which an object of a type is alive; any other type: active.
_ALIVE = {
    "Course": frozenset({"claimed", "created", "available"}),
    "Group": frozenset({"available"}),
    "GroupMembership": frozenset({"accepted"}),
}
_ACTIVE = frozenset({"active"})
_NOT_YET = frozenset({NON_EXISTENT, "creation_pending"})
# The states from which coming alive is a restoration; any other type: deleted.
_GONE = {
    "Course": frozenset({"deleted", "completed"}),
    "Enrollment": frozenset({"deleted", "inactive", "completed", "rejected"}),
    "CommunicationChannel": frozenset({"deleted", "retired", "unconfirmed"}),
}
_DELETED = frozenset({"deleted"})
# Further words for the state that is reached, by type; every type has deleted.
_REACHED = {
    "Course": {"deleted": "deleted", "completed": "concluded"},
    "Enrollment": {"deleted": "deleted", "completed": "concluded", "inactive": "deactivated"},
    "CommunicationChannel": {"deleted": "deleted", "retired": "deleted"},
}


def statistics(tally: Iterable[tuple[str, str, str, int]]) -> dict[str, int | dict[str, int]]:
    """Return `data.statistics`.

    Args:
        tally: (context type, state before, state after, how many) of an import's changes of state.
    """
    tables = {name: _empty(name) for name in TYPES}
    total = 0
    for name, before, after, number in tally:
        total += number
        if word := _word(name, before, after):
            tables[name][word] += number
    return {"total_state_changes": total, **tables}


def _empty(name: str) -> dict[str, int]:
    words = ["created", "restored", *_reached(name).values()]
    return dict.fromkeys(words, 0)


def _reached(name: str) -> Mapping[str, str]:
    return _REACHED.get(name, {"deleted": "deleted"})


def _word(name: str, before: str, after: str) -> str | None:
    """Return what a change of state counts as, or None when it is no more than a change."""
    if after in _ALIVE.get(name, _ACTIVE):
        if before in _NOT_YET:
            return "created"
        return "restored" if before in _GONE.get(name, _DELETED) else None
    return _reached(name).get(after)
