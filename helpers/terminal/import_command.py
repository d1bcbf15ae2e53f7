"""The command that imports a file: confirm, rehearse, send, watch, and show how it ended."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from helpers.client import request_plans
from helpers.client.canvas_client import CanvasClient
from helpers.client.commands import COMMANDS, SHARED_COMPUTER, pack_with_powershell, pack_with_zip
from helpers.client.connect import remember_import
from helpers.client.connection import TOKEN_VARIABLE, Connection
from helpers.client.models import SisImport
from helpers.client.packing import files_to_send, packed
from helpers.client.polling import follow
from helpers.client.request_plans import RequestPlan
from helpers.client.unclear_outcome import how_to_check
from helpers.errors import BadInput, CanvasError
from helpers.messages import explain_import
from helpers.terminal import output, prompts, troubleshooting
from helpers.terminal.connecting import client_for, public_token, run_briskly
from helpers.terminal.wording import in_terminal, show_all

if TYPE_CHECKING:
    from helpers.rehearsal import Rehearsal

MORE = "Canvas does not report every fault. python start.py check FILE may find more."
MORE_BEFORE = "Canvas does not report every fault. Before you send the file again: python start.py check FILE"
POLL = 1.0  # seconds between two polls
SHELLS = {"nt": ("cURL in cmd", "Windows PowerShell 5.1")}
"""The names of the commands to show, by os.name; elsewhere cURL."""
SET_TOKEN = {
    "cURL": f"export {TOKEN_VARIABLE}={{}}",
    "cURL in cmd": f"set {TOKEN_VARIABLE}={{}}",
    "Windows PowerShell 5.1": f'$env:{TOKEN_VARIABLE} = "{{}}"',
}
"""How each shell gets the token that its command reads."""
PACK = {"nt": (" in PowerShell", pack_with_powershell), "posix": ("", pack_with_zip)}
"""Where and how each system, by os.name, packs files into a zip."""


def import_file(options: argparse.Namespace) -> int:
    """Import a file, watch it to its end and show the result.

    Calls: POST /api/v1/accounts/self/sis_imports.json, then GET /api/v1/accounts/self/sis_imports/:id
    """
    files = files_to_send(options.file)
    # a zip that a virus scanner still reads must not make a failure of an import that was sent
    with TemporaryDirectory(prefix="sis-import-", ignore_cleanup_errors=True) as folder:
        name = options.file.resolve().name or "files"  # the root of a drive has no name
        file = packed(files, Path(folder, f"{name}.zip"))
        plan = request_plans.create_sis_import(file, **dict(options.option))
        plan.check()
        return _import(plan, files, options)


def _import(plan: RequestPlan, files: Sequence[Path], options: argparse.Namespace) -> int:
    """Import what the plan sends; the files are what it contains."""
    client = client_for(options.domain)
    confirm = _confirm_production(client.connection, options.yes_production)
    if options.file.is_dir():
        output.taken_from(options.file, files)
    rehearsed = _rehearse(client, plan, files, options) if options.rehearse else None
    guarded = {"rehearsed": rehearsed, "waive": options.waive, "confirm": confirm}
    accepted = _send(client, plan, files, guarded)
    try:
        final = _watch(client, accepted, options)
    except KeyboardInterrupt:
        _say_how_to_check_again(accepted, options.domain)
        return 1
    except CanvasError as error:
        _say_how_to_check_again(accepted, options.domain)
        output.fault(error, options.domain)
        return 1
    try:
        return show_result(client, final, options, files)
    except CanvasError as error:
        output.fault(error, options.domain)
        return 1  # never 2, which says that nothing was done


def _show_commands(plan: RequestPlan, files: Sequence[Path], connection: Connection) -> None:
    """Show the request as commands for the shells of this system; a folder is packed before them."""
    if plan.file and plan.file not in files:
        target = plan.file.name
        where, pack = PACK[os.name]
        output.line(f"\nFor a command of your own, pack the files into {target}{where}:")
        output.line(pack(files, target))
        plan = replace(plan, file=Path(target))
    token = public_token(connection)
    for shell in SHELLS.get(os.name, ("cURL",)):
        output.heading(f"The same with {shell}")
        if token:
            output.line(SET_TOKEN[shell].format(token))
        output.line(COMMANDS[shell](plan, connection))
    if os.name != "nt" and not token:  # Windows shows the processes of others to administrators only
        output.line(f"Note: {SHARED_COMPUTER}")


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


def _rehearse(
    client: CanvasClient, plan: RequestPlan, files: Sequence[Path], options: argparse.Namespace
) -> "Rehearsal":
    """Rehearse the import, show what it would do, and go on only when somebody or --yes agrees."""
    from helpers.rehearsal import rehearse_plan  # DuckDB is loaded only when it is needed

    output.heading("Rehearsal")
    found = rehearse_plan(plan, files, against=client, progress=output.line)
    summary = found.summary()
    output.line(summary)
    troubleshooting.show_causes(found.messages, files, found.params)
    agreed = None if options.yes else prompts.agrees("Send it?", about=output.printable(summary))
    if agreed is None:
        _require_certain(found.doubt(plan, client.connection.domain), options.yes)
    elif not agreed:
        raise BadInput(
            "You did not say yes; nothing was sent.",
            "Change the file or the options, then try again.",
        )
    return found


def _require_certain(doubt: str | None, yes: bool) -> None:
    """Allow an import whose rehearsal nobody read: only with --yes, and only when it left no doubt."""
    if doubt:
        raise BadInput(
            f"{doubt} Nothing was sent: without a person to judge it, a rehearsal must leave no doubt.",
            "Read the rehearsal above and change the file or the options, or start it at an interactive"
            f" terminal{' without --yes' if yes else ''} and answer there.",
        )
    if not yes:
        raise BadInput(
            "The import was rehearsed and nothing was sent: this is not an interactive terminal, so nobody"
            " can be asked.",
            "Read the rehearsal above. To send the import after its rehearsal, add --yes.",
        )


def _send(
    client: CanvasClient, plan: RequestPlan, files: Sequence[Path], guarded: dict[str, Any]
) -> SisImport:
    """Send the plan; once Canvas may have it, any error says its ID or how to find it."""
    try:
        with output.progress_line("sending") as progress:
            accepted = client.send_import(
                plan,
                progress=progress.sent,
                before_sending=lambda: _show_commands(plan, files, client.connection),
                **guarded,
            )
    except KeyboardInterrupt:
        if not progress.begun:
            raise
        raise CanvasError(
            "You stopped it while the file was being sent.", how_to_check(plan, client.connection)
        ) from None
    except CanvasError as error:
        if error.import_id is not None:
            remember_import(client.connection, error.import_id)
        raise
    return accepted


def _watch(client: CanvasClient, accepted: SisImport, options: argparse.Namespace) -> SisImport:
    """Show what Canvas answered, then the import until it has ended."""
    remember_import(client.connection, accepted.id)
    output.heading(f"Accepted as SIS import {accepted.id}, workflow_state {accepted.workflow_state}")
    output.answer(accepted, whole=options.json, final=False)
    for note in (*accepted.notes, *accepted.differences):
        output.line(f"Note: {in_terminal(note, options.domain)}")
    run_briskly(client.connection, accepted.id)
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


def show_result(
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
        if files:
            output.line(MORE)
        return 0
    output.line("")
    report = explain_import(final, files, client=client)
    troubleshooting.show_report(report, None if options.everything else show_all(final.id, options.domain))
    if files and report.causes:
        output.line(f"\n{MORE_BEFORE}")
    return 1
