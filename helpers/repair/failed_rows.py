"""Write only the rows that failed, as sent, with the reasons in a separate file; and send them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from helpers.client.packing import packed
from helpers.display.text import plural
from helpers.errors import BadInput
from helpers.messages import Report
from helpers.messages.explained_messages import ExplainedMessage
from helpers.messages.sent import SentFile
from helpers.repair.writing import reporting_write_errors, write_csv

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient
    from helpers.client.models import SisImport

REASONS = "reasons.csv"
COLUMNS = ("new_file", "new_row", "file", "row", "kind", "meaning", "fix", "follows_from", "message")
KEPT_OPTIONS = (
    "override_sis_stickiness",
    "add_sis_stickiness",
    "clear_sis_stickiness",
    "update_sis_id_if_login_claimed",
    "skip_deletes",
)


@dataclass(frozen=True)
class FailedRows:
    """What was written: the failed rows, why each of them failed, and the file to send after you fix them.

    `upload` is the only file, or a zip archive if there are several; None if no row failed.
    """

    files: tuple[Path, ...]
    reasons: Path | None
    upload: Path | None
    rows: int
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.upload is None:
            return "\n".join(("There are no failed rows to fix.", *self.remarks))
        names = ", ".join(each.name for each in self.files)
        lines = (
            f"{plural(self.rows, 'failed row')}, as sent: {names}",
            f"Why each row failed: {REASONS}",
            f"Fix the rows, pack the files into {self.upload.name} again, and send it."
            if len(self.files) > 1
            else f"Fix the rows, then send {self.upload.name}.",
        )
        return "\n".join((*lines, *self.remarks))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


def write_failed_rows(report: Report, folder: str | Path) -> FailedRows:
    """Write the failed rows to new files, one for each file that was sent, with the original header.

    Rows in the noise list are left out, and so are rows that Canvas applied and counted despite a message.

    Args:
        report: the result of `explain_import`; it must know the files that were sent.
        folder: the folder for the new files.

    Raises:
        BadInput: rows failed, and none of them is available.
        FileNotUsable: the folder cannot be written to, or a new file would replace one that was sent.
    """
    failed = [
        each for each in report.messages if (each.rejects_row or each.applies_uncounted) and not each.noise
    ]
    at_hand = [each for each in failed if each.values]
    if failed and not at_hand:
        raise BadInput(
            f"{plural(len(failed), 'row')} failed, but the files that contain them are not available.",
            "Name the files that were sent: explain_import(…, files=…).",
        )
    remarks = tuple(_remarks(report, len(failed) - len(at_hand)))
    if not failed:
        return FailedRows((), None, None, 0, remarks)
    target, originals = Path(folder), [file.path for file in report.sent.files]
    parts = list(_parts(at_hand, target))
    for part in parts:
        write_csv(part.path, part.file.header, part.rows.values(), originals)
    reasons = (row for part in parts for row in part.reasons(_follows(report)))
    sidecar = write_csv(target / REASONS, COLUMNS, reasons, originals)
    files = tuple(part.path for part in parts)
    return FailedRows(files, sidecar, _pack(target, files), sum(len(part.rows) for part in parts), remarks)


@dataclass(frozen=True)
class _Part:
    """The failed rows of one file."""

    path: Path
    file: SentFile
    messages: Sequence[ExplainedMessage]

    @property
    def rows(self) -> dict[int, tuple[str, ...]]:
        """The rows by their numbers, in their order."""
        return dict(sorted((each.message.row or 0, each.values) for each in self.messages))

    def reasons(self, follows: dict[int, str]) -> Iterator[tuple[object, ...]]:
        """Yield one row of the sidecar for each message."""
        new = {number: at for at, number in enumerate(self.rows, start=2)}
        for each in self.messages:
            message, meaning = each.message, each.explanation
            where = (self.path.name, new[message.row or 0], message.file, message.row)
            yield (
                *where,
                meaning.kind,
                meaning.title,
                meaning.fix,
                follows.get(id(each), ""),
                message.message,
            )


def _parts(failed: Sequence[ExplainedMessage], folder: Path) -> Iterator[_Part]:
    by_file: dict[Path, list[ExplainedMessage]] = defaultdict(list)
    for each in failed:
        if each.sent:
            by_file[each.sent.path].append(each)
    taken: list[str] = []
    for messages in by_file.values():
        file = messages[0].sent
        assert file  # noqa: S101 — the loop above ensures it
        stem = PurePosixPath(file.name).stem
        taken.append(next(name for name in _names(stem) if name not in taken))
        yield _Part(folder / taken[-1], file, messages)


def _names(stem: str) -> Iterator[str]:
    """Yield names for a new file; two folders in a zip may hold files with the same name."""
    return (f"{stem}_failed{number or ''}.csv" for number in count())


def _follows(report: Report) -> dict[int, str]:
    """Return the root cause of each message (by its identity) that is not a root cause itself."""
    return {id(each): cause.title for cause in report.causes for each in cause.consequences}


def _pack(folder: Path, files: Sequence[Path]) -> Path:
    target = folder / "failed_rows.zip"
    with reporting_write_errors(target):
        return packed(files, target)


def _remarks(report: Report, missing: int) -> Iterator[str]:
    for each in report.messages:
        if each.rejects_file:
            yield f"{each.message.file} was rejected as a whole: fix it and send the whole file."
    if missing:
        yield f"{plural(missing, 'more row')} failed in files that are not available."
    if report.noise:
        yield f"{plural(len(report.noise), 'message')} in your noise list left out."
    if any("_filtered" in file.name for file in report.sent.files):
        yield "These rows contain no passwords: Canvas does not return them."


def resend(client: CanvasClient, failed: FailedRows | str | Path, like: SisImport | None = None) -> SisImport:
    """Send corrected rows as a standard import.

    It is never a full batch and never part of a diffing series, where sending only a few rows would delete
    everything else. A diffing series is not affected: for it, these rows were already sent.

    Calls: POST /api/v1/accounts/self/sis_imports.json

    Args:
        client: the Canvas to send them to.
        failed: the result of `write_failed_rows`, or the corrected file.
        like: the import that failed; its stickiness options, skip_deletes, and update_sis_id_if_login_claimed
            are used again.

    Raises:
        BadInput: there is nothing to send.
    """
    upload = failed.upload if isinstance(failed, FailedRows) else Path(failed)
    if upload is None:
        raise BadInput("No row failed, so there is nothing to send again.", "Read the report's causes.")
    options: dict[str, Any] = {name: True for name in KEPT_OPTIONS if like and like.raw.get(name)}
    return client.create_sis_import(upload, waive="last_import", **options)
