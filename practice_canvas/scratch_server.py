"""The process of a scratch Canvas: `python -m practice_canvas.scratch_server --home DIR`.

It serves a fresh school or a copy of another home's, and ends with whoever started it: its standard input is
a pipe, and the end of that is the end of the process.
"""

import argparse
import json
import os
import sys
import threading
from pathlib import Path

from practice_canvas import hub
from practice_canvas.__main__ import command_line, serve
from practice_canvas.store.school.copying import copy_school
from practice_canvas.store.school.roles_and_providers import make_like
from practice_canvas.store.store import Store


def main() -> None:
    """Serve until standard input ends; the first line of the output is JSON with url, token and secret."""
    parser = argparse.ArgumentParser(prog="python -m practice_canvas.scratch_server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="an empty folder for the data")
    parser.add_argument("--copy-of", type=Path, help="the home whose school it begins with")
    parser.add_argument("--like", type=Path, help="JSON with the roles and login providers to add")
    options = parser.parse_args()
    threading.Thread(target=_end_with_starter, daemon=True).start()
    if options.copy_of:
        copy_school(options.copy_of, options.home)
    if options.like:
        _make_like(options.home, json.loads(options.like.read_text(encoding="utf-8")))
    arguments = ["--port", "0", "--pace", "immediate", "--home", str(options.home), "--json"]
    arguments.append("--own-tokens")  # it may hold a copy of a real school
    sys.exit(serve(command_line([*arguments, *hub.privacy_options()])))


def _make_like(home: Path, other: dict[str, dict[str, str]]) -> None:
    store = Store(home)
    with store.write() as db:
        make_like(db, other["roles"], other["authentication_providers"])
    store.close()


def _end_with_starter() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)  # the data are thrown away anyway


if __name__ == "__main__":
    main()
