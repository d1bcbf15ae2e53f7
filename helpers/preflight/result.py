"""The result of a check: its findings, which show themselves and fill a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from helpers.display.frames import TEXT, WHOLE, frame
from helpers.display.text import plural
from helpers.preflight import view
from helpers.preflight.findings import SEVERITIES, CheckedFile, Finding, Group

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame

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


class Findings:
    """Everything that a check found: root causes, each with its consequences.

    Iterate over it to get single findings; it displays itself grouped by rule.
    """

    def __init__(self, groups: Sequence[Group], files: Sequence[CheckedFile] = ()) -> None:
        rank = list(SEVERITIES)
        self.groups = tuple(
            sorted(groups, key=lambda g: (rank.index(g.rule.severity), -sum(g.follow.values()), -g.rows))
        )
        self.files = tuple(files)

    @property
    def ok(self) -> bool:
        """Whether the files are ready to send: there are only notes, if anything."""
        return all(group.rule.severity == "note" for group in self.groups)

    @property
    def count(self) -> int:
        """The number of root causes, including those that are not listed because there are too many."""
        return sum(group.count for group in self.groups)

    @property
    def follow(self) -> int:
        """The number of rows that fail because of a root cause elsewhere."""
        return sum(sum(group.follow.values()) for group in self.groups)

    def repairable(self) -> list[CheckedFile]:
        """Return the files in which something was found that `repair_file` repairs, if they are on disk."""
        found = {finding.position.file for finding in self if finding.rule.repairable}
        return [file for file in self.files if file.name in found and file.path]

    def of(self, slug: str) -> list[Finding]:
        """Return the findings of one rule."""
        return [finding for finding in self if finding.slug == slug]

    def to_frame(self) -> DataFrame:
        """Return a table with one row per finding: severity, place, number of rows, sentence, and fix.

        `follow` is the number of rows that fail because of it, `cause` the key of the finding behind it.
        """
        at = {name: attrgetter(f"position.{name}") for name in ("file", "row", "column", "value")}
        follow = {"follow": lambda each: sum(each.follow.values())}
        return frame(self, FINDING_COLUMNS, finding=attrgetter("text"), **at, **follow)

    def summary(self) -> str:
        """Summarize the check in one line."""
        rows = sum(file.rows for file in self.files)
        checked = f"Checked {plural(len(self.files), 'file')} with {plural(rows, 'row')}"
        if not self.files:
            checked = "Checked no CSV file"
        if not self.groups:
            return f"✔ {checked}: no problems found."
        counts = dict.fromkeys(SEVERITIES, 0)
        for group in self.groups:
            counts[group.rule.severity] += group.count
        listed = ", ".join(f"{count:,} {view.SHAPES[name]} {name}" for name, count in counts.items() if count)
        one_or_more = "it" if self.count == 1 else "them"
        consequences = f"; {plural(self.follow, 'row')} {view.fail(self.follow)} because of {one_or_more}"
        return f"{'✔ ' if self.ok else ''}{checked}. Findings: {listed}{consequences if self.follow else ''}."

    def __iter__(self) -> Iterator[Finding]:
        for group in self.groups:
            yield from group.findings
            yield from group.followers

    def __len__(self) -> int:
        return sum(len(group.findings) + len(group.followers) for group in self.groups)

    def __str__(self) -> str:
        return view.as_text(self.summary(), self.groups)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return view.as_html(self.summary(), self.groups)
