"""The arguments that several commands take, and their types."""

import argparse
import os
from pathlib import Path

from practice_canvas.api.hosts import HOST_NAME, is_address
from practice_canvas.queue.pace import BadPace, Pace, parse
from practice_canvas.service import default_pace


def add_hosts_and_pace(parser: argparse.ArgumentParser) -> None:
    """Add the options --allow-host and --pace to a command."""
    parser.add_argument(
        "--allow-host",
        type=host_name,
        action="append",
        default=[],
        metavar="NAME",
        help="an additional host name or IP address that requests may name, at any port (repeatable)",
    )
    parser.add_argument(
        "--pace", type=pace, default=default_pace(), help="immediate, brisk, realistic or SECONDS"
    )


def path(given: str) -> Path:
    """Return a path; an empty one would be the current folder."""
    if not given:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(given)


def whole_number(given: str) -> int:
    """Return a whole number."""
    try:
        return int(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{given!r} is not a whole number, such as 30") from None


def host_name(given: str) -> str:
    """Return a host name or an IP address."""
    if not (HOST_NAME.fullmatch(given) or is_address(given.strip("[]"))):
        raise argparse.ArgumentTypeError(
            f"{given!r} is not a host name: give the name alone, such as practice.example or 192.0.2.7,"
            " without http:// and without a port"
        )
    return given


def pace(given: str) -> Pace:
    """Return a pace."""
    try:
        return parse(given)
    except BadPace as bad:
        raise argparse.ArgumentTypeError(str(bad)) from bad


def hours(given: str) -> float:
    """Return a positive number of hours."""
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{given!r} is not a number of hours: use one above 0, such as 4")
    return number


def process(given: str) -> int:
    """Return the number of a process."""
    if os.name == "nt":
        raise argparse.ArgumentTypeError("Windows does not offer this")
    if not given.isdecimal() or not 0 < int(given) < 1 << 31:
        raise argparse.ArgumentTypeError(f"{given!r} is not the number of a process")
    return int(given)
