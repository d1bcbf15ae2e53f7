"""Files that are not CSV, whatever their name says."""

from __future__ import annotations

from pathlib import Path

from helpers.near_misses import SIGNATURE_BYTES, binary_format, text_format
from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import Position, Rule

EMPTY = Rule(
    slug="file-empty",
    severity="silent",
    title="Empty file",
    template="{file} is empty ({more}). Canvas ignores it without a message.",
    fix="Check whether the export that writes this file succeeded.",
)
DISGUISED = Rule(
    slug="file-no-csv",
    severity="stops the file",
    title="File is not a CSV",
    template="{file} is {more}, but Canvas reads it as CSV because of its name.",
    fix="Unpack it or save it as CSV. Give a zip archive a name that ends in .zip.",
)
FAILED_EXPORT = Rule(
    slug="export-failed",
    severity="stops the file",
    title="File contains something other than rows",
    template="{file} contains {more} instead of rows. Canvas does not recognize its header.",
    fix="Check whether the export that writes this file succeeded: it may need a new password or token.",
)


def is_not_csv(name: str, path: Path, file_findings: FileFindings) -> bool:
    """Return whether a file is empty or not text, and report it."""
    with path.open("rb") as file:
        start = file.read(SIGNATURE_BYTES)
    if not start:
        file_findings.add(EMPTY, Position(name), more="0 bytes")
        return True
    found = binary_format(start)
    if found:
        file_findings.add(DISGUISED, Position(name), more=found)
    return found is not None


def report_no_row(name: str, file_findings: FileFindings) -> None:
    """Report a file that has bytes, but no row."""
    file_findings.add(EMPTY, Position(name), more="only a byte-order mark or line breaks")


def other_text(path: Path) -> str | None:
    """Return which other format or message a file holds that is text, None if it may be CSV."""
    with path.open("rb") as file:
        return text_format(file.read(SIGNATURE_BYTES))
