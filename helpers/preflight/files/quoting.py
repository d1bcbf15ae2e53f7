"""Quoting and line endings, by the strict rules of Canvas's reader."""

from __future__ import annotations

from helpers.preflight.file_findings import FileFindings
from helpers.preflight.findings import Position, Rule
from practice_canvas.sis_csv.reading import BARE_LINE_END, MalformedCsv

MALFORMED = Rule(
    slug="malformed",
    severity="stops the file",
    title="Malformed CSV",
    template="{file} is not well-formed: {more}.",
    fix=(
        "Let a program or repair_file() write the quotes. By hand, quote the value and double "
        "each quote inside it."
    ),
    repairable=True,
)
MIXED_LINE_ENDS = Rule(
    slug="line-ends-mixed",
    severity="stops the file",
    title="Mixed line endings",
    template="{file} is not well-formed: {more}.",
    fix="Save it with one kind of line ending, or let repair_file() rewrite it.",
    repairable=True,
)


def report_malformed(name: str, fault: MalformedCsv, file_findings: FileFindings) -> None:
    """Report where a file breaks the rules."""
    rule = MIXED_LINE_ENDS if fault.fault == BARE_LINE_END else MALFORMED
    file_findings.add(rule, Position(name, fault.row, fault.line, fault.column), more=fault.fault)
