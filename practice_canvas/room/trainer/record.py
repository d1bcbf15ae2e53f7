"""The record of a class: who did what when, line by line in one file of the trainer's machine."""

import json
import os
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

RECORD_FILE = "record.jsonl"


@dataclass(frozen=True, order=True)
class Event:
    """One thing that happened.

    Args:
        at: when, in UTC as Canvas writes it.
        seat: at which seat; 0 for the whole room.
        kind: exercise, import, hand or trainer.
        what: such as the exercise, the import, or what the trainer did.
        result: what came of it.
        detail: more about it; "" for nothing.
    """

    at: str
    seat: int
    kind: str
    what: str
    result: str
    detail: str = ""


class Record:
    """Every event so far, also those of former starts of the room.

    Args:
        path: the file; made with the first event, for this user alone.

    Attributes:
        problem: why events cannot be written to the file at the moment; "" while they can.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = Counter(_read(path))
        self._unwritten: list[Event] = []
        self._lock = threading.Lock()  # the watch adds in a thread, actions in the event loop
        self.problem = ""

    @property
    def events(self) -> list[Event]:
        """All events, in the order of their times."""
        with self._lock:
            return sorted(self._known.elements(), key=lambda event: event.at)

    def add(self, *events: Event) -> None:
        """Add events; those that are known already, such as after a restart, are ignored.

        Args:
            events: of what may happen twice in the same second, all of it.
        """
        with self._lock:
            for event, times in Counter(events).items():
                new = [event] * (times - self._known[event])
                self._known.update(new)
                self._unwritten += new
            if self._unwritten:
                self._write()

    def _write(self) -> None:
        lines = "".join(f"{json.dumps(asdict(event), ensure_ascii=False)}\n" for event in self._unwritten)
        try:
            begin = "\n" if _is_cut_off(self._path) else ""
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(begin + lines)
            self._unwritten.clear()
            self.problem = ""
        except OSError as fault:
            self.problem = f"The record cannot be written to {self._path} ({fault.strerror})."


def _read(path: Path) -> list[Event]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # there is none yet
        return []
    return [event for line in lines if (event := _event(line))]


def _is_cut_off(path: Path) -> bool:
    """Return whether the last line has no end: the power failed, or the disk was full."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:  # there is none yet, or it is empty
        return False


def _event(line: str) -> Event | None:
    try:
        return Event(**json.loads(line))
    except (ValueError, TypeError):  # cut off when the power failed
        return None
