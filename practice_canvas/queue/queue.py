"""The queue: run waiting imports one after the other, oldest first, and restore what should be restored."""

import json
import logging
from datetime import UTC, datetime

from practice_canvas import scenarios
from practice_canvas.engine.restore import restore_states
from practice_canvas.engine.run import run_import
from practice_canvas.queue import pace, reports
from practice_canvas.queue.import_run import Drive, Pacer, end_early
from practice_canvas.store import account_reports, progresses, settings, sis_batch_runs
from practice_canvas.store.records import Record
from practice_canvas.store.store import Store, now

log = logging.getLogger(__name__)

INTERRUPTED = (
    "The practice Canvas stopped while this import was running. What had been imported until then is kept;"
    " send the file again."
)
# What Canvas stores when it breaks down before any message could be.
BREAKDOWN = {
    "error_message": "the practice Canvas broke down on purpose (scenario internal_fault)",
    "stack_trace": "jobs.py: the scenario internal_fault",
}
REPORT_BROKE = "Something went wrong inside the practice Canvas while it made the report; ask for it again."


class Jobs:
    """The worker's side of the queue.

    Args:
        store: this process's own connection.
        pacer: waits as the pace wants.
    """

    def __init__(self, store: Store, pacer: Pacer) -> None:
        self._store = store
        self._pacer = pacer

    def work(self) -> float | None:
        """Do all that is due and return the seconds until more is (None: only when told)."""
        while True:
            with self._store.write() as db:
                sis_batch_runs.finish_aborted(db, now())
            if restore := progresses.next_restore(self._store.db):
                self._restore(restore)
                continue
            if report := account_reports.next_waiting(self._store.db):
                self._report(report)
                continue
            record = sis_batch_runs.waiting(self._store.db)
            if record is None or scenarios.STUCK_IN_CREATED in self._scenarios():
                return None
            if seconds := _seconds_until(record["run_after"]):
                return seconds
            self._import(record)

    def _import(self, record: Record) -> None:
        """Wait as the pace wants, then claim the import and run it, unless it was aborted meanwhile."""
        import_id, db = record["id"], self._store.db
        self._pacer.at_once = bool(json.loads(record["options"]).get("at_once"))
        self._pacer.pause(pace.queue_seconds, lambda: sis_batch_runs.is_waiting(db, import_id))
        with self._store.write():
            run_token = sis_batch_runs.claim(db, import_id, now())
        if run_token and scenarios.INTERNAL_FAULT in self._scenarios():
            with self._store.write():
                sis_batch_runs.end(db, import_id, now(), data=BREAKDOWN, workflow_state="failed")
        elif run_token:
            self._run(import_id, run_token)

    def _run(self, import_id: int, run_token: str) -> None:
        drive = Drive(self._store, self._pacer, import_id, run_token)
        steps = run_import(self._store, import_id, now())
        try:
            drive.run(steps)
        except Exception as fault:  # whatever goes wrong in an import must not end the queue
            self._store.db.rollback()
            self._fail(drive, import_id, run_token, fault)
        finally:
            steps.close()

    def _fail(self, drive: Drive, import_id: int, run_token: str, fault: Exception) -> None:
        """End an import whose engine raised: the learner gets a number, the log has the rest."""
        with self._store.write() as db:
            if not sis_batch_runs.runs(db, import_id, run_token):
                return  # the school was reset and its files are gone: that is no fault
            log.error("import %s failed (error report %s)", import_id, import_id, exc_info=fault)
            text = f"Something went wrong inside the practice Canvas; error report number {import_id}."
            sis_batch_runs.add_error(db, import_id, text, now())
            end_early(self._store, import_id, drive.data, workflow_state="failed_with_messages")

    def _report(self, report: Record) -> None:
        """Make a report; whatever goes wrong in it must not end the queue."""
        try:
            reports.run(self._store, report)
        except Exception as fault:
            self._store.db.rollback()
            log.error("report %s failed", report["id"], exc_info=fault)
            reports.fail(self._store, report["id"], REPORT_BROKE)

    def _restore(self, restore: progresses.Restore) -> None:
        """Put back the states that an import changed."""
        state = "partially_restored" if any(restore.options.values()) else "restored"
        try:
            for step in restore_states(self._store, restore.import_id, **restore.options):
                with self._store.write() as db:
                    if not progresses.advance(db, restore, step.progress, step.data, now()):
                        db.rollback()  # the school was reset meanwhile
                        return
        except Exception as fault:
            self._store.db.rollback()
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
        for record in sis_batch_runs.interrupted(db):
            data = json.loads(record["data"])
            if record["workflow_state"] == "aborted":
                end_early(store, record["id"], data, progress=100)
            else:
                sis_batch_runs.add_error(db, record["id"], INTERRUPTED, now())
                end_early(store, record["id"], data, workflow_state="failed_with_messages")


def _seconds_until(time_text: str | None) -> float:
    """Return the seconds from now until a time, 0.0 when it has passed or is None."""
    if time_text is None:
        return 0.0
    moment = datetime.fromisoformat(time_text)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
