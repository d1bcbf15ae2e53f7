"""Download what Canvas has: start the SIS export report, wait for it, download and unpack its file.

Source: Canvas's account reports API and its report `sis_export_csv` [known]: one kind comes as a CSV file,
several come as a zip; the columns are those of the SIS format, so the files import again.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile

from helpers.client.models import whole_number
from helpers.client.polling import GROWTH
from helpers.client.request_plans import RequestPlan, get_sis_export
from helpers.client.unzip import unzip_csv_files
from helpers.errors import DeadlinePassed, ExportFailed, FileNotUsable, NotUnderstood, clip, reason

FIRST_WAIT, LONGEST_WAIT = 0.05, 10.0  # seconds
DEADLINE = 6 * 3600.0  # seconds; a large account takes long

Send = Callable[[RequestPlan], Any]
Download = Callable[[str, Path], object]


def check_started(report: Any) -> Any:
    """Return the JSON of a report that was started. Raises NotUnderstood when it is not a JSON object."""
    _field(report, "status")
    return report


def wait_for_export(
    send: Send,
    report: Any,
    account: str,
    progress: Callable[[int, int], None] | None,
    sleep: Callable[[float], object],
) -> str:
    """Poll a report until it is complete and return the address of its file.

    Args:
        send: sends a plan and returns the JSON.
        report: the JSON of the report as it was started.
        account: the account it was started for.
        progress: called with the percent done and 100.
        sleep: waits that many seconds.

    Raises:
        ExportFailed: Canvas could not make it.
        DeadlinePassed: it was not complete after 6 hours.
        NotUnderstood: the answer is not a report.
    """
    pause, begun = FIRST_WAIT, time.monotonic()
    while (status := _field(report, "status")) != "complete":
        if status in ("error", "aborted", "deleted"):
            raise _failed(report)
        if time.monotonic() - begun > DEADLINE:
            raise DeadlinePassed(
                f"The SIS export {clip(report.get('id'), 80)} was still {clip(status, 80)} after 6 hours",
                "Ask for fewer kinds or for one term at a time.",
            )
        if progress:
            progress(whole_number(report.get("progress")) or 0, 100)
        sleep(pause)
        pause = min(pause * GROWTH, LONGEST_WAIT)
        report = send(get_sis_export(_report_id(report), account))
    return str(_field(report.get("attachment"), "url"))


def fetch(download: Download, url: str, to: Path, kinds: Sequence[str]) -> Path:
    """Download an export's file into a folder, one `KIND.csv` for each kind.

    Args:
        download: writes what is at an address to a path.
        url: the address of the file.
        to: the folder; when it is missing, it is made so that only this user can read it.
        kinds: what was asked for.

    Raises:
        FileNotUsable: the folder or a file cannot be written.
        NotUnderstood: the file is no zip archive, though several kinds were asked for.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.mkdir(mode=0o700, exist_ok=True)  # it holds personal data
    except OSError as error:
        raise _not_written(error) from None
    if len(kinds) == 1:
        download(url, to / f"{kinds[0]}.csv")
        return to
    with TemporaryDirectory(prefix="sis-export-") as folder:
        packed = Path(folder) / "export.zip"
        download(url, packed)
        _unpack(packed, to)
    return to


def _unpack(packed: Path, to: Path) -> None:
    try:
        unzip_csv_files(packed, to)
    except BadZipFile:
        raise NotUnderstood(
            "The file of the SIS export is not a zip archive.", "Start the export again."
        ) from None
    except OSError as error:
        raise _not_written(error) from None


def _not_written(error: OSError) -> FileNotUsable:
    return FileNotUsable(
        f"The files of the SIS export cannot be written: {reason(error)}.",
        "Free some space or choose another folder, then try again.",
    )


def _field(report: Any, name: str) -> Any:
    value = report.get(name) if isinstance(report, dict) else None
    if value is None:
        raise NotUnderstood(
            f"The answer about the SIS export has no {name}.",
            "Check that this is the domain of your Canvas, and that it offers the report SIS Export.",
        )
    return value


def _report_id(report: dict[str, Any]) -> int:
    found = whole_number(_field(report, "id"))
    if found is None:
        raise NotUnderstood(
            "The id of the SIS export is not a whole number.", "Check that this is the domain of your Canvas."
        )
    return found


def _failed(report: dict[str, Any]) -> ExportFailed:
    said = f" It said: {clip(report['message'])}" if report.get("message") else ""
    return ExportFailed(
        f"Canvas ended the SIS export {clip(report.get('id'), 80)} as {report['status']}.{said}",
        "Try it with fewer kinds, or by hand in Canvas under Admin › Settings › Reports › SIS Export.",
    )
