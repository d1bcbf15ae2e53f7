"""Files that are no CSV at all, whatever their name says."""

from __future__ import annotations

from pathlib import Path

from helpers.preflight.findings import FILES, SILENCE, Position, Rule
from helpers.preflight.report import Report

EMPTY = Rule(
    "file-empty",
    "silent",
    "A file is empty",
    "{file} holds no byte: Canvas passes over it in silence.",
    "Look whether the export that writes it went through.",
    SILENCE,
)
DISGUISED = Rule(
    "file-no-csv",
    "stops the file",
    "A file is no CSV, whatever its name says",
    "{file} is {more}, and Canvas reads it as CSV because of its name.",
    "Unpack it or save it as CSV; give a zip a name that ends in .zip.",
    FILES,
)
_BEGINNINGS = {
    b"PK\x03\x04": "a zip archive (or an .xlsx workbook, which is one too)",
    b"\x1f\x8b": "compressed with gzip",
    b"\xd0\xcf\x11\xe0": "an old .xls workbook",
    b"%PDF": "a PDF",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}


def is_no_csv(name: str, path: Path, report: Report) -> bool:
    """Tell whether a file is empty or something else than text; the report says so then."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        report.add(EMPTY, Position(name))
        return True
    found = next((what for begin, what in _BEGINNINGS.items() if start.startswith(begin)), None)
    if found:
        report.add(DISGUISED, Position(name), more=found)
    return found is not None
