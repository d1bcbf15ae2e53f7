"""Log to standard error, and keep the file behind it within bounds."""

import logging
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

LOG_FILE = "service.log"  # of a server that a notebook started
LONGEST_LOG = 1 << 20  # bytes


def begin(home: Path, who: str = "") -> None:
    """Log warnings and errors of this process to standard error.

    Args:
        home: the data folder, which has the log that standard error may go to.
        who: the process, for its lines.
    """
    handler = _BoundedLog(home / LOG_FILE)
    handler.setFormatter(logging.Formatter(f"%(asctime)s {who}%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _BoundedLog(logging.StreamHandler):  # type: ignore[type-arg]  # it is generic for type checkers only
    """Makes a log that has become too long the previous log, and goes on with an empty one.

    Several processes write to it, and each appends: so the file is emptied in place, not renamed.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(sys.stderr)
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        super().emit(record)
        with suppress(OSError, ValueError):
            there = os.fstat(self.stream.fileno())
            if there.st_size > LONGEST_LOG and os.path.samestat(there, self._path.stat()):
                shutil.copyfile(self._path, f"{self._path}.1")
                os.truncate(self._path, 0)
