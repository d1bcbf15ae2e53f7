"""A preview of a file: the first rows of a CSV, or the list of files in a zip."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

from helpers.client.unzip import opened_zip
from helpers.display import html
from helpers.display.text import plural, shorten
from helpers.errors import FileNotUsable, reason
from helpers.widgets import style

ROWS = 5
LONGEST_CELL = 80
ENOUGH = 100_000
"""Enough characters for the first rows of a usual file; one endless line must not fill the memory."""


def preview(file: Path) -> str:
    """Return the first rows of a CSV file, or the list of files in a zip, as HTML.

    Raises FileNotUsable if the file is missing or cannot be read. It does not check the content.
    """
    try:
        return _zip_members(file) if file.suffix.lower() == ".zip" else _first_rows(file)
    except (OSError, BadZipFile, csv.Error) as problem:
        what = f"{file.name} cannot be read: {reason(problem)}."
        raise FileNotUsable(what, "Choose another file.") from problem


def _first_rows(file: Path) -> str:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        lines = csv.reader(StringIO(text.read(ENOUGH), newline=""))
        rows = [[shorten(cell, LONGEST_CELL) for cell in row] for row in islice(lines, ROWS + 1)]
    if not rows:
        return html.caption(f"{file.name} · empty")
    more = f"the first {ROWS} rows" if len(rows) > ROWS else plural(len(rows) - 1, "row")
    caption = html.caption(
        f"{file.name} · {style.file_size(file.stat().st_size)} · {plural(len(rows[0]), 'column')} · {more}"
    )
    return caption + html.scroll(html.table(rows[0], rows[1:]), f"First rows of {file.name}")


def _zip_members(file: Path) -> str:
    with opened_zip(file) as archive:
        members = [[member.filename, style.file_size(member.file_size)] for member in archive.infolist()]
    caption = html.caption(
        f"{file.name} · {style.file_size(file.stat().st_size)} · {plural(len(members), 'file')} inside"
    )
    return caption + html.scroll(html.table(["file", "size"], members), f"Files in {file.name}")
