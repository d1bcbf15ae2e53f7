"""Hold a home folder for one server: the operating system lets go of the lock when the process ends."""

import sqlite3
from pathlib import Path


class HomeLock:
    """A lock that no crash leaves behind, on every operating system (SQLite locks a file of its own).

    Args:
        home: the folder of one practice Canvas; made when it is missing.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(home / "serving.lock", isolation_level=None, timeout=0)

    def acquire(self) -> bool:
        """Take the lock; False when another process holds it."""
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        return True
