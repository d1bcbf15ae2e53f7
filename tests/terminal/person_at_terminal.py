"""A person at a terminal: starts a command there, reads what it shows, and types (not on Windows)."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from tests.waiting import LONGEST_WAIT

REPOSITORY = Path(__file__).parents[2]
# A new session has no terminal: this takes one, as a login does, and becomes the command.
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)


class Person:
    """Sits at a pseudo-terminal.

    Args:
        environment: of the commands.
        log: the file that takes what the commands write to stdout and stderr; None for the terminal.
    """

    def __init__(self, environment: dict[str, str], log: Path | None = None) -> None:
        self._keyboard, self._terminal = os.openpty()
        self._environment, self._log = environment, log
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = b""

    def __enter__(self) -> "Person":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._keyboard)
        os.close(self._terminal)

    def start(self, *words: object, stdin: int | None = None, controlled: bool = True) -> None:
        """Start the lesson's command; stdin is the terminal unless another is given.

        `controlled` is whether the terminal is also the controlling one, /dev/tty, as in every shell.
        """
        lead = ["-c", TAKE_TERMINAL, str(self._terminal)] if controlled else []
        output = self._log.open("wb") if self._log else None
        try:
            self._process = subprocess.Popen(
                [sys.executable, *lead, "-m", "helpers.terminal", *map(str, words)],
                stdin=self._terminal if stdin is None else stdin,
                stdout=output or self._terminal,
                stderr=output or self._terminal,
                pass_fds=[self._terminal],
                start_new_session=True,
                env=self._environment,
                cwd=REPOSITORY,
            )
        finally:
            if output:
                output.close()

    def sees(self, text: str) -> bool:
        """Wait until the terminal shows a text or the command has ended."""
        assert self._process
        until = time.monotonic() + LONGEST_WAIT
        while text not in self.screen and time.monotonic() < until:
            ended = self._process.poll() is not None
            if not self._read(0 if ended else 0.05) and ended:
                break
        return text in self.screen

    def types(self, line: str) -> None:
        """Type a line; \\x04 is Ctrl+D."""
        os.write(self._keyboard, line.encode())

    def exit_status(self) -> int:
        """Wait for the end of the command."""
        assert self._process
        status = self._process.wait(LONGEST_WAIT)
        while self._read(0):
            pass
        return status

    @property
    def screen(self) -> str:
        """What the terminal showed so far."""
        return self._seen.decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def log(self) -> str:
        """What went into the log."""
        return self._log.read_text(encoding="utf-8") if self._log else ""

    def _read(self, seconds: float) -> bool:
        ready = bool(select.select([self._keyboard], [], [], seconds)[0])
        if ready:
            self._seen += os.read(self._keyboard, 65536)
        return ready
