"""Batch mode: after the rows, delete what earlier imports made in the term and this one did not mention.

Enrollments, sections and courses are cleaned up, in this order, each only if a file of that kind was sent.
 Source of the rules: Canvas's SIS batch.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from practice_canvas.engine.importer import Run
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store.reads import structure
from practice_canvas.store.records import ENROLLMENT
from practice_canvas.store.writes import cleanup
from practice_canvas.store.writes.cleanup import CLEANED, Scope

SLICE = 1000  # objects deleted in one step
DROP_STATUSES = ("deleted", "completed", "inactive")  # any other value leaves the enrollments alone
Options = Mapping[str, Any]


class Cleanup:
    """The cleanup of one import, after all of its rows were applied.

    Args:
        run: the import.
        options: its parameters as Canvas echoes them.
        supplied: the kinds of the recognized files that were sent.
    """

    def __init__(self, run: Run, options: Options, supplied: Collection[str]) -> None:
        self._run, self._options = run, options
        self._db = run.store.db
        self._drop_status: str = options.get("batch_mode_enrollment_drop_status") or "deleted"
        self._terms = _terms(run, options)
        kinds = set(supplied) if self._drop_status in DROP_STATUSES else set(supplied) - {"enrollment"}
        self._scopes = {kind: self._scope(kind) for kind in CLEANED if kind in kinds}
        self._counts = {kind: cleanup.count_left_out(self._db, scope) for kind, scope in self._scopes.items()}

    def refusal(self) -> str | None:
        """Return why nothing may be deleted (the import then ends as aborted), or None."""
        if not self._terms:
            return "Nothing was deleted: multi-term batch mode needs a terms file that lists the terms."
        threshold = self._options.get("change_threshold")
        for kind, count in self._counts.items():
            total = cleanup.count_all(self._db, self._scopes[kind])
            if threshold is not None and 100 * count > int(threshold) * total:
                return (
                    f"Nothing was deleted: the cleanup would have deleted {count} of {total}"
                    f" {KIND_OF[kind].plural},"
                    f" more than the change_threshold of {threshold} percent."
                )
        return None

    def steps(self) -> Iterator[int]:
        """Delete what the import left out, slice by slice, and yield the progress in percent."""
        total, done = sum(self._counts.values()), 0
        for kind, scope in self._scopes.items():
            count_key = KIND_OF[kind].cleaned_key
            self._run.counts[count_key] = 0
            after_id = 0
            while self._counts[kind] and (found := cleanup.left_out(self._db, scope, after_id, SLICE)):
                self._drop(scope, found)
                after_id = found[-1][0]
                self._run.counts[count_key] += len(found)
                done += len(found)
                yield min(100 * done // total, 99)

    def _scope(self, kind: str) -> Scope:
        spared = self._drop_status if kind == "enrollment" else "deleted"
        return Scope(CLEANED[kind], self._terms, self._run.import_id, spared)

    def _drop(self, scope: Scope, found: list[tuple[int, str]]) -> None:
        ids = [record_id for record_id, _ in found]
        entity = scope.kind.entity
        if entity is ENROLLMENT and self._drop_status == "deleted":
            delete_enrollments(self._run, ids, batch_mode=True)
            return
        state = self._drop_status if entity is ENROLLMENT else "deleted"
        cleanup.set_state(self._db, entity, state, ids, self._run.import_id)
        for record_id, before in found:
            self._run.changed_state(entity, record_id, before, state, batch_mode=True)
        if entity is not ENROLLMENT:
            lost = structure.enrollment_ids_below(self._db, entity, ids)
            delete_enrollments(self._run, lost, batch_mode=True)


def _terms(run: Run, options: Options) -> list[int]:
    if options.get("multi_term_batch_mode"):
        return cleanup.touched_terms(run.store.db, run.import_id)
    term_id = options.get("batch_mode_term_id")  # missing if the request had multi_term_batch_mode=false
    return [] if term_id is None else [int(term_id)]
