"""Findings as a pandas table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.display.frames import TEXT, WHOLE, DataFrame, frame

if TYPE_CHECKING:
    from helpers.preflight.findings import Findings

FINDING_COLUMNS = {
    "severity": TEXT,
    "file": TEXT,
    "row": WHOLE,
    "column": TEXT,
    "value": TEXT,
    "rows": WHOLE,
    "finding": TEXT,
    "fix": TEXT,
    "follow": WHOLE,
    "cause": TEXT,
    "slug": TEXT,
    "taught_in": TEXT,
}


def findings_frame(findings: Findings) -> DataFrame:
    """Return one row per finding: severity, place, number of rows, sentence, and fix.

    `follow` is the number of rows that fail only because of it, `cause` the key of the finding behind it.
    """
    rows = [
        {
            "severity": each.severity,
            "file": each.position.file,
            "row": each.position.row,
            "column": each.position.column,
            "value": each.position.value,
            "rows": each.rows,
            "finding": each.text,
            "fix": each.fix,
            "follow": sum(each.follow.values()),
            "cause": each.cause,
            "slug": each.slug,
            "taught_in": each.taught_in,
        }
        for each in findings
    ]
    return frame(rows, FINDING_COLUMNS)
