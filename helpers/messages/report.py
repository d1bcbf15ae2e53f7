"""explain_import(): from an import, or from what was saved of it, to a report that says what to mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage, SisImport
from helpers.errors import BadInput
from helpers.messages import view
from helpers.messages.archive import write_archive
from helpers.messages.balance import Balance, balance
from helpers.messages.causes import Cause, find_causes
from helpers.messages.evidence import Evidence, Proof, Source, gather
from helpers.messages.explained import ExplainedMessage, explain_messages
from helpers.messages.noise import read_noise
from helpers.messages.previous import new_sorts, previous_import
from helpers.messages.sent import SentFiles, files_from_canvas, files_from_disk

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.display.frames import DataFrame

PREVIOUS = "previous"


@dataclass(frozen=True, repr=False)
class Report:
    """What became of one import. Shows itself as a page in a notebook and as text elsewhere.

    Args:
        import_id: which import; None when not even a message names it.
        sis_import: its JSON, when at hand.
        messages: every message with its explanation and its row, noise included.
        proof: whether these are all the messages.
        causes: what to mend, the gravest and commonest first.
        balance: rows sent, applied and skipped of each kind.
        sent: the files that were sent, as far as they are at hand.
        new: the sorts of messages that the import before did not have; None when nothing was compared.
        before_id: the import before.
        remarks: sentences about what could not be told, and why.
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
        """Whether there is nothing to do: the import ended well, and no message is left but noise."""
        state = self.sis_import.workflow_state if self.sis_import else ""
        quiet = self.proof.complete and not self.causes
        return quiet and state in ("imported", "imported_with_messages", "restored", "partially_restored")

    def to_frame(self) -> DataFrame:
        """Return one row per message: file, row, kind, cause and cure, the row as sent, noise."""
        from helpers.messages.frames import explained_frame

        return explained_frame(self)

    def causes_frame(self) -> DataFrame:
        """Return one row per root cause and how many messages it explains."""
        from helpers.messages.frames import causes_frame

        return causes_frame(self)

    def balance_frame(self) -> DataFrame:
        """Return one row per kind of file: rows sent, applied and skipped."""
        from helpers.messages.frames import balance_frame

        return balance_frame(self)

    def save(self, folder: str | Path) -> Path:
        """Keep the report below a folder, in one of its own for each import, and return that.

        It holds the import's JSON, every message, and the report as a page. `explain_import` reads it again.

        Raises:
            FileNotUsable: it cannot be written there.
        """
        return write_archive(self, Path(folder))

    def __repr__(self) -> str:
        return view.text(self)

    def _repr_html_(self) -> str:
        return view.html(self)


def explain_import(
    source: Source,
    files: str | Path | Iterable[str | Path] | None = None,
    noise: str | Path | None = None,
    before: Report | Source | None = None,
    *,
    client: CanvasClient | None = None,
) -> Report:
    """Explain what became of an import: every message, its root cause, its row, and whether the sums add up.

    Calls: GET /api/v1/accounts/self/sis_imports/:id · GET /api/v1/accounts/self/sis_imports/:id/errors · the
    addresses of its errors_attachment and csv_attachments

    Args:
        source: the import or its id, with a client; or what was saved of it: its JSON, its error CSV, both,
            or the folder that `Report.save` made.
        files: what was sent (CSV, zip or folder); default: Canvas is asked for it, when there is a client.
        noise: the site's list of expected messages, see `helpers.messages.noise`.
        before: what to compare with, to tell what is new: an earlier report, an import, saved files, or
            "previous" for the import before this one.
        client: which Canvas to ask.

    Raises:
        BadInput: an id without a client.
        FileNotUsable: a saved file, a sent file or the noise list is not what it should be.
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
        (*_remarks(evidence), *dict.fromkeys(sent.remarks)),
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
                "This import was diffed: row numbers count in the difference that Canvas made, not in your"
                " files. Give a client, and Canvas is asked for the difference."
            ]
        )
    return files_from_disk(files)


def _earlier(
    before: Report | Source | None, sis_import: SisImport | None, client: CanvasClient | None
) -> tuple[int | None, Sequence[ImportMessage]] | None:
    """Return id and messages of the import to compare with, None when there is none."""
    if before == PREVIOUS:
        if client is None or sis_import is None:
            raise BadInput(
                "Which import came before can only be asked of Canvas.", "Give a client, or a saved report."
            )
        before = previous_import(client, sis_import)
    if before is None:
        return None
    if isinstance(before, Report):
        return before.import_id, [each.message for each in before.messages]
    evidence = gather(before, client)
    return evidence.import_id, evidence.messages


def _remarks(evidence: Evidence) -> list[str]:
    seen = evidence.sis_import
    if seen is None:
        return ["Without the import's JSON, its state and its counts are not known."]
    if not seen.ended_at and seen.workflow_state not in view.ENDED:
        return [f"The import has not ended ({seen.progress} percent): this is what is known so far."]
    if seen.workflow_state == "failed":
        fault = str(seen.data.get("error_message") or "").strip().rstrip(".")
        said = f" It noted: {fault}." if fault else ""
        return [
            f"Canvas stopped at an internal fault and stored no message.{said}"
            " Give the import's id to whoever runs your Canvas, and find the rows that do it by halves."
        ]
    return []
