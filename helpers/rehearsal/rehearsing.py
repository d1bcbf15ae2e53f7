"""Rehearse an import: the very same file and options, on a scratch Canvas, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from helpers.client import request_plans
from helpers.client.import_options import Params, may_remove
from helpers.client.models import SisImport
from helpers.rehearsal.bundle import Paths, fingerprint, packed, sent_files
from helpers.rehearsal.result import Rehearsal
from helpers.rehearsal.scratch_run import ScratchRun, run_on_scratch
from helpers.rehearsal.seeds import Against, Seed, Tell, sow

WITHOUT_THRESHOLDS = {"change_threshold": str(10**6), "diff_row_count_threshold": "0"}


def rehearse(
    paths: Paths,
    *,
    against: Against,
    base: Path | str | None = None,
    progress: Tell | None = None,
    **options: Any,
) -> Rehearsal:
    """Run an import on a scratch Canvas and tell what it would create, update, conclude and delete.

    Nothing is sent to the Canvas that is rehearsed for; a real one is asked for its SIS export
    (POST /api/v1/accounts/self/reports/sis_export_csv), the practice Canvas is copied.

    Args:
        paths: the file to send, or several that are sent as one zip.
        against: what the scratch Canvas begins with: a client (what its Canvas holds now), a folder or zip of
            CSV files as Canvas's SIS export gives them, or None for an empty Canvas.
        base: with diffing, the file of the last import of the series; found out where a client is given.
        progress: told in words what is being done.
        options: the options of the import, as for `create_sis_import`.

    Raises:
        FileNotUsable: a file cannot be sent or read.
        UnknownOption: there is no such option, or it takes no such value.
        NoRoute: no scratch Canvas starts.
        Refused: Canvas would refuse the import, or it refuses the export.
        ExportFailed: Canvas could not make its export.
    """
    files = sent_files(paths)
    tell = progress or _silent
    params = request_plans.create_sis_import(files[0], **options).params
    with sow(against, base, params, tell) as seed, TemporaryDirectory(prefix="sis-rehearsal-") as folder:
        upload = packed(files, Path(folder))
        run = run_on_scratch(seed, upload, seed.options, tell)
        rehearsal = _rehearsal(files, params, seed, run)
        if not _was_stopped(run.sis_import, params):
            return rehearsal
        tell("Looking beyond the threshold")
        unbound = run_on_scratch(seed, upload, {**seed.options, **WITHOUT_THRESHOLDS}, tell)
        return replace(rehearsal, beyond=_rehearsal(files, params, seed, unbound))


def _rehearsal(files: tuple[Path, ...], params: Params, seed: Seed, run: ScratchRun) -> Rehearsal:
    gaps = (*seed.gaps, *run.notes)
    return Rehearsal(
        tuple(file.name for file in files),
        params,
        seed.sentence,
        seed.domain,
        fingerprint(files),
        run.sis_import,
        run.messages,
        run.kinds,
        run.changes,
        run.terms,
        (*seed.notes, *gaps),
        gaps=gaps,
    )


def _was_stopped(sis_import: SisImport, params: Params) -> bool:
    """Tell whether a threshold kept batch mode from its cleanup, or diffing from comparing."""
    stopped = sis_import.workflow_state == "aborted" or bool(sis_import.raw.get("diffing_threshold_exceeded"))
    return stopped and may_remove(params)


def _silent(_: str) -> None:
    """Keep what is being done to oneself."""
