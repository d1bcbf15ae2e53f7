"""Findings of a check, as data: a rule, a position, the affected rows, and the consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Severity = Literal["stops the file", "skips the row", "drops the value", "silent", "ask", "note"]

SEVERITIES: dict[Severity, str] = {
    "stops the file": "Canvas rejects the whole file.",
    "skips the row": "Canvas skips the row and reports it.",
    "drops the value": "Canvas applies the row without this value and reports it.",
    "silent": "Canvas reports nothing, and the result differs from what the file says.",
    "ask": "Only you know whether this is intended.",
    "note": "For your information: nothing goes wrong.",
}
"""What each severity means, most serious first."""

FILES = "04_bad_files_and_rows: A file with a fault is rejected as a whole"
ROWS = "04_bad_files_and_rows: A bad row is skipped and the rest arrives"
CASCADES = "04_bad_files_and_rows: One cause can make many messages"
ENROLLMENTS = "04_bad_files_and_rows: An enrollment needs its user, its course, and its section"
USERS = "04_bad_files_and_rows: A login belongs to one user only"
NEW_IDS = "04_bad_files_and_rows: A change_sis_id file changes SIS IDs"
SILENCE = "04_bad_files_and_rows: Canvas does not report some faults"

_TAUGHT_IN: dict[Severity, str] = {
    "stops the file": FILES,
    "skips the row": ROWS,
    "drops the value": ROWS,
    "silent": SILENCE,
    "ask": SILENCE,
    "note": SILENCE,
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is checked.

    Args:
        slug: its name.
        severity: what Canvas does.
        title: a headline for all its findings.
        template: the sentence of one finding; {file}, {row}, {column}, {value} and {more} are filled in.
        fix: what to do.
        taught_in: notebook and section; "" for where its severity is taught.
        repairable: whether `repair_file` repairs it.
    """

    slug: str
    severity: Severity
    title: str
    template: str
    fix: str
    taught_in: str = ""
    repairable: bool = False

    @property
    def section(self) -> str:
        """Notebook and section that teach it."""
        return self.taught_in or _TAUGHT_IN[self.severity]


@dataclass(frozen=True)
class Position:
    """A place in a file.

    Args:
        file: its name, or its path inside an archive.
        row: as in Canvas's messages: the header is row 1, and blank lines do not count.
        line: as in an editor, None where it is not known.
        character: the position in that line, counted from 1.
        column: a name of the header.
        value: the value there.
    """

    file: str
    row: int | None = None
    line: int | None = None
    character: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        parts += [f"row {self.row:,}"] if self.row else []
        parts += [f"line {self.line:,}"] if self.line and self.line != self.row else []
        parts += [f"character {self.character:,}"] if self.character else []
        parts += [self.column] if self.column else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Finding:
    """One fault: equal values in one column of one file are one finding.

    Args:
        rule: what was checked.
        position: the first place where it occurs.
        rows: how many rows have it; 0 if it is about the whole file.
        first_rows: the numbers of the first ten of them.
        more: details that complete the sentence.
        cause: the `key` of the finding that causes this one; empty for a root cause.
        follow: how many rows of other files fail because of it, by file.
    """

    rule: Rule
    position: Position
    rows: int = 0
    first_rows: tuple[int, ...] = ()
    more: str = ""
    cause: str = ""
    follow: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def slug(self) -> str:
        """The rule's name."""
        return self.rule.slug

    @property
    def severity(self) -> Severity:
        """What Canvas does."""
        return self.rule.severity

    @property
    def fix(self) -> str:
        """What to do."""
        return self.rule.fix

    @property
    def taught_in(self) -> str:
        """Notebook and section."""
        return self.rule.section

    @property
    def key(self) -> str:
        """What identifies the finding as the cause of others."""
        at = self.position
        named = at.value if at.value is not None else (at.row or "")
        return f"{self.slug} · {at.file} · {at.column or ''} · {named}"

    @property
    def text(self) -> str:
        """The finding as a sentence."""
        at = self.position
        return self.rule.template.format(
            file=at.file,
            row=at.row,
            column=at.column or "",
            value=_shown(at.value),
            more=_shown(self.more, 400),
        )

    def __str__(self) -> str:
        return f"{self.text} ({self.position})"


@dataclass(frozen=True)
class Group:
    """The findings of one rule in one column of one file, those with the most consequences first.

    Args:
        findings: the first hundred of them.
        count: how many there are.
        rows: how many rows are affected.
        followers: the first findings that they cause.
    """

    rule: Rule
    file: str
    column: str | None
    findings: tuple[Finding, ...]
    count: int
    rows: int
    follow: Mapping[str, int] = field(default_factory=dict, hash=False)
    followers: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class CheckedFile:
    """A file that was read.

    Args:
        name: its name, or its path inside an archive or folder.
        kind: its kind as Canvas recognizes it; "" if Canvas cannot.
        rows: how many rows it has.
        path: where it is on disk; None inside an archive.
    """

    name: str
    kind: str = ""
    rows: int = 0
    path: Path | None = None


def _shown(text: str | None, most: int = 80) -> str:
    """Return a value for use in a sentence: clipped, and with invisible characters made visible."""
    if not text:
        return "(empty)" if text is None else ""
    clipped = text if len(text) <= most else f"{text[:most]}…"
    return "".join(
        _VISIBLE.get(character, character if character.isprintable() else "�") for character in clipped
    )


_VISIBLE = {"\u00a0": "[NBSP]", "\u200b": "[ZWSP]", "\ufeff": "[BOM]", "\n": "[newline]", "\t": "[tab]"}
