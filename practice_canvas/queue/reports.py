"""Run requested reports, such as the SIS export, as one CSV file or a zip of several.

Source: Canvas's account reports [known]. Real Canvas runs reports alongside imports; here
the single worker runs them between two imports.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from practice_canvas.store import files
from practice_canvas.store.reads.report_types import REPORTS
from practice_canvas.store.reads.sis_exports import Choice, Export, rows
from practice_canvas.store.records import Record
from practice_canvas.store.store import Store, now
from practice_canvas.store.writes import account_reports

CONTENT_TYPES = {".csv": "text/csv", ".zip": "application/zip"}
NOTHING_SELECTED = "No files are selected: select at least one, such as parameters[courses]=true."


def run(store: Store, report: Record) -> None:
    """Run one report and store its file.

    Args:
        store: the worker's connection; progress is committed after each file.
        report: its record.
    """
    _write(store, report["id"], workflow_state="running", started_at=now(), progress=0)
    parameters = json.loads(report["parameters"])
    kind = REPORTS[report["report"]]
    chosen = {name: it for name, it in kind.files.items() if not kind.chosen or parameters.get(name) is True}
    if not chosen:
        fail(store, report["id"], NOTHING_SELECTED)
        return
    path = _export(store, report["id"], chosen, _choice(parameters))
    name = f"{report['report']}_{report['id']}{path.suffix}"
    content_type = CONTENT_TYPES[path.suffix]
    attachment_id = files.add(store, None, "report", name, path, now(), content_type)
    _write(
        store,
        report["id"],
        workflow_state="complete",
        progress=100,
        attachment_id=attachment_id,
        ended_at=now(),
    )


def fail(store: Store, report_id: int, why: str) -> None:
    """End a report that cannot be completed."""
    _write(store, report_id, workflow_state="error", message=why, ended_at=now())


def _choice(parameters: dict[str, object]) -> Choice:
    term_id = parameters.get("enrollment_term_id")
    return Choice(
        term_id if isinstance(term_id, int) else None,
        parameters.get("created_by_sis") is True,
        parameters.get("include_deleted") is True,
    )


def _export(store: Store, report_id: int, files: Mapping[str, Export], choice: Choice) -> Path:
    """Write the files, and zip them if there are several."""
    paths = {}
    for done, (name, export) in enumerate(files.items()):
        _write(store, report_id, progress=100 * done // len(files), message=f"Writing {name}.csv")
        paths[name] = _write_csv(store, export, choice)
    if len(paths) == 1:
        return next(iter(paths.values()))
    with store.writing_file(".zip") as packed, ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in paths.items():
            archive.write(path, f"{name}.csv")
            path.unlink()
    return packed


def _write_csv(store: Store, export: Export, choice: Choice) -> Path:
    with store.writing_file(".csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(export.columns)
        writer.writerows(rows(store.db, export, choice))
    return path


def _write(store: Store, report_id: int, **values: object) -> None:
    with store.write() as db:
        account_reports.change(db, report_id, values)
