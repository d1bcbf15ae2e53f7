"""The commands that find out what is wrong: check files, explain an import, rehearse one.

Each shows root causes first, most serious first. DuckDB is slow to load: only what needs it imports it.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

from helpers.client.models import ImportMessage
from helpers.client.packing import files_to_send
from helpers.client.school_ids import ServerIds, server_ids
from helpers.errors import CanvasError, FileNotUsable
from helpers.messages import explain_import, view
from helpers.messages.causes import find_causes
from helpers.messages.explained_messages import explain_messages
from helpers.messages.report import Report
from helpers.messages.sent import SentFiles, files_from_disk
from helpers.terminal import output
from helpers.terminal.connecting import client_for
from helpers.terminal.wording import in_terminal, show_all

FOR_DATA = (
    "In a terminal, python start.py status ID --json > import.json saves the JSON."
    " To check a file of data before you send it: python start.py check FILE"
)
OTHERS = "the same command with --all shows all of them"
WITH_FILES = (
    "\nAdd --sent with the files that were sent: they may show the exact cause, and which rows to fix."
)
IN_A_NOTEBOOK = "rehearse() in a notebook has all of them"
IN_SUBFOLDERS = "Checked in subfolders: {}, such as {}. An import of a folder leaves its subfolders out."
SCREEN = 40
"""After more lines, the beginning of an output has scrolled away."""
WHERE_TO_BEGIN = (
    "Begin at the top: the most serious findings come first, and others may only follow from them."
    " Then check again."
)
OF_REHEARSAL = 10
"""The most messages of a cause that a rehearsal lists."""


def check(options: argparse.Namespace) -> int:
    """Check files without sending them; with a domain, also against what that Canvas has.

    Returns:
        0 if they are ready to send, 1 with findings, 2 if the check or the Canvas gave no full answer.
    """
    from helpers.preflight.check import STOPPED, check_files

    try:
        found = check_files(options.files, server=_answering(options.domain) if options.domain else None)
    except CanvasError as error:
        output.fault(error, options.domain)
        return 2
    text = in_terminal(str(found))
    output.line(text)
    inside = [file.name for file in found.files if file.path and "/" in file.name]
    if inside:
        output.line(f"\n{IN_SUBFOLDERS.format(len(inside), inside[0])}")
    if text.count("\n") > SCREEN:
        output.line(f"\n{found.summary()}\n{WHERE_TO_BEGIN}")
    if found.of(STOPPED.slug):
        return 2
    return 0 if found.ok else 1


def _answering(domain: str) -> ServerIds:
    """Return what a Canvas has, once it has answered: some files ask it nothing."""
    client = client_for(domain)
    client.get_self()
    return server_ids(client, required=True)


def explain(options: argparse.Namespace) -> int:
    """Explain an import by its ID, or by its saved files without any Canvas.

    Returns:
        0 for a clean import, 1 if there is something to fix or unknown.
    """
    others = OTHERS
    if len(options.source) == 1 and options.source[0].isdecimal():
        import_id = int(options.source[0])
        report = explain_import(import_id, options.sent or None, client=client_for(options.domain))
        others = show_all(import_id, options.domain)
    else:
        try:
            report = explain_import(options.source, options.sent or None)
        except FileNotUsable as error:
            error.advise(f"{error.fix} {FOR_DATA}")
            raise
    show_report(report, None if options.everything else others)
    if report.causes and not report.sent.files:
        output.line(WITH_FILES)
    return 0 if report.clean else 1


def rehearse(options: argparse.Namespace) -> int:
    """Show what an import would do. Nothing is sent.

    Returns:
        0 if the import would be clean, 1 otherwise.
    """
    from helpers.rehearsal import rehearse as rehearse_import

    for folder in filter(Path.is_dir, options.files):
        output.taken_from(folder, files_to_send(folder))
    found = rehearse_import(
        options.files, against=client_for(options.domain), progress=output.line, **dict(options.option)
    )
    output.line(found.summary())
    show_causes(found.messages, options.files, found.params)
    return 0 if found.sis_import.state.good and not found.stopped else 1


def show_report(report: Report, others: str | None) -> None:
    """Show the report of an import: how it ended, then its root causes, most serious first.

    Args:
        report: the report.
        others: what shows the messages after the first ones of a cause; None to show all of them.
    """
    shown = None if others is None else view.SHOWN_IN_TEXT
    output.line(in_terminal(view.text(report, shown, others or "")))


def show_causes(
    messages: Iterable[ImportMessage], files: Iterable[Path], params: Iterable[tuple[str, str]]
) -> None:
    """Show the root causes of the messages of a rehearsal."""
    diffed = any(name == "diffing_data_set_identifier" for name, _ in params)
    # rows of a difference are not those of the files
    sent = SentFiles() if diffed else files_from_disk(files)
    lines: list[str] = []
    for number, cause in enumerate(find_causes(explain_messages(tuple(messages), sent), sent), start=1):
        lines += ["", *view.cause_lines(number, cause, OF_REHEARSAL, IN_A_NOTEBOOK)]
    if lines:
        output.line(in_terminal("\n".join(lines)))
