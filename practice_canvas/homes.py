"""Take a data folder into use: make it private, lock it, and see to its database."""

import errno
import os
from pathlib import Path

from practice_canvas import diagnosis, service
from practice_canvas.credentials import TOKENS_FILE, unfinished
from practice_canvas.logs import LOG_FILE
from practice_canvas.queue import pace
from practice_canvas.service import ALREADY_SERVED, NO_DATABASE, NO_HOME, CannotServe
from practice_canvas.store import exercises
from practice_canvas.store.school import settings
from practice_canvas.store.school.lock import LOCK_FILE, ForeignLock, HomeLock
from practice_canvas.store.setting_aside import set_aside_damaged, set_aside_other_version
from practice_canvas.store.store import DATABASE, DESK, RESERVE, Budget, DatabaseFault, Store, error_number

PRIVATE = (service.STATE_FILE, service.ROOM_STATE_FILE, TOKENS_FILE)
FILES = (
    *(
        name + beside
        for name in (DATABASE, exercises.DATABASE)
        for beside in ("", "-wal", "-shm", "-journal")
    ),
    *PRIVATE,
    *(unfinished(Path(name)).name for name in PRIVATE),
    *(LOCK_FILE, RESERVE, LOG_FILE),
)
FOLDERS = ("files", "snapshots", "unpacked")


def take(home: Path) -> HomeLock:
    """Make a data folder, private to this user, and lock it for this process.

    Args:
        home: the folder; made when it is missing.

    Returns:
        The lock: it holds as long as the object lives.

    Raises:
        CannotServe: another practice Canvas serves it, or it cannot be used.
    """
    if os.name != "nt":
        os.umask(0o077)  # whatever this process and its worker make is this user's alone
    try:
        service.make_home(home)
        _check_kinds(home)
        _make_private(home)
        lock = HomeLock(home)
        if lock.acquire():
            return lock
    except ForeignLock as foreign:
        text = f"{home / LOCK_FILE} is not the practice Canvas's own file. Delete it, and start again."
        raise CannotServe(NO_HOME, text) from foreign
    except (OSError, DatabaseFault) as fault:
        raise _unusable(home, fault) from fault
    running = service.find(home) or service.find(home, service.ROOM_STATE_FILE)
    where = f" at {running.url} (process {running.pid})" if running else ""
    text = f"Another practice Canvas or room is already running for {home}{where}."
    raise CannotServe(ALREADY_SERVED, f"{text} Stop it, or choose another --home.")


def prepare(home: Path, pace_given: pace.Pace, budget: Budget = DESK) -> str:
    """Prepare a database of this version with the pace asked for.

    A school of another version, and what is damaged, is moved aside: nothing is emptied.

    Returns:
        What the user should know; "" for nothing.

    Raises:
        CannotServe: the folder cannot be used.
    """
    try:
        note = _set_aside(home)
        store = Store(home, budget)
        try:
            store.fill_reserve()
            with store.write() as db:
                settings.write(db, {"pace": pace_given, "scenarios": []})
        finally:
            store.close()
    except (OSError, DatabaseFault) as fault:
        raise _unusable(home, fault) from fault
    return note


def _set_aside(home: Path) -> str:
    notes = []
    if aside := set_aside_damaged(home / DATABASE):
        notes.append(
            f"The database in {home} was damaged, or was not the practice Canvas's own. It was moved to"
            f" {aside.name} there; you start with an empty school."
        )
    elif aside := set_aside_other_version(home):
        notes.append(
            f"The school of another version was moved to {aside.name} in {home}; you start with an empty one."
        )
    if aside := set_aside_damaged(home / exercises.DATABASE):
        notes.append(
            f"The record of your exercises in {home} was damaged. It was moved to {aside.name} there; check"
            " the exercises again to have them counted."
        )
    return " ".join(notes)


def _check_kinds(home: Path) -> None:
    for name in FILES:
        if (home / name).is_dir():
            text = f"{home / name} is a folder, but must be a file. Move it away, or choose another --home."
            raise CannotServe(NO_HOME, text)
    for name in FOLDERS:
        if os.path.lexists(home / name) and not (home / name).is_dir():
            raise CannotServe(NO_HOME, diagnosis.why_unusable(home / name, errno.ENOTDIR))


def _make_private(home: Path) -> None:
    """Take what an older version left readable for others away from them; the folder itself may be shared."""
    if os.name == "nt":
        return
    for name in (*FILES, *FOLDERS):
        if (path := home / name).exists():
            path.chmod(0o700 if path.is_dir() else 0o600)


def _unusable(home: Path, fault: Exception) -> CannotServe:
    status = NO_DATABASE if isinstance(fault, DatabaseFault) else NO_HOME
    return CannotServe(status, diagnosis.why_unusable(home, error_number(fault)))
