"""The queue: run waiting imports, oldest first, and requested restores and reports."""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from practice_canvas import scenarios
from practice_canvas.engine.restore import restore_states
from practice_canvas.engine.run import run_import
from practice_canvas.queue import pace, reports
from practice_canvas.queue.import_run import PacedRun, PaceTimer, end_early
from practice_canvas.store import messages
from practice_canvas.store.records import Record
from practice_canvas.store.school import settings
from practice_canvas.store.store import Store, disk_is_full, now
from practice_canvas.store.writes import account_reports, import_queue, progresses

log = logging.getLogger(__name__)

INTERRUPTED = (
    "The practice Canvas stopped while this import was running. The rows imported so far were kept;"
    " send the file again."
)
# What Canvas stores when it fails before it can store a message.
INTERNAL_FAULT_DATA = {
    "error_message": "the practice Canvas failed on purpose (scenario internal_fault)",
    "stack_trace": "queue.py: the scenario internal_fault",
}
DISK_FULL = (
    "The disk of the practice Canvas was full, so this import ended early."
    " The rows imported so far were kept; free some space, and send the file again."
)
REPORT_FAILED = "Something went wrong inside the practice Canvas during the report; request it again."


@dataclass(frozen=True)
class _Failed:
    """An import whose engine raised, and what to say about it."""

    import_run: PacedRun
    import_id: int
    run_token: str
    message: str


class ImportQueue:
    """The worker's side of the queue.

    Args:
        store: this process's own connection.
        timer: waits as the pace requires.
    """

    def __init__(self, store: Store, timer: PaceTimer) -> None:
        self._store = store
        self._timer = timer
        self._failed: _Failed | None = None  # until its end is stored, which a full disk may delay

    def run_due(self) -> float | None:
        """Run everything that is due; return the seconds until more is due (None: wait to be woken)."""
        while True:
            self._end_failed()
            with self._store.write() as db:
                import_queue.finish_aborted(db, now())
            if restore := progresses.next_restore(self._store.db):
                self._restore(restore)
                continue
            if report := account_reports.next_waiting(self._store.db):
                self._report(report)
                continue
            record = import_queue.waiting(self._store.db)
            if record is None or scenarios.STUCK_IN_CREATED in self._scenarios():
                return None
            if seconds := _seconds_until(record["run_after"]):
                return seconds
            self._import(record)

    def _import(self, record: Record) -> None:
        """Wait as the pace requires, then claim and run the import, unless it was aborted."""
        import_id, db = record["id"], self._store.db
        self._timer.import_id = import_id
        self._timer.pause(pace.queue_seconds, lambda: import_queue.is_waiting(db, import_id))
        started_at = now()
        self._store.fill_reserve()
        with self._store.write():
            run_token = import_queue.claim(db, import_id, started_at)
        if run_token and scenarios.INTERNAL_FAULT in self._scenarios():
            with self._store.write():
                import_queue.end(db, import_id, now(), data=INTERNAL_FAULT_DATA, workflow_state="failed")
        elif run_token:
            self._run(import_id, run_token, started_at)

    def _run(self, import_id: int, run_token: str, started_at: str) -> None:
        import_run = PacedRun(self._store, self._timer, import_id, run_token)
        steps = run_import(self._store, import_id, started_at)
        try:
            import_run.run(steps)
        except Exception as fault:  # an error in an import must not end the queue
            self._store.db.rollback()
            self._failed = _Failed(
                import_run, import_id, run_token, self._explained(import_id, run_token, fault)
            )
        finally:
            steps.close()  # what was unpacked makes room

    def _explained(self, import_id: int, run_token: str, fault: Exception) -> str:
        """Return the message about a fault: the learner gets a number, the log has the rest."""
        if disk_is_full(fault):
            self._store.make_room()
            return DISK_FULL
        if import_queue.runs(self._store.db, import_id, run_token):  # else the school was reset: no error
            log.error("import %s failed (error report %s)", import_id, import_id, exc_info=fault)
        return f"Something went wrong inside the practice Canvas; error report number {import_id}."

    def _end_failed(self) -> None:
        """End the import whose engine raised, if there is one."""
        failed = self._failed
        if failed is None:
            return
        with self._store.write() as db:
            if import_queue.runs(db, failed.import_id, failed.run_token):
                messages.add_error(db, failed.import_id, failed.message, now())
                data = failed.import_run.data
                end_early(self._store, failed.import_id, data, workflow_state="failed_with_messages")
        self._failed = None

    def _report(self, report: Record) -> None:
        """Run a report; an error in it must not end the queue."""
        try:
            reports.run(self._store, report)
        except Exception as fault:
            self._store.db.rollback()
            if disk_is_full(fault):
                self._store.make_room()
            log.error("report %s failed", report["id"], exc_info=fault)
            reports.fail(self._store, report["id"], REPORT_FAILED)

    def _restore(self, restore: progresses.Restore) -> None:
        """Restore the states that an import changed."""
        state = "partially_restored" if any(restore.options.values()) else "restored"
        try:
            for step in restore_states(self._store, restore.import_id, **restore.options):
                with self._store.write() as db:
                    if not progresses.advance(db, restore, step.progress, step.data, now()):
                        db.rollback()  # the school was reset
                        return
        except Exception as fault:
            self._store.db.rollback()
            if disk_is_full(fault):
                self._store.make_room()
            log.error("restoring import %s failed", restore.import_id, exc_info=fault)
            with self._store.write() as db:
                progresses.fail(db, restore, now())
            return
        with self._store.write() as db:
            progresses.complete(db, restore, state, now())

    def _scenarios(self) -> list[str]:
        active: list[str] = settings.read(self._store.db)["scenarios"]
        return active


def recover(store: Store) -> None:
    """End the imports that were running when their worker died; waiting ones stay in the queue."""
    with store.write() as db:
        for record in import_queue.interrupted(db):
            data = json.loads(record["data"])
            if record["workflow_state"] == "aborted":
                end_early(store, record["id"], data, progress=100)
            else:
                messages.add_error(db, record["id"], INTERRUPTED, now())
                end_early(store, record["id"], data, workflow_state="failed_with_messages")


def _seconds_until(time_text: str | None) -> float:
    """Return the seconds from now until a time, 0.0 when it has passed or is None."""
    if time_text is None:
        return 0.0
    moment = datetime.fromisoformat(time_text)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
