"""Only the rows that failed, as they were sent, with the reasons beside them; and sending them again."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from helpers.errors import BadInput
from helpers.messages import Report
from helpers.messages.explained_messages import ExplainedMessage
from helpers.messages.sent import SentFile
from helpers.repair.writing import write_csv, writing_told

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
    """What was written: the files of failed rows, why each row failed, and what to send once it is mended.

    `upload` is the one file, or a zip when there are several; None when no row failed.
    """

    files: tuple[Path, ...]
    reasons: Path | None
    upload: Path | None
    rows: int
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.upload is None:
            return "\n".join(("No row is left to mend.", *self.remarks))
        names = ", ".join(each.name for each in self.files)
        told = (
            f"{self.rows:,} row{'s' * (self.rows != 1)} that failed, as sent: {names}",
            f"Why each of them failed: {REASONS}",
            f"Mend them, then send {self.upload.name}; pack it anew if you mend the files in it."
            if len(self.files) > 1
            else f"Mend them, then send {self.upload.name}.",
        )
        return "\n".join((*told, *self.remarks))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


def failed_rows(report: Report, to: str | Path) -> FailedRows:
    """Write the rows that failed into new files, one for each file that was sent, with its header as it was.

    Rows of the noise list are left out, and so are rows that Canvas applied in spite of a message.

    Args:
        report: what `explain_import` returned; it has to know the files that were sent.
        to: the folder for the new files.

    Raises:
        BadInput: rows failed, and none of them is at hand.
        FileNotUsable: the folder cannot be written to, or a new file would replace one that was sent.
    """
    failed = [each for each in report.messages if each.rejects_row and not each.noise]
    at_hand = [each for each in failed if each.values]
    if failed and not at_hand:
        raise BadInput(
            f"{len(failed):,} messages tell of rows that failed, and these rows are not at hand.",
            "Name the files that were sent: explain_import(…, files=…).",
        )
    remarks = tuple(_remarks(report, len(failed) - len(at_hand)))
    if not failed:
        return FailedRows((), None, None, 0, remarks)
    folder, originals = Path(to), [file.path for file in report.sent.files]
    parts = list(_parts(at_hand, folder))
    for part in parts:
        write_csv(part.path, part.file.header, part.rows.values(), originals)
    reasons = (row for part in parts for row in part.reasons(_follows(report)))
    sidecar = write_csv(folder / REASONS, COLUMNS, reasons, originals)
    files = tuple(part.path for part in parts)
    return FailedRows(files, sidecar, _pack(folder, files), sum(len(part.rows) for part in parts), remarks)


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
            told, meaning = each.message, each.explanation
            where = (self.path.name, new[told.row or 0], told.file, told.row)
            yield (*where, meaning.kind, meaning.title, meaning.fix, follows.get(id(each), ""), told.message)


def _parts(failed: Sequence[ExplainedMessage], folder: Path) -> Iterator[_Part]:
    by_file: dict[Path, list[ExplainedMessage]] = defaultdict(list)
    for each in failed:
        if each.sent:
            by_file[each.sent.path].append(each)
    taken: list[str] = []
    for messages in by_file.values():
        file = messages[0].sent
        assert file  # noqa: S101 — the loop above saw to it
        stem = PurePosixPath(file.name).stem
        taken.append(next(name for name in _names(stem) if name not in taken))
        yield _Part(folder / taken[-1], file, messages)


def _names(stem: str) -> Iterator[str]:
    """Yield names for a new file; two folders of a zip may hold files of one name."""
    return (f"{stem}_failed{number or ''}.csv" for number in count())


def _follows(report: Report) -> dict[int, str]:
    """Return for each message (by its identity) the root cause that explains it, if it is not one itself."""
    return {id(each): cause.title for cause in report.causes for each in cause.consequences}


def _pack(folder: Path, files: Sequence[Path]) -> Path:
    if len(files) == 1:
        return files[0]
    target = folder / "failed_rows.zip"
    with writing_told(target), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return target


def _remarks(report: Report, missing: int) -> Iterator[str]:
    for each in report.messages:
        if each.rejects_file:
            yield f"{each.message.file} was refused as a whole: mend it and send all of it."
    if missing:
        yield f"{missing:,} more messages tell of rows whose file is not at hand."
    if report.noise:
        yield f"{len(report.noise):,} messages of your noise list were left alone."
    if any("_filtered" in file.name for file in report.sent.files):
        yield "Passwords are not in these rows: Canvas does not hand them out."


def resend(client: CanvasClient, failed: FailedRows | str | Path, like: SisImport | None = None) -> SisImport:
    """Send mended rows as a standard import.

    It is never a full batch and never part of a diffing series: there a few rows alone would mean that
    everything else is gone. A series goes on as if nothing had happened, since for it these rows were sent.

    Calls: POST /api/v1/accounts/self/sis_imports.json

    Args:
        client: where to.
        failed: what `failed_rows` returned, or the mended file.
        like: the import that failed; its stickiness options, skip_deletes and update_sis_id_if_login_claimed
            are asked for again.

    Raises:
        BadInput: there is nothing to send.
    """
    upload = failed.upload if isinstance(failed, FailedRows) else Path(failed)
    if upload is None:
        raise BadInput("No row failed, so there is nothing to send again.", "Read the report's causes.")
    options: dict[str, Any] = {name: True for name in KEPT_OPTIONS if like and like.raw.get(name)}
    return client.create_sis_import(upload, waive="last_import", **options)
