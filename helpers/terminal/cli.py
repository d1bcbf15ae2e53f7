"""The commands of the lesson in a terminal.

Exit status: 0 success, 1 the import or the files have a problem, or Canvas refused, 2 nothing was done.
"""

import argparse
import os
from collections.abc import Callable, Sequence

from helpers.client.connect import start_practice
from helpers.errors import BadInput, CanvasError, NoRoute, NoSuchThing, reason
from helpers.lesson.card import card
from helpers.place import practice_home
from helpers.terminal import output, progress_commands, troubleshooting
from helpers.terminal.arguments import check, parse
from helpers.terminal.connecting import client_for
from helpers.terminal.import_command import import_file, show_result
from helpers.terminal.wording import NOT_RUNNING, STILL_RUNNING, STOPPED, check_id
from practice_canvas import service

LATEST = 10
"""So many imports are listed unless all are asked for."""
OLDER = f"These are the latest {LATEST}. To list all of them, add --all."
WITH_ITSELF = (
    "This compared the practice Canvas with itself, so it says nothing about a Canvas of yours."
    " To compare yours: python start.py compare --domain school.test.instructure.com"
)
END_PROCESS = {"posix": "kill {}", "nt": "taskkill /F /PID {}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask and return the exit status."""
    return run(parse(arguments))


def run(options: argparse.Namespace) -> int:
    """Run the command that the options name and return the exit status."""
    with output.json_alone(getattr(options, "json", False)):
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        check(options)
        return RUN[options.command](options)
    except CanvasError as error:
        if isinstance(error, NoSuchThing) and _asks_for_an_import(options):
            error.advise(check_id(options.domain))
        output.fault(error, getattr(options, "domain", None))
        return 2 if isinstance(error, BadInput | NoRoute) and not error.may_have_worked else 1
    except service.PracticeCanvasFault as error:
        output.fault(CanvasError(str(error), "Try again in a moment."))
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        output.fault(
            CanvasError(f"{where}{reason(error)}.", "Check the folder and the disk, then try again.")
        )
        return 2
    except KeyboardInterrupt:
        output.line("\nStopped.")
        return 1


def _asks_for_an_import(options: argparse.Namespace) -> bool:
    return options.command == "explain" or (options.command == "status" and options.id is not None)


def show_status(options: argparse.Namespace) -> int:
    """Show one import as it is now, or without an id the latest ones.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, or GET /api/v1/accounts/self/sis_imports
    """
    client = client_for(options.domain)
    if options.id is None:
        found = client.list_sis_imports(None if options.all else LATEST + 1)
        shown = found if options.all else found[:LATEST]
        if options.json:
            output.json({"sis_imports": [each.raw for each in shown]})
        else:
            output.imports(shown)
        if len(found) > len(shown):
            output.line(OLDER)
        return 0
    sis_import = client.get_sis_import(options.id)
    if sis_import.state.terminal:
        return show_result(client, sis_import, options)
    output.answer(sis_import, whole=options.json)
    output.line(sis_import.state.sentence)
    return 0


def compare_shapes(options: argparse.Namespace) -> int:
    """Compare what a Canvas answers with the practice Canvas, and print a report to paste into an issue."""
    from helpers.terminal.comparing import compare_with_practice

    client = client_for(options.domain)
    comparison = compare_with_practice(client)
    output.heading("Report (it has no data, no IDs, no domain, and no token; read it before you paste it)")
    output.line(comparison.report())
    if client.connection.environment == "practice":
        output.line(f"\n{WITH_ITSELF}")
    return 1 if comparison.certain else 0


def show_practice(options: argparse.Namespace) -> int:
    """Start the practice Canvas, or find the one that runs, and show its address and tokens."""
    practice = start_practice()
    output.heading(f"Practice Canvas: {practice.url}")
    if practice.note:
        output.line(f"Note: {practice.note}")
    if practice.home is None:
        output.line("It is your seat in a training room. Its token stays in your environment.")
        return 0
    if practice.own_tokens:
        output.line(
            "Its access tokens are yours alone, since others share this computer; the notebooks and these"
            " commands find them."
        )
        return 0
    output.line("Its access tokens (public, since it runs on this computer only):")
    for name, token in practice.tokens.items():
        output.line(f"  {name:14} {token}")
    return 0


def stop_practice(options: argparse.Namespace) -> int:
    """Stop the practice Canvas; its data is kept."""
    try:
        stopped = service.stop(practice_home())
    except (OSError, service.PracticeCanvasFault) as fault:
        output.fault(CanvasError(STILL_RUNNING, str(fault)))
        return 1
    output.line(STOPPED if stopped else NOT_RUNNING)
    if room := service.find_room():
        end = END_PROCESS[os.name].format(room.pid)
        output.line(f"The room at {room.url} is still open. To end it, press Ctrl+C where it runs, or: {end}")
    return 0


def write_card(options: argparse.Namespace) -> int:
    """Write the lesson on one page, to print it in a browser."""
    output.line(f"Written: {card().save(options.file).as_uri()}")
    output.line("Open it in a browser and print it: it is one page.")
    return 0


RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "import": import_file,
    "status": show_status,
    "check": troubleshooting.check,
    "explain": troubleshooting.explain,
    "rehearse": troubleshooting.rehearse,
    "compare": compare_shapes,
    "progress": progress_commands.show_progress,
    "reset": progress_commands.reset_school,
    "practice": show_practice,
    "card": write_card,
    "stop": stop_practice,
}
"""What each command runs."""
