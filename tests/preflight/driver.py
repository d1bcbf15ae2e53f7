"""Write files, check them, and summarize the findings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.preflight import Finding, Findings, check_files

Found = tuple[str, str, int | None]  # slug, file, row


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder of their own and return it."""
    folder = folder / "files"
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def check(folder: Path, files: Mapping[str, str | bytes], **more: Any) -> Findings:
    """Check files that are sent together; every finding has what its sentence needs."""
    found = check_files(write(folder, files), **more)
    assert [one.text for one in found if not is_complete(one)] == []
    return found


def is_complete(finding: Finding) -> bool:
    """Return whether there is something for each place in the sentence of a finding."""
    at, needed = finding.position, finding.rule.template
    given = {"row": at.row, "column": at.column, "more": finding.more, "file": at.file}
    return all(given[name] for name in given if f"{{{name}}}" in needed)


def in_short(findings: Findings) -> set[Found]:
    """Return slug, file and first row of all findings but notes."""
    return {place_of(one) for one in findings if one.severity != "note"}


def place_of(finding: Finding) -> Found:
    """Return slug, file and first row."""
    return finding.slug, finding.position.file, finding.position.row
