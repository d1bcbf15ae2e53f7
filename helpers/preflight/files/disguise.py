"""Files that are not CSV, whatever their name says."""

from __future__ import annotations

from pathlib import Path

from helpers.near_misses import SIGNATURE_BYTES, other_format
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import FILES, SILENCE, Position, Rule

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


def is_not_csv(name: str, path: Path, file_findings: FileFindings) -> bool:
    """Return whether a file is empty or not text, and report it."""
    with path.open("rb") as file:
        start = file.read(SIGNATURE_BYTES)
    if not start:
        file_findings.add(EMPTY, Position(name))
        return True
    found = other_format(start)
    if found:
        file_findings.add(DISGUISED, Position(name), more=found)
    return found is not None
