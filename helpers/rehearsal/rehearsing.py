"""Rehearse an import on a scratch Canvas, with the same file and options, before you send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client import request_plans
from helpers.client.import_options import DEFAULT_CHANGE_THRESHOLD, Params, may_remove
from helpers.client.models import SisImport
from helpers.client.packing import Paths, files_to_send, packed
from helpers.client.request_plans import RequestPlan
from helpers.rehearsal.bundle import fingerprint
from helpers.rehearsal.result import Rehearsal
from helpers.rehearsal.scratch_run import ScratchRun, run_on_scratch
from helpers.rehearsal.starting_points import Against, Progress, StartingPoint, prepare

FILLED_IN = (
    f"You gave no change_threshold, so {DEFAULT_CHANGE_THRESHOLD} percent was filled in for you."
    " It will be when you send the import, too."
)
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
    with TemporaryDirectory(prefix="sis-rehearsal-") as folder:
        # whichever root account the import is for: a scratch Canvas has only one
        scratch_options = {**options, "account": "self"}
        plan = request_plans.create_sis_import(packed(files, Path(folder, "files.zip")), **scratch_options)
        return rehearse_plan(plan, files, against=against, base=base, progress=progress)


def rehearse_plan(
    plan: RequestPlan,
    files: Sequence[Path],
    *,
    against: Against,
    base: Path | str | None = None,
    progress: Progress | None = None,
) -> Rehearsal:
    """Rehearse the plan of an import; its file is checked here and not again when the same plan is sent.

    Args:
        plan: the plan of an import.
        files: what its file contains: itself, or the files that were zipped.
        against: as for `rehearse`, and so are the others.
        base: the file of the last import of the series.
        progress: called with a text about each step.

    Returns:
        The rehearsal.

    Raises:
        CanvasError: as for `rehearse`.
    """
    progress = progress or (lambda step: None)
    plan.check()
    with prepare(against, base, plan.params, progress) as start:
        run = run_on_scratch(start, plan, start.options, progress)
        rehearsal = _rehearsal(files, plan, start, run)
        if not _was_stopped(run.sis_import, plan.params):
            return rehearsal
        progress("Repeating it without the thresholds")
        unbound = run_on_scratch(start, plan, {**start.options, **WITHOUT_THRESHOLDS}, progress)
        return replace(rehearsal, beyond=_rehearsal(files, plan, start, unbound))


def _rehearsal(files: Sequence[Path], plan: RequestPlan, start: StartingPoint, run: ScratchRun) -> Rehearsal:
    gaps = (*start.gaps, *run.notes)
    filled_in = (FILLED_IN,) if "change_threshold" in plan.filled_in else ()
    return Rehearsal(
        tuple(file.name for file in files),
        plan.params,
        start.description,
        start.domain,
        fingerprint(files),
        run.sis_import,
        run.messages,
        run.kinds,
        run.changes,
        run.terms,
        (*filled_in, *start.notes, *gaps),
        gaps=gaps,
    )


def _was_stopped(sis_import: SisImport, params: Params) -> bool:
    """Return whether a threshold stopped batch mode's cleanup or diffing."""
    stopped = sis_import.workflow_state == "aborted" or bool(sis_import.raw.get("diffing_threshold_exceeded"))
    return stopped and may_remove(params)
