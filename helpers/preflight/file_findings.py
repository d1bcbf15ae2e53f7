"""Collects what the checks of whole files find."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.preflight.findings import CheckedFile, Finding, Position, Rule


@dataclass
class FileFindings:
    """Findings about whole files, and the files that were checked.

    Args:
        rejected: for each kind, the number of the finding that rejects a file of this kind. The objects of
            that file are missing, so the finding causes those about references to them.
    """

    findings: list[Finding] = field(default_factory=list)
    files: list[CheckedFile] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)

    def add(self, rule: Rule, position: Position, *, rows: int = 0, more: str = "") -> None:
        """Add a finding."""
        first = (position.row,) if rows and position.row else ()
        self.findings.append(Finding(rule, position, rows, first, more))

    def reject(self, kind: str, name: str, path: Path | None) -> None:
        """Record that the latest finding rejects a file of this kind ("" if its kind is unknown)."""
        self.files.append(CheckedFile(name, kind, path=path))
        if kind:
            self.rejected.setdefault(kind, len(self.findings) - 1)
