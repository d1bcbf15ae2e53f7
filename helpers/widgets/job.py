"""Work that goes on while the kernel stays free: a daemon thread, an Event to stop it, something to await."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from threading import Event, Thread

POLL_SECONDS = 0.05


class Job:
    """Run `work(stop)` on a thread of its own, from now on.

    `work` looks at the `stop` event between its steps (`stop.wait(seconds)` is its sleep), catches its own
    errors, and changes nothing but widget traits: these are all that may be touched from a thread.
    A stopped job counts as done at once, even while its thread still sits in an HTTP request; what the
    request brings home later must be dropped, which `work` knows by `stop.is_set()`.
    """

    def __init__(self, work: Callable[[Event], None]) -> None:
        self._stop = Event()
        self._thread = Thread(target=work, args=(self._stop,), daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self._stop.is_set() or not self._thread.is_alive()

    @property
    def stopped(self) -> bool:
        """Whether it was asked to end before it had."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to end; returns at once."""
        self._stop.set()

    def join(self, seconds: float | None = None) -> bool:
        """Block until the thread has ended, at most `seconds`; say whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def __await__(self) -> Generator[object, None, None]:
        return self._until_done().__await__()

    async def _until_done(self) -> None:
        """Wait without holding up the kernel, whose interrupt button (■) stops the job."""
        try:
            while not self.done:
                await asyncio.sleep(POLL_SECONDS)
        except (KeyboardInterrupt, asyncio.CancelledError):
            self.stop()
