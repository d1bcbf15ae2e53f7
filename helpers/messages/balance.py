"""Check that the rows add up: rows sent = rows applied + rows skipped, for each kind of file.

Source of the facts: Canvas's importers. `data.counts` counts the rows that were not rejected. Canvas silently
skips and does not count rows that delete under skip_deletes, and rows that delete what is already deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helpers.client.models import SisImport
from helpers.display.frames import TEXT, TRUTH, WHOLE
from helpers.display.text import plural
from helpers.messages.explained_messages import ExplainedMessage
from helpers.messages.sent import SentFile, SentFiles, named_kind
from practice_canvas.sis_csv.kinds import KINDS
from practice_canvas.sis_csv.model import Kind


@dataclass(frozen=True)
class Balance:
    """The rows of one kind: sent (None if its file is not available), applied, and skipped with a message."""

    kind: str
    sent: int | None
    applied: int
    skipped: int
    remark: str = ""

    @property
    def unexplained(self) -> int:
        """Rows that were sent but neither applied nor skipped with a message; 0 if unknown."""
        return 0 if self.sent is None else self.sent - self.applied - self.skipped

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.sent is not None and self.unexplained == 0


BALANCE_COLUMNS = {
    "kind": TEXT,
    "sent": WHOLE,
    "applied": WHOLE,
    "skipped": WHOLE,
    "unexplained": WHOLE,
    "adds_up": TRUTH,
    "remark": TEXT,
}


def balance(
    sis_import: SisImport | None, messages: Iterable[ExplainedMessage], sent: SentFiles
) -> tuple[Balance, ...]:
    """Compare what was sent with what Canvas counted, for each kind in processing order."""
    if sis_import is None:
        return ()
    return tuple(_balances(sis_import, tuple(messages), sent))


def _balances(
    sis_import: SisImport, messages: tuple[ExplainedMessage, ...], sent: SentFiles
) -> Iterator[Balance]:
    for kind in KINDS:
        files = [file for file in sent.files if file.kind is kind or _rejected(file, kind)]
        mine = [each for each in messages if each.kind is kind and each.rejects_row]
        applied = sis_import.counts.get(kind.count_key, 0)
        if not (files or mine or applied or kind.name in sis_import.supplied_batches):
            continue
        rows = None if any(file.fault for file in files) or not files else sum(file.rows for file in files)
        uncounted = _rows([each for each in messages if each.kind is kind and each.applies_uncounted])
        found = Balance(kind.count_key, rows, applied + uncounted, _rows(mine))
        rejected = [file.name for file in files if file.kind is None]
        remark = f"Canvas rejected all of {' and '.join(rejected)}." if rejected else ""
        remark = remark or _remark(found, kind, sis_import)
        if uncounted:
            remark += f" Canvas applied {plural(uncounted, 'row')} in part and left it out of data.counts."
        yield replace(found, remark=remark)


def _rows(messages: Iterable[ExplainedMessage]) -> int:
    """Count the rows that messages are about; without row numbers, each message has a row of its own."""
    return len({(each.message.file, each.message.row or each.message.message) for each in messages})


def _rejected(file: SentFile, kind: Kind) -> bool:
    """Return whether a file that Canvas rejected is of this kind, judging by its name."""
    return file.kind is None and named_kind(file.name) is kind


def _remark(rows: Balance, kind: Kind, sis_import: SisImport) -> str:
    if rows.sent is None:
        return "The file is not available, so its rows were not counted."
    if rows.adds_up:
        return "Every row is accounted for."
    difference = plural(abs(rows.unexplained), "row")
    if rows.applied > rows.sent:
        return "Canvas applied more rows than these files contain, so they are not the files that were sent."
    if rows.unexplained < 0:
        return f"Canvas applied {difference} despite a message."
    if kind.name not in sis_import.supplied_batches:
        return f"Canvas received no file of this kind, so {difference} did not arrive."
    if sis_import.workflow_state == "aborted" or not sis_import.ended_at:
        return f"The import did not finish: {difference} not processed."
    if sis_import.raw.get("skip_deletes"):
        return f"Canvas silently skipped {difference}: skip_deletes ignores rows with status deleted."
    return f"Canvas silently skipped {difference}, as it does with rows that delete what is already deleted."
