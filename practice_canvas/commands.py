"""The commands for a practice Canvas that is running: `practice-canvas status`, `reset` and `stop`."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from practice_canvas import __version__, controls, service
from practice_canvas.arguments import path
from practice_canvas.service import Practice, PracticeCanvasFault

SUCCESS, NOT_RUNNING, NOT_DONE = 0, 1, 2
SUMMARY = """
commands:
  serve      serve until you press Ctrl+C; the default
  status     show the practice Canvas that is running   [--json]
  reset      empty its school                           [--yes]
  stop       stop it; its data stay
  room       serve one for each learner of a class      [--seats N]
  Each has --home FOLDER and --help.

exit status: 0 success; 1 none is running (status, reset), or it does not stop; 2 wrong usage,
  or nothing erased (reset); of serve: 3 another one serves these data, 4 no port, 5 its database or
  6 its folder cannot be used, 7 a token or secret in the environment cannot be used
"""


def program() -> str:
    """Return how this program was started, as its help shows it."""
    named = Path(sys.argv[0]).stem
    return named if named == "practice-canvas" else "python -m practice_canvas"


def version() -> str:
    """Return the name and version that `--version` shows."""
    return f"practice-canvas {__version__}"


def add_home(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the practice Canvas's data folder."""
    parser.add_argument("--home", type=path, default=service.default_home(), help="the folder with its data")


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status.

    Args:
        arguments: of the command line; the first one is in `COMMANDS`.
    """
    name, *given = arguments
    carry_out = COMMANDS[name]
    parser = argparse.ArgumentParser(prog=f"{program()} {name}", description=carry_out.__doc__)
    add_home(parser)
    if carry_out is status:
        parser.add_argument("--json", action="store_true", help="print JSON")
    if carry_out is reset:
        parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(given)
    try:
        return carry_out(service.find(options.home), options)
    except (PracticeCanvasFault, OSError) as fault:
        return _refuse(str(fault), NOT_RUNNING)
    except (KeyboardInterrupt, EOFError):  # instead of an answer
        return _refuse("\nNothing was erased.", NOT_DONE)


def status(practice: Practice | None, options: argparse.Namespace) -> int:
    """Show the practice Canvas that is running."""
    home = str(service.absolute(options.home))
    if practice is None:
        _show({"running": False, "home": home}, options, _none_for(options))
        return NOT_RUNNING
    settings = controls.read_settings(practice)
    shown = {"url": practice.url, "version": practice.version, "pid": practice.pid, "home": home}
    lines = [
        f"The practice Canvas serves at {practice.url}.",
        f"  version    {practice.version} (process {practice.pid})",
        f"  data       {home}",
        f"  pace       {settings['pace']}",
        f"  scenarios  {', '.join(settings['scenarios']) or 'none'}",
    ]
    _show({"running": True, **shown, "settings": settings}, options, "\n".join(lines))
    return SUCCESS


def reset(practice: Practice | None, options: argparse.Namespace) -> int:
    """Empty the school and its list of imports; snapshots and settings stay."""
    if practice is None:
        return _refuse(_none_for(options), NOT_RUNNING)
    what = f"This empties the school at {practice.url}."
    if not options.yes:
        if not sys.stdin.isatty():
            return _refuse(f"{what} Where nobody can be asked, add --yes. Nothing was erased.", NOT_DONE)
        if input(f"{what} Type yes: ").strip().lower() != "yes":
            return _refuse("You did not say yes; nothing was erased.", NOT_DONE)
    controls.reset_school(practice)
    print(f"The school at {practice.url} is empty.")  # noqa: T201 (the command's answer)
    return SUCCESS


def stop(practice: Practice | None, options: argparse.Namespace) -> int:
    """Stop the practice Canvas; its data stay."""
    stopped = service.stop(options.home)
    text = "The practice Canvas has stopped. Its data stay." if stopped else _none_for(options)
    print(text)  # noqa: T201 (the command's answer)
    return SUCCESS


COMMANDS: dict[str, Callable[[Practice | None, argparse.Namespace], int]] = {
    "status": status,
    "reset": reset,
    "stop": stop,
}


def _none_for(options: argparse.Namespace) -> str:
    return f"No practice Canvas is running for {service.absolute(options.home)}."


def _show(facts: dict[str, object], options: argparse.Namespace, text: str) -> None:
    print(json.dumps(facts) if options.json else text)  # noqa: T201 (the command's answer)


def _refuse(why: str, exit_status: int) -> int:
    print(why, file=sys.stderr)  # noqa: T201 (for whoever typed the command)
    return exit_status
