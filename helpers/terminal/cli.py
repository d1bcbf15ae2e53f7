"""The commands of the lesson in a terminal.

Exit status: 0 success, 1 the import or the files have a problem, 2 wrong usage or not possible.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from helpers.client.connect import TOKEN_VARIABLE, start_practice
from helpers.client.guards import GUARDS
from helpers.client.import_options import IMPORT_OPTIONS
from helpers.errors import BadInput, CanvasError
from helpers.lesson.card import card
from helpers.place import practice_home
from helpers.terminal import output, progress_commands, troubleshooting
from helpers.terminal.connecting import client_for
from helpers.terminal.examples import EXAMPLES
from helpers.terminal.import_command import import_file, show_result
from practice_canvas import service

LATEST = 10
"""So many imports are listed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask and return the exit status."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(AttributeError):  # a console in cp1252 shows ? for what it does not have
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except CanvasError as error:
        output.fault(error)
        return 2 if isinstance(error, BadInput) else 1
    except KeyboardInterrupt:
        output.line("\nStopped.")
        return 1


def show_status(options: argparse.Namespace) -> int:
    """Show one import as it is now, or without an id the latest ones.

    Calls: GET /api/v1/accounts/self/sis_imports/:id, or GET /api/v1/accounts/self/sis_imports
    """
    client = client_for(options.domain)
    if options.id is None:
        output.imports(client.list_sis_imports(LATEST))
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
    output.heading("Report (it has no data, no IDs, no domain and no token; read it before you paste it)")
    comparison = compare_with_practice(client)
    output.line(comparison.report())
    return 1 if comparison.certain else 0


def show_practice(options: argparse.Namespace) -> int:
    """Start the practice Canvas, or find the one that runs, and show its address and tokens."""
    practice = start_practice()
    output.heading(f"Practice Canvas: {practice.url}")
    if practice.note:
        output.line(f"Note: {practice.note}")
    output.line("Its access tokens (public, since it runs on this computer only):")
    for name, token in practice.tokens.items():
        output.line(f"  {name:14} {token}")
    return 0


def stop_practice(options: argparse.Namespace) -> int:
    """Stop the practice Canvas; its data are kept."""
    try:
        stopped = service.stop(practice_home())
    except (OSError, service.PracticeCanvasFault) as fault:
        output.fault(CanvasError("The practice Canvas is still running.", str(fault)))
        return 1
    output.line(
        "The practice Canvas has stopped; its data are kept." if stopped else "No practice Canvas is running."
    )
    return 0


def write_card(options: argparse.Namespace) -> int:
    """Write the lesson on one page, to print it in a browser."""
    output.line(f"Written: {card().save(options.file).as_uri()}")
    output.line("Open it in a browser and print it: it is one page.")
    return 0


class _RefuseToken(argparse.Action):
    """Explain why a token is not accepted as an argument, without repeating it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        parser.error(
            "a token never belongs in a command: it would stay in the shell's history. "
            f"Put it into the environment variable {TOKEN_VARIABLE}, or leave it out and type it when asked."
        )


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=value")
    return name.strip(), value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python start.py", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    to_canvas = _shared()
    to_canvas.add_argument(
        "--domain", help="your Canvas, such as school.test.instructure.com (default: the practice Canvas)"
    )
    to_canvas.add_argument("--token", nargs="?", action=_RefuseToken, help=argparse.SUPPRESS)
    as_json = _shared()
    as_json.add_argument("--json", action="store_true", help="show Canvas's whole JSON and every message")
    with_options = _shared()
    with_options.add_argument(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="name=value",
        help="an option of the import, may be repeated: " + ", ".join(IMPORT_OPTIONS),
    )

    def command(
        name: str,
        does: Callable[[argparse.Namespace], int],
        help_text: str,
        *parents: argparse.ArgumentParser,
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            parents=parents,
            allow_abbrev=False,
            help=help_text,
            description=f"{help_text[0].upper()}{help_text[1:]}.",
            epilog=EXAMPLES.get(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(command=does)
        return added

    add = command("import", import_file, "import a file and watch it", to_canvas, as_json, with_options)
    add.add_argument("file", type=Path, metavar="FILE", help="a CSV file, or a zip of CSV files")
    add.add_argument(
        "--rehearse", action="store_true", help="run it on a scratch Canvas first and show what it would do"
    )
    add.add_argument(
        "--yes",
        action="store_true",
        help="with --rehearse: send it after the rehearsal without asking, unless the rehearsal leaves doubt",
    )
    add.add_argument(
        "--waive",
        action="append",
        default=[],
        choices=[name for name, guard in GUARDS.items() if guard.waivable],
        help="send although this guard holds the import back, may be repeated",
    )
    add.add_argument(
        "--yes-production", metavar="DOMAIN", help="confirm an import into this production Canvas"
    )

    status = command("status", show_status, "show one SIS import, or the latest", to_canvas, as_json)
    status.add_argument(
        "id", type=int, nargs="?", metavar="ID", help="the id of the import; without it the latest are listed"
    )

    check = command("check", troubleshooting.check, "check files without sending them", to_canvas)
    check.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="CSV files, zips, or folders of CSV files"
    )

    explain = command(
        "explain", troubleshooting.explain, "explain the messages of an import by root cause", to_canvas
    )
    explain.add_argument(
        "source",
        nargs="+",
        metavar="ID|FILE",
        help="the id of an import, or its saved JSON, its error CSV, or both",
    )
    explain.add_argument(
        "--sent", type=Path, action="append", default=[], metavar="FILE", help="a file that was sent"
    )
    explain.add_argument("--all", action="store_true", help="show every message, not the first of each cause")

    rehearse = command(
        "rehearse",
        troubleshooting.rehearse,
        "show what an import would do; nothing is sent",
        to_canvas,
        with_options,
    )
    rehearse.add_argument("files", type=Path, nargs="+", metavar="FILE", help="CSV files, or a zip of them")

    command(
        "compare", compare_shapes, "compare a Canvas with the practice Canvas, without its data", to_canvas
    )
    erasing = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    erasing.add_argument("--yes", action="store_true", help="erase without asking")
    progress = command(
        "progress",
        progress_commands.show_progress,
        "show which exercises are done and what comes next",
        erasing,
    )
    progress.add_argument(
        "--reset", action="store_true", help="erase your progress; the practice school stays"
    )
    command(
        "reset", progress_commands.reset_school, "empty the practice school; your progress stays", erasing
    )
    command("practice", show_practice, "start the practice Canvas")
    page = command("card", write_card, "write the lesson on one page, to print it")
    page.add_argument(
        "file", type=Path, nargs="?", default=Path("card.html"), metavar="FILE", help="default: card.html"
    )
    command("stop", stop_practice, "stop the practice Canvas")
    return parser


def _shared() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False, allow_abbrev=False)


if __name__ == "__main__":
    sys.exit(main())
