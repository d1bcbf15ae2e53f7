"""Serve a room from the command line: `python -m practice_canvas.room --seats 20`."""

import argparse
import json
import os
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from practice_canvas import homes, logs, service
from practice_canvas.api.hosts import Hosts
from practice_canvas.credentials import ROOM_KEY_VARIABLE
from practice_canvas.diagnosis import why_unusable
from practice_canvas.listening import LAST_PORT, CannotListen, listen, url_for_others, url_of
from practice_canvas.pages.rendering import amount
from practice_canvas.processes import module_command, wait_for_end
from practice_canvas.queue.supervisor import Supervisor
from practice_canvas.room import handles, names
from practice_canvas.room.application import create_room
from practice_canvas.room.arguments import PORT, parse
from practice_canvas.room.erasing import erase
from practice_canvas.room.join import create_join
from practice_canvas.room.seat_app import SeatApp
from practice_canvas.room.seats import SEATS_FOLDER, NoSeat, Seat, Seats
from practice_canvas.room.trainer.application import Trainer
from practice_canvas.room.trainer.guard import Guard
from practice_canvas.server import Server
from practice_canvas.service import CannotServe, Practice


def main(given: list[str], program: str) -> int:
    """Serve a room until asked to stop, and return the exit status.

    Args:
        given: the arguments of the command line.
        program: how this command was started, as its help shows it.
    """
    options = parse(given, program)
    options.home = options.home or service.default_room_home()
    logs.begin(options.home)
    try:
        return _erase(options) if options.erase else _serve(options)
    except CannotServe as fault:
        _say(str(fault))
        return fault.status
    except OSError as fault:
        _say(why_unusable(options.home, fault.errno))
        return service.NO_HOME
    except KeyboardInterrupt:  # before it serves
        _say("Stopped before the room was open.")
        return service.STOPPED


def _erase(options: argparse.Namespace) -> int:
    try:
        erased = erase(options.home, sure=options.yes)
    except KeyboardInterrupt:
        text = "Stopped before all of the room was erased. Run the command again to erase what is left."
        raise CannotServe(service.STOPPED, text) from None
    if not erased:
        raise CannotServe(service.NO_ROOM, "You did not say yes; nothing was erased.")
    _say("The room is erased.")
    return 0


@dataclass(frozen=True)
class _Listeners:
    """The sockets of a room, in the order of their ports."""

    join: socket.socket
    seats: list[socket.socket]
    trainer: socket.socket

    @property
    def all(self) -> list[socket.socket]:
        return [self.join, *self.seats, self.trainer]


def _serve(options: argparse.Namespace) -> int:
    home = service.absolute(options.home)
    lock = homes.take(home)  # noqa: F841 (it holds as long as the variable lives)
    seats, listeners = _opened(options, home)
    worker = Supervisor(module_command("queue.crew", "--home", home / SEATS_FOLDER))
    apps = [
        SeatApp(seat, _hosts(options, listener), options.pace, partial(worker.wake, seat.home.name))
        for seat, listener in zip(seats.all, listeners.seats, strict=True)
    ]
    key = os.environ.get(ROOM_KEY_VARIABLE, "")
    trainers = Hosts(options.trainer_host, *_bound(listeners.trainer), options.allow_host)
    trainer = Trainer(apps, home, Guard(seats.trainer_secret, trainers))
    pages: list[ASGIApp] = [create_join(seats, key, _hosts(options, listeners.join)), *apps, trainer]
    by_port = {_bound(listener)[1]: page for listener, page in zip(listeners.all, pages, strict=True)}
    found_at = Practice(url_of(listeners.join, options.host), "", {}, os.getpid(), home)

    def begun() -> None:
        with suppress(OSError):  # only `start.py stop` reads it
            service.note(home, found_at, service.ROOM_STATE_FILE)
        _announce(options, seats, listeners)

    room = create_room(by_port, apps, worker, trainer.run)
    ended = partial(service.forget, home, service.ROOM_STATE_FILE)
    server = Server(room, begun, ended, handles.connections(len(apps)))
    if options.end_with:
        threading.Thread(target=_end_with, args=(options.end_with, server), daemon=True).start()
    server.run(listeners.all)
    _say("The room has stopped. Its seats stay: start it again as you did.")
    return 0


def _end_with(starter: int, server: Server) -> None:
    """Stop serving when the process that started the room has ended; Windows leaves its children running."""
    wait_for_end(starter)
    server.should_exit = True


def _opened(options: argparse.Namespace, home: Path) -> tuple[Seats, _Listeners]:
    """Return the seats and the sockets of a room, or raise CannotServe."""
    try:
        given = names.read(options.names) if options.names else []
        seats = Seats(home, options.seats, given)
        if seats.note:
            _say(seats.note)
        handles.allow(len(seats.all))
        return seats, _listen(options, seats)
    except (NoSeat, names.BadName, handles.TooFewHandles) as fault:
        raise CannotServe(service.NO_ROOM, str(fault)) from fault
    except CannotListen as fault:
        raise CannotServe(service.NO_PORT, str(fault)) from fault


def _hosts(options: argparse.Namespace, listener: socket.socket) -> Hosts:
    return Hosts(options.host, *_bound(listener), options.allow_host)


def _bound(listener: socket.socket) -> tuple[str, int]:
    address, port = listener.getsockname()[:2]
    return address, port


def _listen(options: argparse.Namespace, seats: Seats) -> _Listeners:
    """Open the room's ports and keep which: once learners have links, those of last time if they are free."""
    first = options.port if options.port is not None else seats.ports.get("first", PORT)
    if first and first + len(seats.all) + 1 > LAST_PORT:
        raise CannotListen(
            f"{len(seats.all)} seats from port {first} on go beyond port {LAST_PORT}. Choose a lower --port."
        )
    again = first == seats.ports.get("first") and bool(seats.taken or not first)
    before = {"join": 0, "trainer": 0, **seats.ports}
    kept = {before["join"], before["trainer"], *(seat.place.port for seat in seats.all)} if again else set()
    used: set[int] = set()

    def opened(what: str, host: str, last: int, offset: int) -> socket.socket:
        wanted = last if again and last else first and first + offset
        others = used | kept - {last}  # one in use may be at another address of this computer
        listener = listen(host, wanted)
        while (port := _bound(listener)[1]) in others:
            listener.close()
            listener = listen(host, port + 1)
        if port != wanted and wanted not in (0, *others):
            _say(f"Another program uses port {wanted}: {what} moves to port {port}.")
        used.add(port)
        return listener

    join = opened("the join page", options.host, before["join"], 0)
    own = [opened(seat.label, options.host, seat.place.port, seat.number) for seat in seats.all]
    trainer = opened("the trainer's page", options.trainer_host, before["trainer"], len(seats.all) + 1)
    if again and first and first != _bound(join)[1] == before["join"]:
        _say(
            f"The join page is at port {before['join']} as last time, not at {first}: the links that"
            " learners have go on working."
        )
    for seat, listener in zip(seats.all, own, strict=True):
        seat.place.port = _bound(listener)[1]
        seat.url = url_for_others(listener, options.host)
    seats.ports = {"first": first, "join": _bound(join)[1], "trainer": _bound(trainer)[1]}
    seats.save()
    return _Listeners(join, own, trainer)


def _announce(options: argparse.Namespace, seats: Seats, listeners: _Listeners) -> None:
    """Say where everything is; the trainer's link is shown here and nowhere else."""
    join = url_for_others(listeners.join, options.host)
    trainer = f"{url_for_others(listeners.trainer, options.trainer_host)}/?secret={seats.trainer_secret}"
    if options.json:
        found = {"trainer": trainer, "join": join, "seats": [_described(seat) for seat in seats.all]}
        print(json.dumps(found), flush=True)  # noqa: T201 (what the caller waits for)
        return
    lines = [
        f"The room is open: {amount(len(seats.all), 'seat')}. Stop it with Ctrl+C.",
        f"  Learners open:  {join}",
        f"  Your own page:  {trainer}",
        "  Keep that link to yourself: whoever has it controls the room.",
    ]
    if not _hosts(options, listeners.join).beyond_loopback:
        lines.append("Only this computer reaches the room. For a class, start it with --host 0.0.0.0")
    else:
        ports = sorted(_bound(listener)[1] for listener in [listeners.join, *listeners.seats])
        lines.append(f"The firewall of this computer must let ports {ports[0]} to {ports[-1]} in.")
        lines.append("Nothing is encrypted on its way: keep real data out of the room.")
    print("\n".join(lines), flush=True)  # noqa: T201 (for whoever typed the command)


def _described(seat: Seat) -> dict[str, str]:
    return {"name": seat.name, "url": seat.url, "token": seat.token}


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 (for whoever typed the command)
