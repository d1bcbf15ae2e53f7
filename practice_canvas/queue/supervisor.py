"""Keep the worker process alive: start it, wake it, and restart it when it ends."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress

from practice_canvas.credentials import without_credentials
from practice_canvas.processes import apart, environment

SECONDS_BEFORE_RESTART = 0.5
LONGEST_BEFORE_RESTART = 60.0
SECONDS_TO_END = 5.0

log = logging.getLogger(__name__)


class Supervisor:
    """Keeps one worker process running beside the server.

    Args:
        command: the worker's command line.
    """

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._lines: set[str] = set()
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

    def wake(self, line: str = "") -> None:
        """Wake the worker: something may be waiting for it.

        Args:
            line: which seat it is, for the worker of a room; one that is restarted gets all lines again.
        """
        self._lines.add(line)
        self._write([line])

    def _write(self, lines: Iterable[str]) -> None:
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def _start_worker(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=without_credentials(environment()),
            **apart(),  # Ctrl+C ends the server, which then ends the worker
        )
        self._write(self._lines)

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
