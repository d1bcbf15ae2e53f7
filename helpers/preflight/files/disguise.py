"""Files that are no CSV at all, whatever their name says."""

from __future__ import annotations

from pathlib import Path

from helpers.preflight.findings import FILES, SILENCE, Position, Rule
from helpers.preflight.report import Report

EMPTY = Rule(
    slug="file-empty",
    severity="silent",
    title="Empty file",
    template="{file} is empty (0 bytes). Canvas ignores it without a message.",
    fix="Check whether the export that writes this file succeeded.",
    taught_in=SILENCE,
)
DISGUISED = Rule(
    slug="file-no-csv",
    severity="stops the file",
    title="File is not a CSV",
    template="{file} is {more}, but Canvas reads it as CSV because of its name.",
    fix="Unpack it or save it as CSV. Give a zip archive a name that ends in .zip.",
    taught_in=FILES,
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
