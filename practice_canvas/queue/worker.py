"""The worker process: runs imports while the server process answers requests.

The server starts it with a pipe as standard input: a line wakes the worker, the end of the input ends it.
"""

import argparse
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from practice_canvas import logs
from practice_canvas.processes import RENEW
from practice_canvas.queue.import_run import PaceTimer
from practice_canvas.queue.queue import ImportQueue, recover
from practice_canvas.store.store import Store, disk_is_full

# An import creates millions of small objects without reference cycles. With the default threshold of 700,
# garbage collection would take a third of the time.
OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
# Requests that poll an import come before the import itself.
NICENESS = 5
# A worker that has ever taken so much memory makes room for a fresh one once nothing is left to do.
MOST_MEMORY = 400 << 20  # bytes
LONGEST_PAUSE = 60.0

log = logging.getLogger(__name__)
Done = TypeVar("Done")


def main() -> None:
    """Run the queue until the server ends."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.worker", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    become_worker(options.home)
    wake = threading.Event()
    threading.Thread(target=_listen, args=(wake,), daemon=True).start()

    def wait(seconds: float | None) -> None:
        wake.wait(seconds)
        wake.clear()

    store = Store(options.home)
    # There is one worker, so an import that looks active was interrupted.
    once_there_is_room(lambda: recover(store), store, wait)
    print("ready", flush=True)  # noqa: T201 (the server reads it)
    import_queue = ImportQueue(store, PaceTimer(store, wait))
    while True:
        seconds = once_there_is_room(import_queue.run_due, store, wait)
        if _has_grown():
            store.close()
            os._exit(RENEW)
        wait(seconds)


def become_worker(home: Path) -> None:
    """Set this process up as the worker of a home: behind the server, and ended by it alone."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the server, which ends this process
    if hasattr(os, "nice"):
        os.nice(NICENESS)
        os.umask(0o077)
    logs.begin(home, "worker ")


def once_there_is_room(
    work: Callable[[], Done], store: Store, wait: Callable[[float | None], object]
) -> Done:
    """Return what the work returns; while the disk is full, try it again, less and less often."""
    pause = 1.0
    while True:
        try:
            return work()
        except Exception as fault:
            if not disk_is_full(fault):
                raise
            store.make_room()
            log.error("the disk is full: trying again in %s s", pause)
            wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _has_grown() -> bool:
    """Return whether this process has ever taken so much memory that a fresh one should follow it."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) > MOST_MEMORY


def _listen(wake: threading.Event) -> None:
    """Turn the server's lines into wake-ups; end this process when the server ends."""
    while os.read(sys.stdin.fileno(), 4096):
        wake.set()
    os._exit(0)  # even in the middle of a chunk: the database rolls it back


if __name__ == "__main__":
    main()
