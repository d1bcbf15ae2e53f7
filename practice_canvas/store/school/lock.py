"""Hold a home folder for one server: the operating system lets go of the lock when the process ends."""

import sqlite3
from contextlib import closing
from pathlib import Path

LOCK_FILE = "serving.lock"
SECONDS_OF_A_LOOK = 0.5  # somebody else's look at the lock takes much less


class ForeignLock(Exception):
    """The lock file is not one of SQLite's, so no practice Canvas made it."""


class HomeLock:
    """A lock that no crash leaves behind, on every operating system (SQLite locks a file of its own).

    Args:
        home: the folder of one practice Canvas.
    """

    def __init__(self, home: Path) -> None:
        self._db = sqlite3.connect(home / LOCK_FILE, isolation_level=None, timeout=SECONDS_OF_A_LOOK)

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


def is_locked(home: Path) -> bool:
    """Return whether a process holds the lock of a home; one that was asked to end may still do so."""
    if not (home / LOCK_FILE).exists():
        return False
    with closing(sqlite3.connect(home / LOCK_FILE, timeout=0)) as looking:
        try:
            looking.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.DatabaseError as fault:
            return fault.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False
