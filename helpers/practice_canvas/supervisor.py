"""Keep a worker running beside the server, and put its imports right when it dies."""

import asyncio
import logging
import sys
from contextlib import suppress
from pathlib import Path

from helpers.practice_canvas.jobs import recover
from helpers.practice_canvas.store import attachments
from helpers.practice_canvas.store.store import Store

SECONDS_BEFORE_RESTART = 0.5
SECONDS_TO_END = 5.0

log = logging.getLogger(__name__)


class Supervisor:
    """Starts the worker's process, wakes it, and starts another one when it ends.

    Args:
        home: the practice Canvas's folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self, store: Store) -> None:
        """Put right what an earlier server left unfinished, then start a worker.

        Args:
            store: a writing connection, used at once.
        """
        recover(store)
        attachments.sweep(store)
        await self._start_worker()
        self._watching = asyncio.create_task(self._watch(store))

    async def stop(self) -> None:
        """End the worker."""
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._process and self._process.stdin:
            self._process.stdin.close()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._process.wait(), SECONDS_TO_END)

    def wake(self) -> None:
        """Tell the worker that something may be due."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(b"\n")

    async def _start_worker(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "helpers.practice_canvas.worker",
            "--home",
            str(self._home),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )

    async def _watch(self, store: Store) -> None:
        while self._process:
            code = await self._process.wait()
            log.error("the worker ended with status %s; starting another one", code)
            await asyncio.to_thread(recover, store)
            await asyncio.sleep(SECONDS_BEFORE_RESTART)
            await self._start_worker()
