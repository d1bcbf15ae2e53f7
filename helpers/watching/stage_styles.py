"""How the stages and the ends of an import are drawn, wherever they are drawn.

The colors are from the Okabe–Ito palette, which is safe for color-blind readers. Color is never alone: a
stage also has a word, a hatching, and a point shape; an end has a word and a shape.
"""

from __future__ import annotations

from typing import NamedTuple

from helpers.client.models import SisImport


class Style(NamedTuple):
    """How one stage or end is drawn: word, color, point shape, hatching of the band."""

    word: str
    color: str
    shape: str
    hatching: str = ""


STAGES = {
    "queue": Style("queue", "#E69F00", "bar", "/"),
    "importing": Style("importing", "#56B4E9", "square"),
    "cleanup": Style("clean-up", "#CC79A7", "diamond", "\\"),
    "restoring": Style("restoring", "#0072B2", "plus", "/\\"),
}
GOOD, MESSAGES, BAD = ("#009E73", "circle"), ("#E69F00", "triangle"), ("#D55E00", "cross")
ENDS = {
    "imported": Style("imported", *GOOD),
    "imported_with_messages": Style("imported with messages", *MESSAGES),
    "failed": Style("failed", *BAD),
    "failed_with_messages": Style("failed with messages", *BAD),
    "aborted": Style("aborted", *BAD),
    "restored": Style("restored", *GOOD),
    "partially_restored": Style("partially restored", *MESSAGES),
}


def style_of(sis_import: SisImport) -> Style:
    """Return the style of the import's current state."""
    return ENDS.get(sis_import.workflow_state) or STAGES[sis_import.state.stage]
