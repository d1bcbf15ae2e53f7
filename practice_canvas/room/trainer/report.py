"""The report on a class: every event as CSV, and one line for each seat."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from practice_canvas.room.seats import Seat
from practice_canvas.room.trainer.record import Event

HEADER = ("time_utc", "seat", "name", "kind", "what", "result", "detail")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Summary:
    """What happened at one seat.

    Args:
        seat: which one.
        done: the exercises that were done.
        not_yet: exercises tried and not done.
        tries: how many checks said *not yet*.
        imports: how many SIS imports ended.
        hands: how often the hand went up.
        first: the time of the first event; "" for none.
        last: the time of the last one.
    """

    seat: Seat
    done: list[str] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)
    tries: int = 0
    imports: int = 0
    hands: int = 0
    first: str = ""
    last: str = ""


@dataclass
class Difficulty:
    """How one exercise went in the class.

    Args:
        what: its notebook and title.
        tried: the seats where it was tried.
        done: the seats where it was done.
        not_yet: how many checks said *not yet*.
    """

    what: str
    tried: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)
    not_yet: int = 0


def csv_text(events: Sequence[Event], seats: Sequence[Seat]) -> str:
    """Return the events as CSV: spreadsheet programs read all its letters, and run nothing in it."""
    names = {seat.number: seat.place.name for seat in seats}
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for event in events:
        place = ("all", "") if not event.seat else (str(event.seat), names.get(event.seat, ""))
        values = (event.at, *place, event.kind, event.what, event.result, event.detail)
        rows.writerow([_harmless(value) for value in values])
    return f"\ufeff{text.getvalue()}"


def summaries(events: Sequence[Event], seats: Sequence[Seat]) -> list[Summary]:
    """Return what happened at each seat where something did, in the order of the seats."""
    found = {seat.number: Summary(seat) for seat in seats}
    for event in events:
        if event.seat in found and event.kind != "trainer":
            _add(found[event.seat], event)
    for summary in found.values():
        summary.not_yet = [each for each in summary.not_yet if each not in summary.done]
    return [summary for summary in found.values() if summary.first]


def difficulties(events: Sequence[Event]) -> list[Difficulty]:
    """Return how each exercise went that somebody tried, in the order of the first try."""
    found: dict[str, Difficulty] = {}
    for event in events:
        if event.kind == "exercise":
            one = found.setdefault(event.what, Difficulty(event.what))
            one.tried.add(event.seat)
            if event.result == "done":
                one.done.add(event.seat)
            else:
                one.not_yet += 1
    return list(found.values())


def _add(summary: Summary, event: Event) -> None:
    summary.first = summary.first or event.at
    summary.last = event.at
    if event.kind == "exercise":
        exercises = summary.done if event.result == "done" else summary.not_yet
        summary.tries += event.result != "done"
        if event.what not in exercises:
            exercises.append(event.what)
    summary.imports += event.kind == "import" and event.result != "sent"
    summary.hands += event.kind == "hand" and event.result == "up"


def _harmless(value: str) -> str:
    """Return a value that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
