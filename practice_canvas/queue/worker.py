"""The worker's process: runs the imports while the server's process answers.

The server starts it with a pipe as its standard input: a line there wakes it, the end of it ends it.
"""

import argparse
import gc
import logging
import os
import sys
import threading
from pathlib import Path

from practice_canvas.queue.import_run import Pacer
from practice_canvas.queue.queue import Jobs, recover
from practice_canvas.store.store import Store

# An import makes millions of small objects that go by themselves. Python's search for cycles among them,
# after every 700, would take a third of the time.
OBJECTS_BETWEEN_SEARCHES = 1_000_000
# Who asks how far an import is gets an answer first; the import goes on second.
BEHIND_THE_SERVER = 5


def main() -> None:
    """Work until the server is gone."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.worker", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    if hasattr(os, "nice"):
        os.nice(BEHIND_THE_SERVER)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s worker %(levelname)s %(message)s")
    wake = threading.Event()
    threading.Thread(target=_listen, args=(wake,), daemon=True).start()

    def wait(seconds: float | None) -> None:
        wake.wait(seconds)
        wake.clear()

    store = Store(options.home)
    recover(store)  # nobody else runs imports: what looks so lost its worker
    jobs = Jobs(store, Pacer(store, wait))
    while True:
        wait(jobs.work())


def _listen(wake: threading.Event) -> None:
    """Turn the server's lines into wake-ups; without a server nobody needs this process."""
    while os.read(sys.stdin.fileno(), 4096):
        wake.set()
    os._exit(0)  # at once, also in the middle of a chunk: the database rolls that back


if __name__ == "__main__":
    main()
