"""The commands of the lesson in a terminal.

Exit status: 0 success, 1 the import or the files have a problem, 2 wrong usage or not possible.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.commands import COMMANDS
from helpers.client.connect import remember_import, start_practice
from helpers.client.connection import Connection
from helpers.client.guards import GUARDS
from helpers.client.import_options import IMPORT_OPTIONS, option_params
from helpers.client.models import SisImport
from helpers.client.polling import follow
from helpers.client.request_plans import RequestPlan
from helpers.client.seats import TOKEN_VARIABLE
from helpers.client.unclear_outcome import how_to_check
from helpers.errors import BadInput, CanvasError
from helpers.lesson.card import card
from helpers.messages import explain_import
from helpers.place import practice_home
from helpers.terminal import output, progress_commands, prompts, troubleshooting
from helpers.terminal.connecting import client_for
from helpers.terminal.examples import EXAMPLES
from practice_canvas import service

if TYPE_CHECKING:
    from helpers.rehearsal import Rehearsal

LATEST = 10
"""So many imports are listed."""
POLL = 1.0  # seconds between two polls
SHELLS = {"nt": ("cURL in cmd", "Windows PowerShell 5.1")}
"""The names of the commands to show, by os.name; elsewhere cURL."""


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


def import_file(options: argparse.Namespace) -> int:
    """Import a file, watch it to its end and show the result.

    Calls: POST /api/v1/accounts/self/sis_imports.json, then GET /api/v1/accounts/self/sis_imports/:id
    """
    if options.yes and not options.rehearse:
        raise BadInput(
            "--yes answers the question after a rehearsal, and there is no --rehearse. Nothing was sent.",
            "Add --rehearse, or leave --yes out. To confirm a production Canvas: --yes-production DOMAIN.",
        )
    option_params(dict(options.option))  # reject what cannot work before asking for anything
    plan = request_plans.create_sis_import(options.file, **dict(options.option))
    plan.check()
    client = client_for(options.domain)
    confirm = _confirm_production(client.connection, options.yes_production)
    for shell in SHELLS.get(os.name, ("cURL",)):
        output.heading(f"The same with {shell}")
        output.line(COMMANDS[shell](plan, client.connection))
    rehearsed = _rehearse(client, plan, options) if options.rehearse else None
    accepted = _send(client, plan, {"rehearsed": rehearsed, "waive": options.waive, "confirm": confirm})
    output.heading(f"Accepted as SIS import {accepted.id}, workflow_state {accepted.workflow_state}")
    output.answer(accepted, whole=options.json)
    for note in (*accepted.notes, *accepted.differences):
        output.line(f"Note: {note}")
    try:
        final = _watch(client, accepted)
    except KeyboardInterrupt:
        _say_how_to_check_again(accepted, options.domain)
        return 1
    except CanvasError:
        _say_how_to_check_again(accepted, options.domain)
        raise
    return _show_result(client, final, options, [options.file])


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
        return _show_result(client, sis_import, options)
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
    if practice.home is None:
        output.line("It is your seat in a training room. Its token stays in your environment.")
        return 0
    if practice.own_tokens:
        output.line(
            "Its access tokens are yours alone, since others share this computer; `connect()` finds them."
        )
        return 0
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


def _confirm_production(connection: Connection, confirmed: str | None) -> str:
    """Ask for the domain at the terminal or by --yes-production before a production Canvas gets anything."""
    if connection.environment != "production":
        return ""
    if confirmed is None:
        confirmed = prompts.ask(
            f"{connection.domain} is a PRODUCTION Canvas. Type its domain to import there: "
        )
    if (confirmed or "").strip().lower() != connection.domain:
        raise BadInput(
            f"The import into the production Canvas {connection.domain} is not confirmed; nothing was sent.",
            f"Try it on a test Canvas, or confirm: --yes-production {connection.domain}",
        )
    return connection.domain


def _rehearse(client: CanvasClient, plan: RequestPlan, options: argparse.Namespace) -> "Rehearsal":
    """Rehearse the import, show what it would do, and go on only when somebody or --yes agrees."""
    from helpers.rehearsal import rehearse  # DuckDB is loaded only when it is needed

    output.heading("Rehearsal")
    found = rehearse(options.file, against=client, progress=output.line, **dict(options.option))
    summary = found.summary()
    output.line(summary)
    troubleshooting.show_causes(found.messages, [options.file], found.params)
    answer = None if options.yes else prompts.ask("Send it? Type yes: ", about=output.printable(summary))
    if answer is None:
        _require_certain(found.doubt(plan, client.connection.domain), options.yes)
    elif answer.lower() != "yes":
        raise BadInput(
            "You did not say yes; nothing was sent.",
            "Change the file or the options, then try again. Where nobody can answer, add --yes.",
        )
    return found


def _require_certain(doubt: str | None, yes: bool) -> None:
    """Allow an import whose rehearsal nobody read: only with --yes, and only when it left no doubt."""
    if doubt:
        raise BadInput(
            f"{doubt} Nothing was sent: without a person to judge it, a rehearsal must leave no doubt.",
            "Read the rehearsal above and change the file or the options, or start it at an interactive"
            " terminal without --yes and answer there.",
        )
    if not yes:
        raise BadInput(
            "The import was rehearsed and nothing was sent: this is not an interactive terminal, so nobody"
            " can be asked.",
            "Read the rehearsal above. To send the import after its rehearsal, add --yes.",
        )


def _send(client: CanvasClient, plan: RequestPlan, guarded: dict[str, Any]) -> SisImport:
    """Send the plan; once Canvas may have it, any error says its ID or how to find it."""
    try:
        with output.progress_line("sending") as progress:
            accepted = client.send_import(plan, progress=progress.sent, **guarded)
    except KeyboardInterrupt:
        if not progress.begun:
            raise
        raise CanvasError(
            "You stopped it while the file was on its way.", how_to_check(plan, client.connection)
        ) from None
    except CanvasError as error:
        if error.import_id is not None:
            remember_import(client.connection, error.import_id)
        raise
    remember_import(client.connection, accepted.id)
    return accepted


def _watch(client: CanvasClient, accepted: SisImport) -> SisImport:
    final = accepted
    with output.progress_line(accepted.workflow_state) as progress:
        for snapshot in follow(lambda: client.get_sis_import(accepted.id), longest=POLL):
            progress.show(snapshot)
            final = snapshot.sis_import or final
    return final


def _say_how_to_check_again(accepted: SisImport, domain: str | None) -> None:
    where = f" --domain {domain}" if domain else ""
    output.line(
        f"\nStopped watching import {accepted.id}. Canvas is still processing it. Check its status with:"
    )
    output.line(f"    python start.py status {accepted.id}{where}")


def _show_result(
    client: CanvasClient,
    final: SisImport,
    options: argparse.Namespace,
    files: Sequence[Path] | None = None,
) -> int:
    """Show the fields that the guide reads, the counts, and the verdict or the root causes."""
    output.answer(final, whole=options.json)
    output.counts(final)
    if final.state.good:
        output.heading(f"SIS import {final.id}: {final.workflow_state}")
        output.line(final.state.sentence)
        return 0
    output.line("")
    troubleshooting.show_report(explain_import(final, files, client=client), everything=options.json)
    return 1


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
