"""Hold a home folder for one server: the operating system lets go of the lock when the process ends."""

import sqlite3
from pathlib import Path

LOCK_FILE = "serving.lock"


class ForeignLock(Exception):
    """The lock file is not one of SQLite's, so no practice Canvas made it."""


class HomeLock:
    """A lock that no crash leaves behind, on every operating system (SQLite locks a file of its own).

    Args:
        home: the folder of one practice Canvas.
    """

    def __init__(self, home: Path) -> None:
        self._db = sqlite3.connect(home / LOCK_FILE, isolation_level=None, timeout=0)

    def acquire(self) -> bool:
        """Take the lock; False when another process holds it.

        Raises:
            ForeignLock: another program made the file.
        """
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise
        except sqlite3.DatabaseError as fault:
            raise ForeignLock from fault
        return True
