"""The practice Canvas's pages inside a Jupyter server: what jupyter-server-proxy reads as the server starts.

pyproject.toml names the function as an entry point, so nobody has to configure anything.
"""

import os
from pathlib import Path
from typing import Any

from helpers.place import practice_home
from practice_canvas import hub, joining
from practice_canvas.processes import module_command

SECONDS_TO_START = 90.0  # many users of a hub may open their pages at once
ICON = Path(__file__).with_name("practice_canvas.svg")


def practice_pages() -> dict[str, Any]:
    """Return how to show the pages: what to start, and the tile in the launcher.

    It is called in the process of the user's server. Behind a hub, a practice Canvas that starts later, in a
    kernel or a terminal, is to end with that process.
    """
    if hub.prefix():
        os.environ[hub.SERVER_VARIABLE] = str(os.getpid())
    has_seat = bool(os.environ.get(joining.ROOM_VARIABLE))  # its pages are in the room, not here
    where = ("--port", "{port}") if os.name == "nt" else ("--socket", "{unix_socket}")
    ends = ("--end-with", str(os.getpid()))
    return {
        "command": module_command("relay", *where, *ends, "--home", practice_home()),
        "unix_socket": os.name != "nt",
        "timeout": SECONDS_TO_START,
        "update_last_activity": False,  # an open page asks all the time, also when nobody looks at it
        "launcher_entry": {"enabled": not has_seat, "title": "Practice Canvas", "icon_path": str(ICON)},
    }
