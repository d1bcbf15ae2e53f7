"""Share the processor among threads: few compute at a time, first come, first served."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from practice_canvas.queue import pace
from practice_canvas.queue.import_run import PaceTimer
from practice_canvas.store.store import Store


class Turns:
    """Lets a number of threads compute at once; the others wait in a line.

    Args:
        at_once: how many.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._line: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait for a turn."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            self._line.append(called)
        called.acquire()

    def give_back(self) -> None:
        """End a turn: the next in line has it."""
        with self._lock:
            if self._line:
                self._line.popleft().release()
            else:
                self._free += 1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn in the block."""
        self.take()
        try:
            yield
        finally:
            self.give_back()

    @contextmanager
    def off(self) -> Iterator[None]:
        """Leave the turn to others in the block, and wait for the next one."""
        self.give_back()
        try:
            yield
        finally:
            self.take()


class SharingTimer(PaceTimer):
    """Waits as the pace requires, and lets others have their turn between two steps of an import.

    Args:
        store: the store with the pace setting.
        wait: sleeps for a number of seconds, or less if something may have changed; it gives the turn back.
        turns: of which the caller has one.
    """

    def __init__(self, store: Store, wait: Callable[[float], object], turns: Turns) -> None:
        super().__init__(store, wait)
        self._turns = turns

    def pause(self, seconds: Callable[[pace.Pace], float], still: Callable[[], bool]) -> None:
        """Let the others go first, then wait."""
        with self._turns.off():
            pass
        super().pause(seconds, still)
