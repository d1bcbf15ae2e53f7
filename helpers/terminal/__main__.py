"""The entry of start.py's terminal commands: the practice Canvas starts while the rest is loaded."""

import argparse
import os
import sys
import threading
from contextlib import suppress

from helpers.client.connection import DOMAIN_VARIABLE
from helpers.place import practice_home
from helpers.terminal.arguments import parse
from practice_canvas import joining, service

PULSE = 3.0  # seconds between two lines while it starts
ELSEWHERE = {DOMAIN_VARIABLE, joining.ROOM_VARIABLE}
"""The environment variables that may name a seat in a training room: then none is to start here."""


def main() -> int:
    """Run the command that the command line names and return the exit status."""
    try:
        return _run(parse())
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)  # noqa: T201 (rich is not needed for it)
        return 1


def _run(options: argparse.Namespace) -> int:
    starting = threading.Thread(target=_start_practice, daemon=True)
    if options.practice and not ELSEWHERE & os.environ.keys():
        starting.start()
    from helpers.terminal import cli

    while starting.is_alive():
        starting.join(PULSE)
        if starting.is_alive():
            to = sys.stderr if getattr(options, "json", False) else sys.stdout
            print("Starting the practice Canvas ...", file=to, flush=True)
    return cli.run(options)


def _start_practice() -> None:
    with suppress(OSError, service.PracticeCanvasFault):  # the command tries again and says why
        service.find_or_start(practice_home())


if __name__ == "__main__":
    sys.exit(main())
