"""Rehearse an import on a scratch Canvas, with the same file and options, before you send it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client import request_plans
from helpers.client.import_options import Params, may_remove
from helpers.client.models import SisImport
from helpers.rehearsal.bundle import Paths, files_to_send, fingerprint, packed
from helpers.rehearsal.result import Rehearsal
from helpers.rehearsal.scratch_run import ScratchRun, run_on_scratch
from helpers.rehearsal.starting_points import Against, Progress, StartingPoint, prepare

WITHOUT_THRESHOLDS = {"change_threshold": str(10**6), "diff_row_count_threshold": "0"}


def rehearse(
    paths: Paths,
    *,
    against: Against,
    base: Path | str | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Rehearsal:
    """Run an import on a scratch Canvas and return what it would create, update, conclude, and delete.

    The rehearsal sends nothing to your Canvas. It copies the practice Canvas, or requests a SIS export from
    any other Canvas.

    Calls: POST /api/v1/accounts/self/reports/sis_export_csv (not for the practice Canvas)

    Args:
        paths: the file to send, or several files to send as one zip.
        against: what the scratch Canvas starts with: a client (the current state of its Canvas), a folder or
            zip with a SIS export, or None for an empty Canvas.
        base: for diffing, the file of the last import of the series; with a client, it is found for you.
        progress: called with a text about each step.
        options: the options of the import, as for `create_sis_import`.

    Returns:
        The rehearsal: what would change, the messages, and notes about what could not be rehearsed.

    Raises:
        FileNotUsable: a file cannot be sent or read.
        UnknownOption: the option does not exist or does not accept the value.
        NoRoute: no scratch Canvas starts.
        Refused: Canvas would reject the import, or it rejects the export.
        ExportFailed: Canvas could not finish the export.
    """
    files = files_to_send(paths)
    progress = progress or (lambda step: None)
    params = request_plans.create_sis_import(files[0], **options).params
    with (
        prepare(against, base, params, progress) as start,
        TemporaryDirectory(prefix="sis-rehearsal-") as folder,
    ):
        upload = packed(files, Path(folder))
        run = run_on_scratch(start, upload, start.options, progress)
        rehearsal = _rehearsal(files, params, start, run)
        if not _was_stopped(run.sis_import, params):
            return rehearsal
        progress("Repeating it without the thresholds")
        unbound = run_on_scratch(start, upload, {**start.options, **WITHOUT_THRESHOLDS}, progress)
        return replace(rehearsal, beyond=_rehearsal(files, params, start, unbound))


def _rehearsal(files: tuple[Path, ...], params: Params, start: StartingPoint, run: ScratchRun) -> Rehearsal:
    gaps = (*start.gaps, *run.notes)
    return Rehearsal(
        tuple(file.name for file in files),
        params,
        start.description,
        start.domain,
        fingerprint(files),
        run.sis_import,
        run.messages,
        run.kinds,
        run.changes,
        run.terms,
        (*start.notes, *gaps),
        gaps=gaps,
    )


def _was_stopped(sis_import: SisImport, params: Params) -> bool:
    """Return whether a threshold stopped batch mode's cleanup or diffing."""
    stopped = sis_import.workflow_state == "aborted" or bool(sis_import.raw.get("diffing_threshold_exceeded"))
    return stopped and may_remove(params)
