"""Turn an import, or its saved files, into a report of the problems to fix."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage, SisImport
from helpers.display.frames import frame
from helpers.errors import BadInput
from helpers.messages import view
from helpers.messages.archive import write_archive
from helpers.messages.balance import BALANCE_COLUMNS, Balance, balance
from helpers.messages.causes import Cause, causes_frame, find_causes
from helpers.messages.evidence import Evidence, Proof, Source, gather
from helpers.messages.explained_messages import ExplainedMessage, explain_messages, explained_frame
from helpers.messages.noise import read_noise
from helpers.messages.previous import new_sorts, previous_import
from helpers.messages.sent import SentFiles, files_from_canvas, files_from_disk
from practice_canvas.sis_csv.kinds import KINDS

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.display.frames import DataFrame

PREVIOUS = "previous"


@dataclass(frozen=True, repr=False)
class Report:
    """The result of one import, explained. Displays as a page in a notebook and as text elsewhere.

    Args:
        import_id: the ID of the import; None if not even a message has it.
        sis_import: its JSON, if available.
        messages: every message with its explanation and its row, including noise.
        proof: whether these are all the messages.
        causes: the problems to fix, most serious and most common first.
        balance: rows sent, applied, and skipped of each kind.
        sent: the files that were sent, if available.
        new: the sorts of messages that the previous import did not have; None if nothing was compared.
        before_id: the ID of the previous import.
        remarks: sentences about what is unknown, and why.
    """

    import_id: int | None
    sis_import: SisImport | None
    messages: tuple[ExplainedMessage, ...]
    proof: Proof
    causes: tuple[Cause, ...] = ()
    balance: tuple[Balance, ...] = ()
    sent: SentFiles = field(default_factory=SentFiles)
    new: tuple[str, ...] | None = None
    before_id: int | None = None
    remarks: tuple[str, ...] = ()

    @property
    def noise(self) -> tuple[ExplainedMessage, ...]:
        """The messages that this site expects."""
        return tuple(each for each in self.messages if each.noise)

    @property
    def clean(self) -> bool:
        """Whether there is nothing to do: the import succeeded, and all messages are noise."""
        state = self.sis_import.workflow_state if self.sis_import else ""
        quiet = self.proof.complete and not self.causes
        return quiet and state in ("imported", "imported_with_messages", "restored", "partially_restored")

    def to_frame(self) -> DataFrame:
        """Return one row per message: file, row, kind, cause, fix, the row as you sent it, noise."""
        return explained_frame(self.messages)

    def causes_frame(self) -> DataFrame:
        """Return one row per root cause and how many messages it explains."""
        return causes_frame(self.causes)

    def balance_frame(self) -> DataFrame:
        """Return one row per kind of file: rows sent, applied, and skipped."""
        return frame(self.balance, BALANCE_COLUMNS)

    def save(self, folder: str | Path) -> Path:
        """Save the report in a subfolder for this import, and return the subfolder.

        It contains the import's JSON, every message, and the report as a page. `explain_import` can read it.

        Args:
            folder: the parent folder.

        Raises:
            FileNotUsable: the folder cannot be written to.
        """
        return write_archive(self, Path(folder))

    def __repr__(self) -> str:
        return view.text(self)

    def _repr_html_(self) -> str:
        return view.html(self)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Pause Python's search for unused objects, which takes longer the more messages there are.

    What was made meanwhile counts as old, or the search would begin with all of it as soon as it goes on.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what somebody else froze stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@_without_collecting()
def explain_import(
    source: Source,
    files: str | Path | Iterable[str | Path] | None = None,
    noise: str | Path | None = None,
    before: Report | Source | None = None,
    *,
    client: CanvasClient | None = None,
) -> Report:
    """Explain the result of an import: every message, its root cause, its row, and whether the rows add up.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors · the
    URLs of its errors_attachment and csv_attachments

    Args:
        source: the import or its ID, with a client; or saved files: its JSON, its error CSV, both, or the
            folder that `Report.save` created.
        files: the files that were sent (CSV, zip, or folder); default: download them with the client.
        noise: the site's list of expected messages, see `helpers.messages.noise`.
        before: an earlier import to compare with: a report, an import, saved files, or "previous" for the
            import before this one.
        client: the Canvas to read from.

    Returns:
        The report. It shows itself; `to_frame()` returns it as a table.

    Raises:
        BadInput: the source is an ID, and there is no client.
        FileNotUsable: a saved file, a sent file, or the noise list cannot be used.
    """
    expected = read_noise(noise) if noise else ()
    evidence = gather(source, client)
    sent = _sent(evidence.sis_import, files, client)
    messages = explain_messages(evidence.messages, sent, expected)
    earlier = _earlier(before, evidence.sis_import, client)
    new = None if earlier is None else new_sorts(messages, earlier[1], sent)
    return Report(
        evidence.import_id,
        evidence.sis_import,
        messages,
        evidence.proof,
        find_causes(messages, sent, new or ()),
        balance(evidence.sis_import, messages, sent),
        sent,
        new,
        earlier[0] if earlier else None,
        (*_remarks(evidence), *dict.fromkeys(sent.remarks), *_about_other_files(evidence.sis_import, sent)),
    )


def _sent(
    sis_import: SisImport | None,
    files: str | Path | Iterable[str | Path] | None,
    client: CanvasClient | None,
) -> SentFiles:
    diffed = sis_import is not None and "diffed_against_sis_batch_id" in sis_import.data
    if client and sis_import and (diffed or files is None):
        return files_from_canvas(client, sis_import)
    if files is None:
        return SentFiles()
    if diffed:
        return SentFiles(
            remarks=[
                "This import was diffed: row numbers refer to the difference that Canvas computed, not to"
                " your files. Pass a client to download the difference."
            ]
        )
    return files_from_disk(files)


def _about_other_files(sis_import: SisImport | None, sent: SentFiles) -> list[str]:
    """Return what to say about kinds of files that the import did not have, or had besides."""
    if sis_import is None or not sis_import.supplied_batches or not sent.files:
        return []
    had, given = sis_import.supplied_batches, {file.kind.name for file in sent.files if file.kind}
    others, lacking = (
        [kind.plural for kind in KINDS if kind.name in names] for names in (given - {*had}, {*had} - given)
    )
    remarks = []
    if others:
        what = f"You named a file of {' and '.join(others)}, but this import had none."
        remarks.append(f"{what} Are these the files that you sent?")
    if lacking:
        what = f"This import also had {' and '.join(lacking)}, but you did not name their files."
        remarks.append(f"{what} What is in these is taken for not sent.")
    return remarks


def _earlier(
    before: Report | Source | None, sis_import: SisImport | None, client: CanvasClient | None
) -> tuple[int | None, Sequence[ImportMessage]] | None:
    """Return the ID and the messages of the import to compare with, None if there is none."""
    if before == PREVIOUS:
        if client is None or sis_import is None:
            raise BadInput(
                "Only Canvas knows which import was the previous one.", "Pass a client or a saved report."
            )
        before = previous_import(client, sis_import)
    if before is None:
        return None
    if isinstance(before, Report):
        return before.import_id, [each.message for each in before.messages]
    evidence = gather(before, client)
    return evidence.import_id, evidence.messages


def _remarks(evidence: Evidence) -> list[str]:
    sis_import = evidence.sis_import
    if sis_import is None:
        return ["Without the import's JSON, its state and its counts are unknown."]
    if not sis_import.ended_at and sis_import.workflow_state not in view.ENDED:
        return [f"The import has not ended ({sis_import.progress} percent). This is what is known so far."]
    if sis_import.workflow_state == "failed":
        message = str(sis_import.data.get("error_message") or "").strip().rstrip(".")
        reason = f" Canvas reported: {message}." if message else ""
        return [
            f"Canvas stopped with an internal error and stored no message.{reason} Send the import's ID to"
            " Instructure's support. To find the rows that cause it, bisect the file: send one half, then"
            " the other."
        ]
    return []
