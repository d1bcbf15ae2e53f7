"""Erase what a room holds: names, record, progress, schools, tokens."""

import shutil
import sys
from pathlib import Path

from practice_canvas import homes, service
from practice_canvas.credentials import unfinished
from practice_canvas.diagnosis import why_unusable
from practice_canvas.pages.rendering import amount
from practice_canvas.room.seats import DAMAGED_FILE, ROOM_FILE, SEATS_FOLDER
from practice_canvas.room.trainer.record import RECORD_FILE, Record
from practice_canvas.service import CannotServe


def erase(home: Path, *, sure: bool) -> bool:
    """Show what a room holds, ask, and erase it.

    Args:
        home: the room's folder; of other files in it, none is touched.
        sure: do not ask.

    Returns:
        Whether it was erased.

    Raises:
        CannotServe: there is no room, it is open, or nobody can be asked.
    """
    home = service.absolute(home)
    lists = [path for name in (ROOM_FILE, DAMAGED_FILE) if (path := home / name).is_file()]
    if not lists:
        raise CannotServe(service.NO_ROOM, f"There is no room in {home}. Choose another --home.")
    lock = homes.take(home)  # noqa: F841 (it holds as long as the variable lives)
    seats = sorted((home / SEATS_FOLDER).glob("[0-9][0-9][0-9][0-9]"))
    events = len(Record(home / RECORD_FILE).events)
    print(  # noqa: T201 (for whoever typed the command)
        f"The room in {home} has {amount(len(seats), 'seat')} and {amount(events, 'recorded event')}.\n"
        "This erases the names, the record, the progress in the exercises, the schools, the snapshots,\n"
        "and all tokens and links. It cannot be undone.",
        flush=True,
    )
    if not (sure or _confirmed()):
        return False
    try:
        for folder in seats:
            shutil.rmtree(folder)
        for path in (
            home / service.ROOM_STATE_FILE,
            home / RECORD_FILE,
            unfinished(home / ROOM_FILE),
            *lists,
        ):  # the list of seats last: until then it is a room
            path.unlink(missing_ok=True)
    except OSError as fault:
        raise CannotServe(service.NO_HOME, why_unusable(home, fault.errno)) from fault
    return True


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise CannotServe(service.NO_ROOM, "Nothing is erased without a yes: add --yes to the command.")
    try:
        return input("Erase it? Type yes: ").strip().lower() == "yes"
    except EOFError:
        return False
    except KeyboardInterrupt:
        raise CannotServe(service.STOPPED, "\nStopped. Nothing was erased.") from None
