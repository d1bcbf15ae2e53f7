"""Do the sums add up? Rows sent = rows applied + rows skipped, for each kind of file.

Source of the facts: Canvas's importers. `data.counts` has the rows that were not rejected. In silence and
uncounted pass: rows that delete under skip_deletes, and rows that delete what is deleted already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helpers.client.models import SisImport
from helpers.messages.explained import ExplainedMessage
from helpers.messages.sent import SentFile, SentFiles, named_kind
from practice_canvas.sis_csv.kinds import KINDS, Kind


@dataclass(frozen=True)
class Balance:
    """One kind's rows: sent (None: its file is not at hand), applied, and skipped with a message."""

    kind: str
    sent: int | None
    applied: int
    skipped: int
    remark: str = ""

    @property
    def unexplained(self) -> int:
        """How many rows were sent and neither applied nor skipped with a message; 0 when not known."""
        return 0 if self.sent is None else self.sent - self.applied - self.skipped

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.sent is not None and self.unexplained == 0


def balance(
    sis_import: SisImport | None, messages: Iterable[ExplainedMessage], sent: SentFiles
) -> tuple[Balance, ...]:
    """Compare what was sent with what Canvas counted, kind by kind in the order of processing."""
    if sis_import is None:
        return ()
    return tuple(_balances(sis_import, tuple(messages), sent))


def _balances(
    sis_import: SisImport, messages: tuple[ExplainedMessage, ...], sent: SentFiles
) -> Iterator[Balance]:
    for kind in KINDS:
        files = [file for file in sent.files if file.kind is kind or _refused(file, kind)]
        mine = [each for each in messages if each.kind is kind and each.rejects_row]
        applied = sis_import.counts.get(kind.count_key, 0)
        if not (files or mine or applied or kind.name in sis_import.supplied_batches):
            continue
        rows = None if any(file.fault for file in files) or not files else sum(file.rows for file in files)
        skipped = len({(each.message.file, each.message.row) for each in mine})
        told = Balance(kind.count_key, rows, applied, skipped)
        refused = [file.name for file in files if file.kind is None]
        why = f"{' and '.join(refused)} was refused as a whole." if refused else ""
        yield replace(told, remark=why or _remark(told, kind, sis_import))


def _refused(file: SentFile, kind: Kind) -> bool:
    """Say whether a file that Canvas did not take is of this kind by its name."""
    return file.kind is None and named_kind(file.name) is kind


def _remark(told: Balance, kind: Kind, sis_import: SisImport) -> str:
    if told.sent is None:
        return "The file is not at hand, so its rows were not counted."
    if told.adds_up:
        return "Every row is accounted for."
    number = f"{abs(told.unexplained):,} row{'s' * (abs(told.unexplained) != 1)}"
    if told.applied > told.sent:
        return "Canvas applied more rows than these files hold: they are not the files that were sent."
    if told.unexplained < 0:
        return f"{number} with a message were applied all the same."
    if kind.name not in sis_import.supplied_batches:
        return f"Canvas took no file of this kind: {number} did not reach it."
    if sis_import.workflow_state == "aborted" or not sis_import.ended_at:
        return f"The import did not come to its end: {number} were not looked at."
    if sis_import.raw.get("skip_deletes"):
        return f"{number} passed in silence: skip_deletes passes over rows with status deleted."
    return f"{number} passed in silence: mostly rows that delete what is deleted already."
