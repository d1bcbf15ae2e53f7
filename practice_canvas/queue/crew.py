"""The worker process of a room: runs the imports of many seats, each in its own thread while it has work.

The server starts it with a pipe as standard input: a line names the seat to look after, the end of the input
ends the process. A seat without work takes no memory here.
"""

import argparse
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from practice_canvas.queue.queue import ImportQueue, recover
from practice_canvas.queue.turns import SharingTimer, Turns
from practice_canvas.queue.worker import LONGEST_PAUSE, become_worker, once_there_is_room
from practice_canvas.store.store import SEAT, Store

AT_ONCE = 2  # threads that compute: SQLite and the disk let a second one go on
FIRST_PAUSE = 1.0

log = logging.getLogger(__name__)


def main() -> None:
    """Run the queues of the seats until the server ends."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.queue.crew", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the folder with a folder for each seat")
    options = parser.parse_args()
    become_worker(options.home)
    crew = Crew(Turns(AT_ONCE), gc.collect)  # what a large or hostile file left behind
    print("ready", flush=True)  # noqa: T201 (the server reads it)
    for line in sys.stdin:
        crew.wake(options.home / line.strip())
    os._exit(0)  # even in the middle of a chunk: the database rolls it back


class Crew:
    """Threads that run the queues of homes.

    Args:
        turns: how many of them compute at once.
        idle: called whenever none of them has anything left to do.
    """

    def __init__(self, turns: Turns, idle: Callable[[], object]) -> None:
        self._turns = turns
        self._idle = idle
        self._lock = threading.Lock()
        self._active: dict[Path, threading.Event] = {}
        self._recovered: set[Path] = set()

    def wake(self, home: Path) -> None:
        """See whether a home has work."""
        with self._lock:
            woken = self._active.get(home)
            if woken is None:
                woken = self._active[home] = threading.Event()
                threading.Thread(target=self._look_after, args=(home, woken), daemon=True).start()
            woken.set()

    def _look_after(self, home: Path, woken: threading.Event) -> None:
        """Run a home's queue as often as it is woken; an error waits, and concerns this home alone."""
        pause = FIRST_PAUSE
        while self._is_woken(home, woken):
            try:
                self._run_queue(home, woken)
                pause = FIRST_PAUSE
            except Exception as fault:
                log.error("the queue of %s failed: trying again in %s s", home.name, pause, exc_info=fault)
                woken.wait(pause)
                woken.set()
                pause = min(2 * pause, LONGEST_PAUSE)

    def _is_woken(self, home: Path, woken: threading.Event) -> bool:
        """Return whether the home was woken since the last time; if not, its thread has ended."""
        with self._lock:
            if woken.is_set():
                woken.clear()
                return True
            del self._active[home]
            if not self._active:
                self._idle()
            return False

    def _run_queue(self, home: Path, woken: threading.Event) -> None:
        def wait(seconds: float | None) -> None:
            with self._turns.off():
                woken.wait(seconds)
                woken.clear()

        with self._turns.turn():
            store = Store(home, SEAT)
            try:
                if home not in self._recovered:  # what looks active was interrupted
                    once_there_is_room(lambda: recover(store), store, wait)
                    self._recovered.add(home)
                queue = ImportQueue(store, SharingTimer(store, wait, self._turns))
                while (seconds := once_there_is_room(queue.run_due, store, wait)) is not None:
                    wait(seconds)
            finally:
                store.close()


if __name__ == "__main__":
    main()
