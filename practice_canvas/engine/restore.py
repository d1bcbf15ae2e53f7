"""Undo the state changes of an import (restore_states); names, dates and everything else stay."""

import json
from collections.abc import Iterator
from itertools import accumulate

from practice_canvas.engine.importers.enrollment.batch import Enrollment
from practice_canvas.engine.importers.enrollment.observers import copy_state
from practice_canvas.engine.progress import Progress
from practice_canvas.store import records
from practice_canvas.store.reads import observers
from practice_canvas.store.records import RESTORABLE, Entity
from practice_canvas.store.store import Store, now
from practice_canvas.store.writes import enrollments, roll_back_data
from practice_canvas.store.writes.roll_back_data import RestoreScope, Undoable

SLICE = 1000  # records restored in one step


def restore_states(
    store: Store,
    import_id: int,
    *,
    batch_mode: bool = False,
    undelete_only: bool = False,
    unconclude_only: bool = False,
) -> Iterator[Progress]:
    """Restore the states that objects had before an import, type by type in Canvas's order.

    What the import created is deleted. The latest change is undone first, so an object that changed more than
    once ends in its original state. Each change is undone once, even if the restore is requested again.

    Args:
        store: the caller commits after each yield.
        import_id: a finished import.
        batch_mode: only what the batch mode cleanup deleted.
        undelete_only: only what the import deleted.
        unconclude_only: only what the import concluded.

    Yields:
        Progress in percent; its data has the import's statistics, with the number of restored objects.
    """
    scope = RestoreScope(import_id, batch_mode, undelete_only, unconclude_only)
    counts = {
        e.context_type: roll_back_data.count_objects(store.db, scope, e.context_type) for e in RESTORABLE
    }
    statistics = _statistics(store, import_id)
    for number, entity in enumerate(RESTORABLE, start=1):
        restored = counts[entity.context_type]
        if not restored:
            continue
        while _restore_slice(store, scope, entity):
            yield Progress(100 * (number - 1) // len(RESTORABLE))
        statistics.setdefault(entity.context_type, {})["restored"] = restored
        yield Progress(100 * number // len(RESTORABLE), data={"statistics": statistics})


def _statistics(store: Store, import_id: int) -> dict[str, dict[str, int]]:
    found = records.find(store.db, "sis_batches", id=import_id)
    return dict(json.loads(found["data"]).get("statistics", {})) if found else {}


def _restore_slice(store: Store, scope: RestoreScope, entity: Entity) -> bool:
    """Undo the latest changes of a type, about SLICE records; return False if none are left."""
    changes = _slice(roll_back_data.latest(store.db, scope, entity.context_type, SLICE))
    states = [(_state(entity, one.before), one.first, one.last) for one in changes]
    records.set_states(store.db, entity, states)
    if entity is records.ENROLLMENT and observers.any_links(store.db):
        for state, first, last in states:
            if state == "active":
                _bring_observers(store, first, last, scope.import_id)
    roll_back_data.mark_restored(store.db, (one.id for one in changes))
    return bool(changes)


def _bring_observers(store: Store, first: int, last: int, import_id: int) -> None:
    """Enroll the linked observers of restored students, even those who were linked in the meantime."""
    for observer_id, *found in enrollments.observed(store.db, first, last):
        copy_state(store.db, Enrollment.from_stored(tuple(found)), observer_id, now(), import_id)


def _slice(changes: list[Undoable]) -> list[Undoable]:
    """Return the first of the changes that together cover about SLICE records."""
    sizes = accumulate(change.size for change in changes)
    return changes[: 1 + sum(size < SLICE for size in sizes)]


def _state(entity: Entity, before: str) -> str:
    if before != roll_back_data.NON_EXISTENT:
        return before
    return "retired" if entity is records.CHANNEL else "deleted"
