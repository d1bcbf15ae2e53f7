"""Batch mode: after the rows, delete what earlier imports made in the term and this one did not mention.

Enrollments, sections and courses are cleaned up, in this order, each only if a file of that kind was sent.
 Source of the rules: Canvas's SIS batch.
"""

from collections.abc import Collection, Iterator

from practice_canvas.engine.importer import Run
from practice_canvas.engine.rules.deletion import delete_enrollments
from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store.reads import enrollments
from practice_canvas.store.records import ENROLLMENT
from practice_canvas.store.writes import cleanup
from practice_canvas.store.writes.cleanup import CLEANED, CleanupScope

SLICE = 1000  # objects deleted in one step
DROP_STATUSES = ("deleted", "completed", "inactive")  # any other value leaves the enrollments alone


class Cleanup:
    """The cleanup of one import, after all of its rows were applied.

    Args:
        run: the import.
        supplied: the kinds of the recognized files that were sent.
    """

    def __init__(self, run: Run, supplied: Collection[str]) -> None:
        self._run = run
        self._db = run.store.db
        self._drop_status: str = run.parameters.get("batch_mode_enrollment_drop_status") or "deleted"
        self._terms = _terms(run)
        kinds = set(supplied) if self._drop_status in DROP_STATUSES else set(supplied) - {"enrollment"}
        self._scopes = {kind: self._scope(kind) for kind in CLEANED if kind in kinds}
        self._counts = {kind: scope.left_out.count(self._db) for kind, scope in self._scopes.items()}

    def refusal(self) -> str | None:
        """Return why nothing may be deleted (the import then ends as aborted), or None."""
        if not self._terms:
            return "Nothing was deleted: multi-term batch mode needs a terms file that lists the terms."
        threshold = self._run.parameters.get("change_threshold")
        for kind, count in self._counts.items():
            total = self._scopes[kind].all.count(self._db)
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

    def _scope(self, kind: str) -> CleanupScope:
        spared = self._drop_status if kind == "enrollment" else "deleted"
        return CleanupScope(CLEANED[kind], self._terms, self._run.import_id, spared)

    def _drop(self, scope: CleanupScope, found: list[tuple[int, str]]) -> None:
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
            lost = enrollments.ids_below(self._db, entity, ids)
            delete_enrollments(self._run, lost, batch_mode=True)


def _terms(run: Run) -> list[int]:
    if run.parameters.get("multi_term_batch_mode"):
        return cleanup.touched_terms(run.store.db, run.import_id)
    term_id = run.parameters.get(
        "batch_mode_term_id"
    )  # missing if the request had multi_term_batch_mode=false
    return [] if term_id is None else [int(term_id)]
