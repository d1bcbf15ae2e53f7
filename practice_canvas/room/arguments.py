"""What may be typed after `room`.

start.py reads it before a single package is installed, so all it imports is the standard library's.
"""

import argparse
from collections.abc import Sequence

from practice_canvas import arguments
from practice_canvas.credentials import ROOM_KEY_VARIABLE
from practice_canvas.listening import port_number

PORT = 8900
LOOPBACK = "127.0.0.1"
NOTES = f"""
Learners open the join page, type their name, and get the address and the token of their seat. The join
page is at --port, seat 1 at the port after it, and so on. The room keeps its seats, their tokens, and
their schools in --home, and has them again at the next start. The trainer's page shows who needs help;
the record of the class stays in --home, until --erase erases it.
When the environment variable {ROOM_KEY_VARIABLE} is set, the join page asks for that key.

exit status: 0 success; 1 interrupted before it was open, or while it erased; 2 wrong usage, or nothing
  erased; 3 the room is open already; 4 no port; 6 its folder cannot be used
"""


def parse(given: Sequence[str], program: str) -> argparse.Namespace:
    """Return the options of a command line; exit with 2 and show its usage when it cannot be read.

    Args:
        given: its arguments.
        program: how the command was started, as its help shows it.
    """
    parser = argparse.ArgumentParser(
        prog=program,
        description="Practice Canvases for a class, one per seat.",
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--seats", type=arguments.whole_number, help="how many; by default as many as last time, or as names"
    )
    parser.add_argument(
        "--names",
        type=arguments.path,
        metavar="FILE",
        help="a text file with a name on each line, to give seats to",
    )
    parser.add_argument(
        "--host", default=LOOPBACK, help="where seats and the join page listen (default %(default)s)"
    )
    parser.add_argument(
        "--trainer-host", default=LOOPBACK, help="where the trainer's page listens (default %(default)s)"
    )
    parser.add_argument(
        "--port", type=port_number, help=f"the join page's port (default: that of last time, {PORT} at first)"
    )
    arguments.add_hosts_and_pace(parser)
    parser.add_argument(
        "--home",
        type=arguments.path,
        help="the folder with the room's data (default: one in your user's data folder)",
    )
    parser.add_argument("--json", action="store_true", help="print the addresses and tokens once it serves")
    parser.add_argument(
        "--erase", action="store_true", help="erase the room's names, record, and schools; asks first"
    )
    parser.add_argument("--yes", action="store_true", help="with --erase: do not ask")
    parser.add_argument("--end-with", type=int, help=argparse.SUPPRESS)  # the process that starts it
    return parser.parse_args(given)
