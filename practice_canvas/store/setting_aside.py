"""Move databases away that cannot be used: of another version, damaged, or of another program."""

import sqlite3
from contextlib import closing
from itertools import chain, count
from pathlib import Path

from practice_canvas.store.store import DATABASE, is_of_this_version

CHECKED_WHOLE = 64 << 20  # bytes: checking a larger database would delay the start
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def set_aside_other_version(home: Path) -> Path | None:
    """Move away a database that an older or newer version of the schema made; call it before any Store.

    Returns:
        Where it is now, None when there was nothing to move.
    """
    path = home / DATABASE
    if not path.exists() or is_of_this_version(path):
        return None
    return _move(path, "practice-of-another-version")


def set_aside_damaged(path: Path) -> Path | None:
    """Move away a database that SQLite cannot read; call it before anything opens that.

    Returns:
        Where it is now, None when there was nothing to move.
    """
    if not path.exists() or _is_sound(path):
        return None
    return _move(path, f"{path.stem}-damaged")


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if path.stat().st_size > CHECKED_WHOLE:
                return True
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as fault:
        if fault.sqlite_errorcode & 0xFF in _DAMAGED:
            return False
        raise


def _move(path: Path, stem: str) -> Path:
    """Rename a database, and what SQLite keeps beside it, to a name that is free."""
    suffixes = chain([""], map("-{}".format, count(2)))
    names = (path.with_name(f"{stem}{suffix}.sqlite3") for suffix in suffixes)
    target = next(aside for aside in names if not aside.exists())
    for beside in ("-wal", "-shm", "-journal"):
        if (companion := Path(f"{path}{beside}")).exists():
            companion.replace(f"{target}{beside}")
    return path.replace(target)
