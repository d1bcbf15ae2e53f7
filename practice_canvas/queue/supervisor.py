"""Keep the worker process alive: start it, wake it, and restart it when it ends."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

from practice_canvas.credentials import without_credentials
from practice_canvas.processes import apart, environment, module_command

SECONDS_BEFORE_RESTART = 0.5
LONGEST_BEFORE_RESTART = 60.0
SECONDS_TO_END = 5.0

log = logging.getLogger(__name__)


class Supervisor:
    """Keeps one worker process running beside the server.

    Args:
        home: the practice Canvas's folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._watch_task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the worker, and restart it whenever it ends."""
        await self._start_worker()
        self._watch_task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop the worker."""
        if self._watch_task:
            self._watch_task.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch_task
        if self._process and self._process.stdin:
            self._process.stdin.close()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._process.wait(), SECONDS_TO_END)

    def wake(self) -> None:
        """Wake the worker: something may be waiting for it."""
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(b"\n")

    async def _start_worker(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *module_command("queue.worker", "--home", self._home),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=without_credentials(environment()),
            **apart(),  # Ctrl+C ends the server, which then ends the worker
        )

    async def _watch(self) -> None:
        pause = SECONDS_BEFORE_RESTART
        while self._process and self._process.stdout:
            if await self._process.stdout.readline():  # it came up
                pause = SECONDS_BEFORE_RESTART
            code = await self._process.wait()
            log.error("the worker ended with status %s; restarting it in %s s", code, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_BEFORE_RESTART)
            await self._start_worker()
