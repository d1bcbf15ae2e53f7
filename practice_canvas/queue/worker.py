"""The worker process: runs imports while the server process answers requests.

The server starts it with a pipe as standard input: a line wakes the worker, the end of the input ends it.
"""

import argparse
import gc
import logging
import os
import sys
import threading
from pathlib import Path

from practice_canvas.queue.import_run import PaceTimer
from practice_canvas.queue.queue import ImportQueue, recover
from practice_canvas.store.store import Store

# An import creates millions of small objects without reference cycles. With the default threshold of 700,
# garbage collection would take a third of the time.
OBJECTS_BETWEEN_COLLECTIONS = 1_000_000
# Requests that poll an import come before the import itself.
NICENESS = 5


def main() -> None:
    """Run the queue until the server ends."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.worker", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s worker %(levelname)s %(message)s")
    wake = threading.Event()
    threading.Thread(target=_listen, args=(wake,), daemon=True).start()

    def wait(seconds: float | None) -> None:
        wake.wait(seconds)
        wake.clear()

    store = Store(options.home)
    recover(store)  # there is one worker, so an import that looks active was interrupted
    import_queue = ImportQueue(store, PaceTimer(store, wait))
    while True:
        wait(import_queue.run_due())


def _listen(wake: threading.Event) -> None:
    """Turn the server's lines into wake-ups; end this process when the server ends."""
    while os.read(sys.stdin.fileno(), 4096):
        wake.set()
    os._exit(0)  # even in the middle of a chunk: the database rolls it back


if __name__ == "__main__":
    main()
