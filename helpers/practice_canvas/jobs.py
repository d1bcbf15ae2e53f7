"""Run the waiting imports one after the other, oldest first, and undo those that should be undone."""

import json
import logging
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any

from helpers.practice_canvas import pace, scenarios
from helpers.practice_canvas.engine.base import Progress
from helpers.practice_canvas.engine.messages import write_errors_attachment
from helpers.practice_canvas.engine.restore import restore_states
from helpers.practice_canvas.engine.run import run_import
from helpers.practice_canvas.store import progresses, settings, sis_batches
from helpers.practice_canvas.store.records import Record
from helpers.practice_canvas.store.store import Store, now
from helpers.states import workflow_state

log = logging.getLogger(__name__)

INTERRUPTED = (
    "The practice Canvas stopped while this import was running. What had been imported until then is kept;"
    " send the file again."
)
# What Canvas stores when it breaks down before any message could be.
BREAKDOWN = {
    "error_message": "the practice Canvas broke down on purpose (scenario internal_fault)",
    "stack_trace": "engine/run.py: run_import\njobs.py: the scenario internal_fault",
}


class Jobs:
    """The worker's side of the queue.

    Args:
        store: this process's own connection.
        wait: sleeps so many seconds, or less when something new may have happened.
        clock: seconds that only ever grow.
    """

    def __init__(
        self, store: Store, wait: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.wait = wait
        self.clock = clock
        self._at_once = False  # whether the import in hand heeds no pace (the sample school)

    def work(self) -> float | None:
        """Do all that is due and return the seconds until more is (None: only when told)."""
        while True:
            with self.store.write() as db:
                sis_batches.pass_aborted(db, now())
            if restore := progresses.next_restore(self.store.db):
                self._restore(restore)
                continue
            record = sis_batches.waiting(self.store.db)
            if record is None or scenarios.STUCK_IN_CREATED in self._scenarios():
                return None
            if seconds := _seconds_until(record["run_after"]):
                return seconds
            self._import(record)

    def _import(self, record: Record) -> None:
        import_id = record["id"]
        self._at_once = bool(json.loads(record["options"]).get("at_once"))
        self._pause(pace.queue_seconds, lambda: sis_batches.is_waiting(self.store.db, import_id))
        with self.store.write() as db:
            run_token = sis_batches.claim(db, import_id, now())
        if run_token is None:
            return
        if scenarios.INTERNAL_FAULT in self._scenarios():
            with self.store.write() as db:
                sis_batches.end(db, import_id, now(), data=BREAKDOWN, workflow_state="failed")
            return
        steps = run_import(self.store, import_id, now())
        try:
            self._drive(import_id, run_token, steps)
        except Exception as fault:  # whatever goes wrong in an import must not end the queue
            self.store.db.rollback()
            self._fault(import_id, run_token, fault)
        finally:
            steps.close()

    def _drive(self, import_id: int, run_token: str, steps: Generator[Progress, None, None]) -> None:
        """Pull the engine's generator: one transaction per step, pauses between them."""
        record = sis_batches.find(self.store.db, import_id)
        data: dict[str, Any] = json.loads(record["data"]) if record else {}
        begun, total_steps = self.clock(), 0
        for step in steps:
            data |= step.data
            if not self._store_step(import_id, run_token, step, data):
                return
            total_steps = max(total_steps, step.steps_left)
            self._pause_step(import_id, run_token, begun, total_steps, step.steps_left)

    def _store_step(self, import_id: int, run_token: str, step: Progress, data: dict[str, Any]) -> bool:
        """Commit what the engine wrote together with the import's progress; False when the run must stop."""
        values: dict[str, Any] = {
            "progress": step.progress,
            "data": json.dumps(data),
            "updated_at": now(),
        }
        if step.workflow_state:
            values["workflow_state"] = step.workflow_state
            if workflow_state(step.workflow_state).terminal:
                values |= {"ended_at": now(), "run_token": None}
        db = self.store.db
        if sis_batches.advance(db, import_id, run_token, values):
            db.commit()
            return True
        if sis_batches.exists(db, import_id, run_token):  # aborted: what has been applied stays
            self._end(import_id, data, progress=100)
        else:  # the school was reset meanwhile: nothing of this run may reach the new one
            db.rollback()
        return False

    def _pause_step(self, import_id: int, run_token: str, begun: float, steps: int, steps_left: int) -> None:
        """Wait before the next step so that the whole import takes as long as the pace wants."""

        def seconds(of: pace.Pace) -> float:
            return pace.work_seconds(of, steps) * (1 - (steps_left - 1) / max(steps, 1)) - elapsed

        elapsed = self.clock() - begun
        if steps_left:
            self._pause(seconds, lambda: sis_batches.runs(self.store.db, import_id, run_token))

    def _pause(self, seconds: Callable[[pace.Pace], float], still: Callable[[], bool]) -> None:
        begun = self.clock()
        while still() and (left := seconds(self._pace()) - (self.clock() - begun)) > 0:
            self.wait(left)

    def _scenarios(self) -> list[str]:
        active: list[str] = settings.read(self.store.db)["scenarios"]
        return active

    def _pace(self) -> pace.Pace:
        if self._at_once:
            return pace.IMMEDIATE
        return pace.parse(settings.read(self.store.db)["pace"])

    def _end(self, import_id: int, data: dict[str, Any], **values: Any) -> None:
        end_early(self.store, import_id, data, **values)
        self.store.db.commit()

    def _fault(self, import_id: int, run_token: str, fault: Exception) -> None:
        """End an import whose engine raised: the learner gets a number, the log the traceback."""
        log.error("import %s failed (error report %s)", import_id, import_id, exc_info=fault)
        db = self.store.db
        if sis_batches.runs(db, import_id, run_token):
            text = f"Something went wrong inside the practice Canvas; error report number {import_id}."
            sis_batches.add_error(db, import_id, text, now())
            self._end(import_id, {}, workflow_state="failed_with_messages")

    def _restore(self, restore: progresses.Restore) -> None:
        """Put back the states that an import changed."""
        state = "partially_restored" if any(restore.options.values()) else "restored"
        try:
            for step in restore_states(self.store, restore.import_id, **restore.options):
                with self.store.write() as db:
                    progresses.advance(db, restore, step.progress, step.data, now())
        except Exception as fault:
            self.store.db.rollback()
            log.error("restoring import %s failed", restore.import_id, exc_info=fault)
            with self.store.write() as db:
                progresses.fail(db, restore, now())
            return
        with self.store.write() as db:
            progresses.complete(db, restore, state, now())


def end_early(store: Store, import_id: int, data: dict[str, Any], **values: Any) -> None:
    """End an import that cannot finish by itself, with the messages it has so far; the caller commits."""
    counts = {**data.get("counts", {}), **sis_batches.message_counts(store.db, import_id)}
    write_errors_attachment(store, import_id, now())
    sis_batches.end(store.db, import_id, now(), data={**data, "counts": counts}, **values)


def recover(store: Store) -> None:
    """End the imports that were running when their worker died; waiting ones stay in the queue."""
    with store.write() as db:
        for record in sis_batches.interrupted(db):
            data = json.loads(record["data"])
            if record["workflow_state"] == "aborted":
                end_early(store, record["id"], data, progress=100)
            else:
                sis_batches.add_error(db, record["id"], INTERRUPTED, now())
                end_early(store, record["id"], data, workflow_state="failed_with_messages")


def _seconds_until(time_text: str | None) -> float:
    """Return the seconds from now until a time, 0.0 when it has passed or is None."""
    if time_text is None:
        return 0.0
    moment = datetime.fromisoformat(time_text)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
