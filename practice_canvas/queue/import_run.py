"""Drive one import: pull the engine's generator step by step, at the pace that is set."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from practice_canvas.engine.base import Progress
from practice_canvas.engine.messages import write_errors_attachment
from practice_canvas.queue import pace
from practice_canvas.states import workflow_state
from practice_canvas.store import settings, sis_batch_runs, sis_batches
from practice_canvas.store.store import Store, now


class Pacer:
    """Waits as long as the pace wants, and no longer than the pace of the moment wants.

    Args:
        store: where the pace is set.
        wait: sleeps so many seconds, or less when something new may have happened.
        clock: seconds that only ever grow.
    """

    def __init__(
        self, store: Store, wait: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._wait = wait
        self.clock = clock
        self.at_once = False  # the sample school heeds no pace

    def pause(self, seconds: Callable[[pace.Pace], float], still: Callable[[], bool]) -> None:
        """Wait until so many seconds have passed or there is no reason to go on waiting."""
        begun = self.clock()
        while still() and (left := seconds(self._pace()) - (self.clock() - begun)) > 0:
            self._wait(left)

    def _pace(self) -> pace.Pace:
        set_pace = settings.read(self._store.db)["pace"]
        return pace.IMMEDIATE if self.at_once else pace.parse(set_pace)


class Drive:
    """One run of one import.

    Args:
        store: the worker's connection.
        pacer: waits between steps.
        import_id: which import.
        run_token: which run of it.
    """

    def __init__(self, store: Store, pacer: Pacer, import_id: int, run_token: str) -> None:
        self._store = store
        self._pacer = pacer
        self._id = import_id
        self._token = run_token
        self._begun = pacer.clock()
        self._steps = self._cleaned = 0
        record = sis_batches.find(store.db, import_id)
        self.data: dict[str, Any] = json.loads(record["data"]) if record else {}

    def run(self, steps: Iterator[Progress]) -> None:
        """Go through all steps, one transaction each; stop when the import was aborted or is gone."""
        for step in steps:
            self.data |= step.data
            if not self._stored(step):
                return
            if step.workflow_state == "cleanup_batch":
                self._pause_cleanup(step)
            elif step.steps_left:
                self._pause(step)

    def _stored(self, step: Progress) -> bool:
        """Commit what the engine wrote together with the import's progress; False when the run must stop."""
        values: dict[str, Any] = {
            "progress": step.progress,
            "data": json.dumps(self.data),
            "updated_at": now(),
        }
        if step.workflow_state:
            values["workflow_state"] = step.workflow_state
            if workflow_state(step.workflow_state).terminal:
                values |= {"ended_at": now(), "run_token": None}
        if sis_batch_runs.advance(self._store.db, self._id, self._token, values):
            self._store.db.commit()
            return True
        if sis_batch_runs.exists(self._store.db, self._id, self._token):
            end_early(self._store, self._id, self.data, progress=100)  # aborted: what is applied stays
            self._store.db.commit()
        else:  # the school was reset meanwhile: nothing of this run may reach the new one
            self._store.db.rollback()
        return False

    def _pause(self, step: Progress) -> None:
        """Spread the time that the pace gives an import over its steps."""
        self._steps = max(self._steps, step.steps_left)
        share = 1 - (step.steps_left - 1) / self._steps
        elapsed = self._pacer.clock() - self._begun
        self._pacer.pause(lambda of: pace.work_seconds(of, self._steps) * share - elapsed, self._goes_on)

    def _pause_cleanup(self, step: Progress) -> None:
        """Let the cleanup be seen as well."""
        share, self._cleaned = (step.progress - self._cleaned) / 100, step.progress
        self._pacer.pause(lambda of: pace.cleanup_seconds(of) * share, self._goes_on)

    def _goes_on(self) -> bool:
        return sis_batch_runs.runs(self._store.db, self._id, self._token)


def end_early(store: Store, import_id: int, data: dict[str, Any], **values: Any) -> None:
    """End an import that cannot finish by itself, with the messages it has so far; the caller commits."""
    counts = {**data.get("counts", {}), **sis_batch_runs.message_counts(store.db, import_id)}
    write_errors_attachment(store, import_id, now())
    sis_batch_runs.end(store.db, import_id, now(), data={**data, "counts": counts}, **values)
