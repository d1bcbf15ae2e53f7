"""Find the import that diffing compares with, and download its files."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from helpers.client.canvas_client import CanvasClient
from helpers.client.models import SisImport
from helpers.client.request_plans import list_sis_imports

SEARCHED = 1000
"""The number of imports, newest first, to search for a series."""
LONGEST_NAME = 60
"""The number of characters of a file's name, in bytes at most as many as file systems take."""
NOT_ON_WINDOWS = '<>:"|?*'
_SUCCESSFUL = ["imported", "imported_with_messages"]


def fetch_base(client: CanvasClient, identifier: str, folder: Path) -> list[Path]:
    """Return the files of the import that the next one in the series is compared with, if there is one.

    Calls: GET /api/v1/accounts/self/sis_imports, and GET of each of the import's csv_attachments

    Args:
        client: the Canvas with the series.
        identifier: the diffing_data_set_identifier.
        folder: the folder to create for the files.
    """
    plan = list_sis_imports(workflow_state=_SUCCESSFUL)
    imports = map(SisImport.from_json, islice(client.pages(plan), SEARCHED))
    base = base_of([each for each in imports if each.raw.get("diffing_data_set_identifier") == identifier])
    if base is None:
        return []
    folder.mkdir()
    for number, each in enumerate(base.files("csv_attachments")):
        target = folder / (file_name(each.name) or f"{number}.csv")
        if target.exists():  # two files of one name
            target = folder / f"{number}-{target.name}"
        client.download(each.url, target)
    return sorted(folder.iterdir())


def file_name(name: str) -> str:
    """Return the end of a name that Canvas gave, without folders and what no file system takes."""
    printable = "".join(each for each in name if each.isprintable() and each not in NOT_ON_WINDOWS)
    return Path(printable).name.lstrip(".")[-LONGEST_NAME:]


def base_of(series: list[SisImport]) -> SisImport | None:
    """Return the import that the next one in the series is compared with.

    Source: Canvas's SIS batch. It is the latest import that was diffed or was a remaster, or else the first
    in the series. Imports that a threshold kept from being diffed do not count.

    Args:
        series: its imports, newest first.
    """
    good = [each for each in series if not each.raw.get("diffing_threshold_exceeded")]
    chained = (each for each in good if each.raw.get("diffing_remaster") or _was_diffed(each))
    return next(chained, good[-1] if good else None)


def _was_diffed(sis_import: SisImport) -> bool:
    return bool(sis_import.data.get("diffed_against_sis_batch_id"))
