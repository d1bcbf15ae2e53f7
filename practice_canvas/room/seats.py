"""The seats of a room and who has which, kept in the room's folder from one start to the next."""

import itertools
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from practice_canvas.credentials import own_tokens, write_private
from practice_canvas.pages.rendering import amount
from practice_canvas.room import names
from practice_canvas.seat_tokens import new_token
from practice_canvas.service import make_home
from practice_canvas.store.school.fresh import STOCK_TOKENS

ROOM_FILE = "room.json"
DAMAGED_FILE = "room.damaged"
SEATS_FOLDER = "seats"
MOST_SEATS = 500
_NUMBER = re.compile(r"\d{1,4}")


class NoSeat(ValueError):
    """There is no seat for a learner; the text says why and what to do."""


@dataclass
class Place:
    """What the room's file keeps about one seat.

    Args:
        name: the learner's; "" while nobody gave one.
        taken: whether a learner has it, with or without a name.
        port: the one that it had last; 0 before the first start.
    """

    name: str = ""
    taken: bool = False
    port: int = 0


@dataclass
class Seat:
    """One practice Canvas of a room.

    Args:
        number: from 1 on.
        home: the folder with its data.
        tokens: its access tokens by name: admin, no_permission, expired, read_only.
        secret: what control calls may carry in place of the learner's token; new at each start.
        place: what the room keeps about it.
        url: its address, once the room listens.
    """

    number: int
    home: Path
    tokens: dict[str, str] = field(repr=False)
    secret: str = field(repr=False)
    place: Place
    url: str = ""

    @property
    def name(self) -> str:
        """The learner's name, or which seat it is."""
        return self.place.name or f"Seat {self.number}"

    @property
    def label(self) -> str:
        """Which seat it is, inside a sentence."""
        return f"seat {self.number}"

    @property
    def token(self) -> str:
        """The token that the learner gets: the admin's."""
        return self.tokens["admin"]


class Seats:
    """All seats of a room.

    Args:
        home: the room's folder.
        count: how many seats to serve; None takes as many as last time.
        given: names that have a seat from the beginning.

    Attributes:
        home: the folder with the room's data.
        all: the seats, in order.
        trainer_secret: what opens the trainer's page, the same at each start.
        ports: the ports that the room's own pages had last.
        note: what the trainer should know about the seats; "" for nothing.

    Raises:
        NoSeat: there are too few seats, or too many.
        OSError: the folder cannot be used.
    """

    def __init__(self, home: Path, count: int | None, given: list[str]) -> None:
        self.home = home
        self._path = home / ROOM_FILE
        self.note = ""
        kept = self._read()
        self.trainer_secret = str(kept.get("trainer_secret") or secrets.token_urlsafe())
        self.ports: dict[str, int] = kept.get("ports", {})
        self._places = [Place(**each) for each in kept.get("seats", [])]
        number = (len(given) or kept.get("served", len(self._places))) if count is None else count
        self._check(number, given)
        self._places += [Place() for _ in range(number - len(self._places))]
        folder = home / SEATS_FOLDER
        make_home(folder)
        self.all = [_seat(folder, index + 1, self._places[index]) for index in range(number)]
        for name in given:
            self.named(name)
        closed = [seat for seat, place in enumerate(self._places, start=1) if seat > number and place.taken]
        if closed:
            listed = ", ".join(map(str, closed))
            self.note = f"Closed, although learners have them: seats {listed}. To open: --seats {closed[-1]}."
        self.save()

    @property
    def taken(self) -> int:
        """How many seats learners have."""
        return sum(seat.place.taken for seat in self.all)

    def _check(self, number: int, given: list[str]) -> None:
        """Refuse, before anything is kept, numbers of seats that cannot be. Raises NoSeat."""
        if number < 1:
            raise NoSeat(f"A room needs at least one seat, not {number}: say how many with --seats.")
        if number > MOST_SEATS:
            raise NoSeat(
                f"{number} seats are too many for one room: it takes at most {MOST_SEATS}."
                " Start a second room on another computer."
            )
        named = {names.same(place.name): seat for seat, place in enumerate(self._places, 1) if place.name}
        free = (
            seat
            for seat in itertools.count(1)
            if seat > len(self._places) or not self._places[seat - 1].taken
        )
        needed = max((named.get(names.same(name)) or next(free) for name in given), default=0)
        if number >= needed:
            return
        if needed == len(given):
            raise NoSeat(f"There are {needed} names for {amount(number, 'seat')}: use --seats {needed}.")
        raise NoSeat(
            f"This room has seats of earlier learners. Beside them, these names need {needed} seats, not"
            f" {number}: use --seats {needed}. To start without the earlier ones, use --erase first."
        )

    def join(self, who: str) -> Seat:
        """Return the seat of a person at the join page.

        Args:
            who: a name, or the number of a seat that has no name.

        Raises:
            NoSeat: all seats are taken, or there is no seat of that number.
        """
        number = who.strip()
        return self._numbered(int(number)) if _NUMBER.fullmatch(number) else self.named(who)

    def named(self, typed: str) -> Seat:
        """Return the seat of a name, which may be a number, too; a new name gets the first seat that is free.

        Raises:
            NoSeat: its seat is closed, all seats are taken, or it is no name.
        """
        try:
            name, key = names.clean(typed), names.same(typed)
        except names.BadName as bad:
            raise NoSeat(str(bad)) from bad
        has = next((seat for seat, place in enumerate(self._places, 1) if _named(place, key)), None)
        if has is not None:
            return self._open(has)
        free = next((seat for seat in self.all if not seat.place.taken), None)
        if free is None:
            raise NoSeat(
                f"All {len(self.all)} seats are taken. Check the spelling of your name,"
                " or ask the trainer to start the room again with more --seats."
            )
        return self._take(free, name)

    def _open(self, number: int) -> Seat:
        """Return a seat that is taken. Raises NoSeat: it is closed, and an empty one would not be it."""
        if number > len(self.all):
            raise NoSeat(
                f"Your seat {number} is closed, and what is in it is kept. Ask the trainer to start the room"
                f" again with --seats {number}. For a new, empty seat, type another name."
            )
        return self.all[number - 1]

    def _numbered(self, number: int) -> Seat:
        if len(self.all) < number <= len(self._places) and self._places[number - 1].taken:
            return self._open(number)
        if not 1 <= number <= len(self.all):
            raise NoSeat(f"There is no seat {number}. The seats are 1 to {len(self.all)}.")
        seat = self.all[number - 1]
        if seat.place.name:
            raise NoSeat(f"Seat {number} has a name. Type that name, or another number.")
        return seat if seat.place.taken else self._take(seat)

    def _take(self, seat: Seat, name: str = "") -> Seat:
        seat.place.taken, seat.place.name = True, name
        self.save()
        return seat

    def save(self) -> None:
        """Keep who has which seat."""
        write_private(
            self._path,
            {
                "trainer_secret": self.trainer_secret,
                "ports": self.ports,
                "served": len(self.all),
                "seats": [asdict(place) for place in self._places],
            },
        )

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            for each in kept["seats"]:
                if name := Place(**each).name:
                    names.clean(name)
            if not isinstance(kept.get("served", 1), int) or not isinstance(kept.get("ports", {}), dict):
                raise TypeError("not a number of seats, or not ports")
            return dict(kept)
        except FileNotFoundError:
            return {}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            aside = self._path.replace(self._path.with_name(DAMAGED_FILE))
            self.note = (
                f"The list of who has which seat was damaged, and was moved to {aside}. The seats are as they"
                " were, but learners get the next free one when they type their names."
            )
            return {"seats": [{} for _ in (self._path.parent / SEATS_FOLDER).glob("[0-9]*")]}


def _named(place: Place, key: str) -> bool:
    return bool(place.name) and names.same(place.name) == key


def _seat(folder: Path, number: int, place: Place) -> Seat:
    home = folder / f"{number:04}"
    make_home(home)
    tokens = own_tokens(home, STOCK_TOKENS, lambda: new_token(number))
    return Seat(number, home, tokens, secrets.token_urlsafe(), place)
