"""Background work that leaves the kernel free: a daemon thread that can be stopped and awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from threading import Event, Thread

POLL_SECONDS = 0.05


class Job:
    """Start `work(stop)` on its own thread.

    `work` checks the `stop` event between its steps (and sleeps with `stop.wait(seconds)`), catches its own
    errors, and changes only widget traits, which are safe to change from a thread.
    A stopped job is done at once, even if its thread still waits for an HTTP request. `work` must drop the
    answer that arrives later: `stop.is_set()` says so.
    """

    def __init__(self, work: Callable[[Event], None]) -> None:
        self._stop = Event()
        self._thread = Thread(target=work, args=(self._stop,), daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the work has ended or was stopped."""
        return self._stop.is_set() or not self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        """Whether the work was asked to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to stop, without waiting for it."""
        self._stop.set()

    def join(self, seconds: float | None = None) -> bool:
        """Wait for the thread to end, at most `seconds`; return whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def __await__(self) -> Generator[object, None, None]:
        return self._until_done().__await__()

    async def _until_done(self) -> None:
        """Wait without blocking the kernel; its interrupt button (■) stops the job."""
        try:
            while not self.done:
                await asyncio.sleep(POLL_SECONDS)
        except (KeyboardInterrupt, asyncio.CancelledError):
            self.stop()
