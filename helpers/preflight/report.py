"""Where the checks of whole files put what they find."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.preflight.findings import CheckedFile, Finding, Position, Rule


@dataclass
class Report:
    """What was found about files, and which files there were.

    Args:
        rejected: for each kind, the number of the finding that rejects a file of it: its objects are
            missing then, and what refers to them follows from that finding.
    """

    findings: list[Finding] = field(default_factory=list)
    files: list[CheckedFile] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)

    def add(self, rule: Rule, position: Position, *, rows: int = 0, more: str = "") -> None:
        """Add a finding."""
        first = (position.row,) if rows and position.row else ()
        self.findings.append(Finding(rule, position, rows, first, more))

    def reject(self, kind: str, name: str, path: Path | None) -> None:
        """Note that the latest finding rejects a file of this kind ("" when its kind cannot be told)."""
        self.files.append(CheckedFile(name, kind, path=path))
        if kind:
            self.rejected.setdefault(kind, len(self.findings) - 1)
