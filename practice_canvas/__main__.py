"""Serve the practice Canvas: `python -m practice_canvas`."""

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path

from practice_canvas import arguments, commands, homes, logs, service
from practice_canvas.api.gate import Access
from practice_canvas.api.hosts import Hosts
from practice_canvas.app import create_app
from practice_canvas.credentials import (
    OWN_TOKENS_VARIABLE,
    SECRET_VARIABLE,
    TOKEN_VARIABLE,
    BadCredential,
    credentials,
)
from practice_canvas.diagnosis import why_unusable
from practice_canvas.lifetime import Lifetime
from practice_canvas.listening import CannotListen, listen, port_number, url_of
from practice_canvas.room import command as room
from practice_canvas.server import Server
from practice_canvas.service import CannotServe, Practice
from practice_canvas.store.reads import sis_imports
from practice_canvas.store.school import fresh
from practice_canvas.store.store import DatabaseFault, Store

REACH = f"""
With --require-secret, --own-tokens or --private-pages, and when --host is not a loopback address, control
calls (/practice/...) need a secret in the header {service.SECRET_HEADER}; --json prints it, and
{service.STATE_FILE} in the data folder holds it. The environment variables {TOKEN_VARIABLE}
and {SECRET_VARIABLE} set the admin token and the secret.
Requests must name the host as localhost, as the address in --host (with 0.0.0.0 or ::, as any IP address or
as this computer's name), or as a name given with --allow-host.
"""


def main() -> None:
    """Run the command of the command line; without one, serve until asked to stop."""
    if sys.argv[1:2] == ["room"]:
        sys.exit(room.main(sys.argv[2:], f"{commands.program()} room"))
    if sys.argv[1:2] and sys.argv[1] in commands.COMMANDS:
        sys.exit(commands.run(sys.argv[1:]))
    options = command_line(sys.argv[2:] if sys.argv[1:2] == ["serve"] else None)
    logs.begin(options.home)
    sys.exit(serve(options))


def command_line(given: list[str] | None) -> argparse.Namespace:
    """Return the options of a command line.

    Args:
        given: its arguments; None takes those of this process.
    """
    return _parser().parse_args(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=commands.program(),
        usage="%(prog)s [serve] [options]  |  status | reset | stop | room",
        description="A Canvas to practice SIS imports on.",
        epilog=commands.SUMMARY + REACH,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=commands.version())
    parser.add_argument(
        "--port",
        type=port_number,
        default=service.PORT,
        help="the first port to try (default %(default)s)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default %(default)s)")
    arguments.add_hosts_and_pace(parser)
    commands.add_home(parser)
    parser.add_argument(
        "--require-secret", action="store_true", help="control calls need the secret on this computer, too"
    )
    parser.add_argument(
        "--own-tokens",
        action="store_true",
        default=bool(os.environ.get(OWN_TOKENS_VARIABLE)),
        help="make tokens that nobody else knows, refuse the public ones, and require the secret; the"
        f" environment variable {OWN_TOKENS_VARIABLE} does so for every practice Canvas, too",
    )
    parser.add_argument(
        "--private-pages", action="store_true", help="pages need the secret, too, as in a relay behind a hub"
    )
    parser.add_argument(
        "--idle-hours",
        type=arguments.hours,
        metavar="HOURS",
        help="end after so many hours without a request, but never while an import runs or waits",
    )
    parser.add_argument(
        "--end-with", type=arguments.process, metavar="PID", help="end when this process has ended"
    )
    parser.add_argument(
        "--json", action="store_true", help='print {"url": …, "token": …, "secret": …} once it serves'
    )
    return parser


def serve(options: argparse.Namespace) -> int:
    """Serve until asked to stop.

    Args:
        options: those of the command line.

    Returns:
        The exit status: 0, or why it does not serve (`service.ALREADY_SERVED`, `service.NO_PORT`, …).
    """
    try:
        return _serve(options, service.absolute(options.home))
    except CannotServe as fault:
        return _complain(str(fault), fault.status)
    except OSError as fault:
        return _complain(why_unusable(options.home, fault.errno), service.NO_HOME)
    except KeyboardInterrupt:  # before it serves
        return 0


def _complain(text: str, status: int = 0) -> int:
    print(text, file=sys.stderr)  # noqa: T201 (for whoever typed the command)
    return status


def _serve(options: argparse.Namespace, home: Path) -> int:
    lock = homes.take(home)  # noqa: F841 (it holds as long as the variable lives)
    try:
        listener = listen(options.host, options.port)
        given = credentials(home, fresh.STOCK_TOKENS, own=options.own_tokens)
    except CannotListen as fault:
        raise CannotServe(service.NO_PORT, str(fault)) from fault
    except BadCredential as fault:
        raise CannotServe(service.BAD_CREDENTIALS, str(fault)) from fault
    note = homes.prepare(home, options.pace)
    address, port = listener.getsockname()[:2]
    hosts = Hosts(options.host, address, port, options.allow_host)
    needs_secret = (
        options.require_secret or options.own_tokens or options.private_pages or hosts.beyond_loopback
    )
    url = url_of(listener, options.host)
    practice = Practice(
        url,
        given.tokens["admin"],
        given.tokens,
        os.getpid(),
        home,
        given.secret,
        own_tokens=given.tokens != fresh.STOCK_TOKENS,
        note=note,
    )

    def announce() -> None:
        service.note(home, practice)
        if note:
            _complain(note)
        if hosts.beyond_loopback:
            _complain(_warning(public=given.public))
        said = _as_json(practice) if options.json else _for_people(home, practice, needs_secret)
        print(said, flush=True)  # noqa: T201 (what the caller waits for)

    secrets = [given.secret] if needs_secret else []
    app = create_app(home, hosts, Access(given.tokens, secrets, private_pages=options.private_pages))
    lifetime = Lifetime(options.idle_hours, partial(_is_busy, home), options.end_with)
    Server(app, announce, lambda: service.forget(home), lifetime=lifetime).run(sockets=[listener])
    if not options.json:
        print("The practice Canvas has stopped. Its data stay.")  # noqa: T201
    return 0


def _is_busy(home: Path) -> bool:
    """Return whether an import runs or waits, or may: the database cannot be read at the moment."""
    try:
        store = Store(home)
        try:
            return sis_imports.any_active(store.db)
        finally:
            store.close()
    except (OSError, DatabaseFault):
        return True


def _as_json(practice: Practice) -> str:
    return json.dumps({"url": practice.url, "token": practice.token, "secret": practice.secret})


def _for_people(home: Path, practice: Practice, needs_secret: bool) -> str:
    """Return what is printed once it serves; what is secret is left out: this may end up in a log."""
    where = home / service.STATE_FILE
    lines = [f"The practice Canvas serves at {practice.url} (stop it with Ctrl+C)"]
    for name, token in practice.tokens.items():
        known = fresh.STOCK_TOKENS[name] == token
        lines.append(f"  {name:13} token: {token if known else f'in {where}'}")
    if needs_secret:
        lines.append(f"Control calls need the header {service.SECRET_HEADER} with the secret in {where}")
    return "\n".join(lines)


def _warning(*, public: bool) -> str:
    """Return what whoever starts it beyond loopback should know."""
    risk = "its public tokens work there (see --own-tokens)" if public else "nothing is encrypted"
    return f"Warning: other computers can reach this practice Canvas, and {risk}. Keep real data out of it."


if __name__ == "__main__":
    main()
