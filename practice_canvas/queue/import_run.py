"""Run one import: take the engine's steps one by one, at the pace that is set."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from practice_canvas.engine.messages import write_errors_attachment
from practice_canvas.engine.progress import Progress
from practice_canvas.queue import pace
from practice_canvas.states import workflow_state
from practice_canvas.store import messages
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import settings
from practice_canvas.store.store import Store, disk_is_full, now
from practice_canvas.store.writes import import_queue


class PaceTimer:
    """Waits as long as the pace requires, and follows a change of the pace at once.

    Args:
        store: the store with the pace setting.
        wait: sleeps for a number of seconds, or less if something may have changed.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self, store: Store, wait: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._wait = wait
        self.clock = clock
        self.import_id = 0  # whose pace counts

    def pause(self, seconds: Callable[[pace.Pace], float], still: Callable[[], bool]) -> None:
        """Wait until the seconds have passed, or there is no reason to wait any longer."""
        started = self.clock()
        while still() and (left := seconds(self._pace()) - (self.clock() - started)) > 0:
            self._wait(left)

    def _pace(self) -> pace.Pace:
        setting = pace.parse(settings.read(self._store.db)["pace"])
        return pace.of_import(setting, import_queue.own_pace(self._store.db, self.import_id))


class PacedRun:
    """Drives a run of an import at the pace that is set, and stores its progress.

    Args:
        store: the worker's connection.
        timer: waits between steps.
        import_id: which import.
        run_token: the token of this run.
    """

    def __init__(self, store: Store, timer: PaceTimer, import_id: int, run_token: str) -> None:
        self._store = store
        self._timer = timer
        self._id = import_id
        self._token = run_token
        self._started = timer.clock()
        self._steps = self._cleaned = 0
        record = sis_imports.find(store.db, import_id)
        self.data: dict[str, Any] = json.loads(record["data"]) if record else {}

    def run(self, steps: Iterator[Progress]) -> None:
        """Run all steps, one transaction each; stop if the import was aborted or is gone."""
        for step in steps:
            self.data |= step.data
            if not self._store_step(step):
                return
            if step.workflow_state == "cleanup_batch":
                self._pause_cleanup(step)
            elif step.steps_left:
                self._pause(step)

    def _store_step(self, step: Progress) -> bool:
        """Commit a step together with the import's progress; return False if the run has to stop."""
        values: dict[str, Any] = {
            "progress": step.progress,
            "data": json.dumps(self.data),
            "updated_at": now(),
        }
        if step.workflow_state:
            values["workflow_state"] = step.workflow_state
            if workflow_state(step.workflow_state).terminal:
                values |= {"ended_at": now(), "run_token": None}
        if import_queue.advance(self._store.db, self._id, self._token, values):
            self._store.db.commit()
            return True
        if import_queue.exists(self._store.db, self._id, self._token):
            end_early(self._store, self._id, self.data, progress=100)  # aborted: applied rows stay applied
            self._store.db.commit()
        else:  # the school was reset: nothing of this run may reach the new one
            self._store.db.rollback()
        return False

    def _pause(self, step: Progress) -> None:
        """Spread an import's time over its steps."""
        self._steps = max(self._steps, step.steps_left)
        share = 1 - (step.steps_left - 1) / self._steps
        elapsed = self._timer.clock() - self._started
        self._timer.pause(lambda of: pace.work_seconds(of, self._steps) * share - elapsed, self._is_active)

    def _pause_cleanup(self, step: Progress) -> None:
        """Spread the cleanup's time over its steps."""
        share, self._cleaned = (step.progress - self._cleaned) / 100, step.progress
        self._timer.pause(lambda of: pace.cleanup_seconds(of) * share, self._is_active)

    def _is_active(self) -> bool:
        return import_queue.runs(self._store.db, self._id, self._token)


def end_early(store: Store, import_id: int, data: dict[str, Any], **values: Any) -> None:
    """End an import that cannot finish, with its messages so far; the caller commits."""
    counts = {**data.get("counts", {}), **messages.counts(store.db, import_id)}
    try:
        write_errors_attachment(store, import_id, now())
    except OSError as fault:
        if not disk_is_full(fault):
            raise  # without room, the list of messages has to do
    import_queue.end(store.db, import_id, now(), data={**data, "counts": counts}, **values)
