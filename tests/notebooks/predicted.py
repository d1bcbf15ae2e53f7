"""What the cells print tells which choice of a prediction came true."""

from __future__ import annotations

import re

from helpers.lesson.predictions import predictions
from tests.notebooks.runs import Notebook, text_of

UNSEEN = None
"""A choice that leaves no trace of its own in the cell."""

EVIDENCE: dict[str, tuple[str, tuple[str | None, ...]]] = {
    "00-badge": (
        "badge-domains",
        tuple(rf"(?m)^{name} ← uni\.instructure" for name in ("practice", "test", "beta", "production")),
    ),
    "01-no-token": ("no-token-curl", (UNSEEN, r"HTTP/1.1 200", r"HTTP/1.1 401[\s\S]*\"errors\"")),
    "02-unknown-header": ("wrong-kind-end", (UNSEEN, r"failed_with_messages")),
    "03-good-row": (
        "messages-end",
        (r"imported_with_messages\s+1\s", r"imported_with_messages\s+0\s", r"failed_with_messages"),
    ),
    "03-queue": ("queue-await", (UNSEEN, r"\(queue \d", UNSEEN)),
    "04-one-wrong-word": (
        "report-night",
        (r"(?m)^1 message\b", r"(?m)^2 messages\b", r"(?m)^7 messages\b", r"(?m)^No messages\b"),
    ),
    "04-old-encoding": (
        "whole-send",
        (r"users: .* 0 skipped\. Every", r"users: .* 1 skipped", r"Canvas rejected all of users\.csv"),
    ),
    "04-one-of-two": (
        "rows-send",
        (
            r": imported\. ",
            r": imported_with_messages\.[\s\S]* 1 applied, 1 skipped",
            r"failed_with_messages",
        ),
    ),
    "04-lost-zeros": (
        "people-send",
        tuple(rf"enrollments: 2 sent, {number} applied" for number in (2, 1, 0)),
    ),
    "04-new-ids": (
        "logins-send",
        (UNSEEN, r"users: 1 sent, 1 applied", r"users: 1 sent, 0 applied, 1 skipped"),
    ),
    "04-comes-back": ("deleted-send", (r"user_id", r"\[\]\s*\Z")),
    "04-unknown-term": (
        "silence-send",
        (r"imported_with_messages", r"failed_with_messages", r"'imported', 'Default Term'"),
    ),
    "04-server": ("server-check", (r"“GEO-201”", r"“GEO-999”", UNSEEN, r"Nothing was found")),
    "05-running": ("queue-ask", (r"running: \[[^,\]]+\]", r"running: \[.+, .+, .+\]", r"running: \[\]")),
    "06-standard": (
        "standard-tuesday",
        (
            r"MUS-120-28 .* deleted ",
            r"BIO-101-28 .* 5 [\s\S]*GEO-201-28 .* 4 [\s\S]*MUS-120-28 .* 4 ",
            r"GEO-201-28 .* 3 [\s\S]*MUS-120-28 .* 4 ",
        ),
    ),
    "06-rehearsal": (
        "rehearse-tuesday",
        tuple(
            rf"courses: .* 1 deleted[\s\S]*sections: .* 1 deleted[\s\S]*enrollments: .* {number} deleted"
            for number in (4, 5, 0)
        ),
    ),
    "06-sticky": ("sticky-tries", (r"C → C", r"C → B")),
    "06-half": ("half-send", (r"aborted 1", r"imported_with_messages", r"imported 0")),
    "06-threshold": ("threshold-send", (r"\Aimported ", r"failed_with_messages", r"aborted")),
    "06-third-night": (
        "nights-third",
        (
            r"remaster: False override: False .* name: The Cell",
            r"remaster: True override: False .* name: The Cell",
            r"remaster: False override: False .* name: My Cell\s+remaster: True override: False .* My Cell",
        ),
    ),
    "07-old-encoding": ("check-run", (r"\A\s*\Z", r"UTF-8")),
    "07-correct-package": ("send-run", (UNSEEN, UNSEEN, r"Nothing was sent")),
    "07-empty-outbox": ("run-empty", (r"\A\s*0\s*\Z", r"(?m)^\s*1\s*$", r"ERROR[\s\S]*\n\s*2\s*\Z")),
}
"""By prediction: the cell that shows the outcome, and what it shows for each choice."""

NOT_PRINTED = {
    "02-case": "it depends on the computer, and the cell's own answer is that computer's",
    "03-progress": "the text tells it of an import that fails at night",
    "06-windows": "two charts answer it together",
}


def outcome(name: str, notebook: Notebook) -> list[str]:
    """Return the choices of a prediction that the executed notebook shows to be true."""
    cell_id, patterns = EVIDENCE[name]
    text = text_of(next(cell for cell in notebook.cells if cell.id == cell_id))
    choices = predictions()[name].choices
    return [
        choice
        for choice, pattern in zip(choices, patterns, strict=True)
        if pattern is not None and re.search(pattern, text)
    ]


def untrue(notebook: Notebook) -> dict[str, list[str]]:
    """Return the predictions of an executed notebook whose answer is not what its cells show."""
    asked = re.findall(r'canvas\.predict\("([^"]+)"\)', "\n".join(cell.source for cell in notebook.cells))
    found = {name: outcome(name, notebook) for name in asked if name not in NOT_PRINTED}
    return {name: true for name, true in found.items() if true != [predictions()[name].answer]}
