"""The commands of the lesson in a terminal.

Exit status: 0 success, 1 the import or the files have a problem, 2 wrong usage or not possible.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.commands import COMMANDS
from helpers.client.connect import remember_import, start_practice
from helpers.client.connection import Connection
from helpers.client.models import SisImport
from helpers.client.polling import follow
from helpers.client.request_plans import RequestPlan
from helpers.client.unclear_outcome import how_to_check
from helpers.errors import BadInput, CanvasError
from helpers.lesson.card import card
from helpers.messages import explain_import
from helpers.place import practice_home
from helpers.terminal import output, progress_commands, prompts, troubleshooting
from helpers.terminal.arguments import check, parse
from helpers.terminal.connecting import client_for, run_briskly
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
    return run(parse(arguments))


def run(options: argparse.Namespace) -> int:
    """Run the command that the options name and return the exit status."""
    try:
        check(options)
        return RUN[options.command](options)
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
    practice = client.connection.environment == "practice"
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
        if practice and error.import_id is not None:
            remember_import(error.import_id)
        raise
    if practice:
        remember_import(accepted.id)
        run_briskly(client.connection, accepted.id)
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
