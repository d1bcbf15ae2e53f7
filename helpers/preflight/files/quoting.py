"""Quoting and line ends, by the strict rules of Canvas's reader."""

from __future__ import annotations

from helpers.preflight.findings import FILES, Position, Rule
from helpers.preflight.report import Report
from practice_canvas.sis_csv.reading import BARE_LINE_END, MalformedCsv

MALFORMED = Rule(
    "malformed",
    "stops the file",
    "A file is not well-formed CSV",
    "{file} is not well-formed: {more}.",
    "Let a program write the quotes, or repair(); by hand, quote the value and double each quote inside it.",
    FILES,
    mended=True,
)
MIXED_LINE_ENDS = Rule(
    "line-ends-mixed",
    "stops the file",
    "Lines end in different ways",
    "{file} is not well-formed: {more}.",
    "Save it with one kind of line end, or let repair() write it anew.",
    FILES,
    mended=True,
)


def tell_malformed(name: str, fault: MalformedCsv, report: Report) -> None:
    """Report where a file breaks the rules."""
    rule = MIXED_LINE_ENDS if fault.fault == BARE_LINE_END else MALFORMED
    report.add(rule, Position(name, fault.row, fault.line, fault.column), more=fault.fault)
