"""Serve the practice Canvas: `python -m practice_canvas`."""

import argparse
import asyncio
import ipaddress
import json
import logging
import os
import secrets
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from practice_canvas import service
from practice_canvas.api.hosts import HOST_NAME, Hosts, is_address
from practice_canvas.app import create_app
from practice_canvas.queue import pace
from practice_canvas.service import Practice
from practice_canvas.store.school import fresh, settings
from practice_canvas.store.school.lock import HomeLock
from practice_canvas.store.store import DatabaseFault, Store, set_aside_other_version

REACH = f"""
When --host is not a loopback address, control calls (/practice/...) need a secret in the header
{service.SECRET_HEADER}; --json prints it, and {service.STATE_FILE} in the data folder holds it.
Requests must name the host as localhost, as the address in --host (with 0.0.0.0 or ::, as any IP address or
as this computer's name), or as a name given with --allow-host.
"""
PORTS_TO_TRY = 50
OPEN_CONNECTIONS = 1000


def main() -> None:
    """Read the command line and serve until asked to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    sys.exit(serve(command_line()))


def command_line(given: list[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line.

    Args:
        given: its arguments; None takes those of this process.
    """
    return _parser().parse_args(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m practice_canvas",
        description="A Canvas to practice SIS imports on.",
        epilog=REACH,
    )
    parser.add_argument(
        "--port", type=int, default=service.PORT, help="the first port to try (default %(default)s)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    parser.add_argument(
        "--allow-host",
        type=_host_name,
        action="append",
        default=[],
        metavar="NAME",
        help="an additional host name or IP address that requests may name, at any port (repeatable)",
    )
    parser.add_argument(
        "--pace", type=_pace, default=service.default_pace(), help="immediate, brisk, realistic or SECONDS"
    )
    parser.add_argument("--home", type=Path, default=service.default_home(), help="the folder with its data")
    parser.add_argument(
        "--json", action="store_true", help='print {"url": …, "token": …, "secret": …} once it serves'
    )
    return parser


def _host_name(given: str) -> str:
    if not (HOST_NAME.fullmatch(given) or is_address(given.strip("[]"))):
        raise argparse.ArgumentTypeError(
            f"{given!r} is not a host name: give the name alone, such as practice.example or 192.0.2.7,"
            " without http:// and without a port"
        )
    return given


def _pace(given: str) -> pace.Pace:
    try:
        return pace.parse(given)
    except pace.BadPace as bad:
        raise argparse.ArgumentTypeError(str(bad)) from bad


def serve(options: argparse.Namespace) -> int:
    """Serve until asked to stop.

    Args:
        options: port, host, allow_host, pace, home and json of the command line.

    Returns:
        The exit status: 0, or why it does not serve (`service.ALREADY_SERVED`, `service.NO_PORT`).
    """
    home = options.home.resolve()
    lock = HomeLock(home)
    if not lock.acquire():
        return _complain(f"Another practice Canvas is already running for {home}.", service.ALREADY_SERVED)
    listener = _listen(options.host, options.port)
    if listener is None:
        last = options.port + PORTS_TO_TRY - 1
        return _complain(
            f"None of the ports {options.port} to {last} is free: choose another with --port.",
            service.NO_PORT,
        )
    try:
        note = _prepare(home, options.pace)
    except DatabaseFault as fault:
        text = f"The database in {home} cannot be read ({fault}): move it away or choose another --home."
        return _complain(text, service.NO_DATABASE)
    address, port = listener.getsockname()[:2]
    hosts = Hosts(options.host, address, port, options.allow_host)
    practice = replace(_practice(_url(options.host, address, port), home), note=note)
    config = uvicorn.Config(
        create_app(home, hosts, practice.secret if hosts.beyond_loopback else None),
        http=_Protocol,
        ws="none",
        log_config=None,
        access_log=False,  # addresses may carry access_token
        limit_concurrency=OPEN_CONNECTIONS,
        server_header=False,
        timeout_keep_alive=75,  # longer than a poller's longest pause
        timeout_graceful_shutdown=2,
    )
    announcement = _announcement(practice, as_json=options.json, beyond_loopback=hosts.beyond_loopback)
    _Server(config, practice, announcement).run(sockets=[listener])
    return 0


def _practice(url: str, home: Path) -> Practice:
    tokens = {name: token for name, token, *_ in fresh.TOKENS}
    return Practice(url, tokens["admin"], tokens, os.getpid(), home, secrets.token_urlsafe())


def _announcement(practice: Practice, *, as_json: bool, beyond_loopback: bool) -> str:
    """Return what is printed once it serves; the secret only as JSON: other output ends up in logs."""
    if as_json:
        return json.dumps({"url": practice.url, "token": practice.token, "secret": practice.secret})
    lines = [f"The practice Canvas serves at {practice.url} (stop it with Ctrl+C)"]
    lines += [f"  {name:13} token: {token}" for name, token in practice.tokens.items()]
    if beyond_loopback:
        where = practice.home / service.STATE_FILE
        lines.append(f"Control calls need the header {service.SECRET_HEADER} with the secret in {where}")
    return "\n".join(lines)


class _Gathering:
    """A transport that sends what is written in one turn of the event loop together: head and body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._waiting:
            self._transport.write(b"".join(self._waiting))
            self._waiting.clear()


class _Protocol(H11Protocol):
    """HTTP that answers in one piece, over a connection that the application may cut off (in a scenario)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self.app_state = {**self.app_state, "cut_connection": transport.abort}


class _Server(uvicorn.Server):
    """Reports its address once it serves."""

    def __init__(self, config: uvicorn.Config, practice: Practice, announcement: str) -> None:
        super().__init__(config)
        self._practice = practice
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            service.note(self._practice)
            print(self._announcement, flush=True)  # noqa: T201 (what the caller waits for)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        service.forget(self._practice.home)
        await super().shutdown(sockets)


def _prepare(home: Path, pace_given: pace.Pace) -> str:
    """Prepare a database of this version with the pace asked for; return what the user should know."""
    note = ""
    if aside := set_aside_other_version(home):
        note = (
            f"The school of another version was moved to {aside.name} in {home}; you start with an empty one."
        )
        _complain(note, 0)
    store = Store(home)
    with store.write() as db:
        settings.write(db, {"pace": pace_given, "scenarios": []})
    store.close()
    return note


def _listen(host: str, port: int) -> socket.socket | None:
    """Bind the port, or the next one that is free; None when none of them is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, port + PORTS_TO_TRY) if port else (0,):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(512)
        except OSError:
            listener.close()
        else:
            return listener
    return None


def _url(host: str, address: str, port: int) -> str:
    """Return the address to use on this computer."""
    name = "127.0.0.1" if ipaddress.ip_address(address).is_unspecified else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _complain(text: str, status: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201 (for whoever typed the command)
    return status


if __name__ == "__main__":
    main()
