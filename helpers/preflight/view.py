"""Findings as text and as HTML: each root cause with its consequences and its fix."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from helpers.display.html import caption, details, facts, scroll, table
from helpers.display.text import plural
from helpers.preflight.findings import SEVERITIES, Finding, Group, Severity

MOST_LINES = 5
SHAPES: dict[Severity, str] = {
    "stops the file": "✖",
    "skips the row": "▲",
    "drops the value": "▲",
    "silent": "◆",
    "ask": "?",
    "note": "○",
}


def as_text(first_line: str, groups: Sequence[Group]) -> str:
    """Return the findings as plain text."""
    return "\n".join([first_line, *(_group_text(group) for group in groups)])


def as_html(first_line: str, groups: Sequence[Group]) -> str:
    """Return the findings as HTML; values from files are escaped."""
    return caption(first_line) + "".join(_group_html(group) for group in groups)


def _group_text(group: Group) -> str:
    rule = group.rule
    lines = [f"\n{SHAPES[rule.severity]} {rule.severity}: {_heading(group)}"]
    lines += [f"    {_sentence(finding)}" for finding in group.findings[:MOST_LINES]]
    if group.count > MOST_LINES:
        lines.append(f"    … and {group.count - MOST_LINES:,} more like this")
    if group.follow:
        lines.append(f"    ↳ {_consequence(group)}")
    return "\n".join([*lines, f"    → {rule.fix}"])


def _heading(group: Group) -> str:
    rows = f" ({plural(group.rows, 'row')})" if group.rows > 1 else ""
    return f"{group.rule.title}{rows}"


def _sentence(finding: Finding) -> str:
    return f"{_where(finding)}: {finding.text}"


def _where(finding: Finding) -> str:
    others = (
        f" and {plural(finding.rows - 1, 'more row')}" if finding.rows > 1 and finding.position.row else ""
    )
    return f"{finding.position}{others}"


def _consequence(group: Group) -> str:
    """Say which rows elsewhere fail; which IDs are in a rejected file is known after its repair only."""
    followed = ", ".join(f"{plural(rows, 'row')} of {file}" for file, rows in group.follow.items())
    fails = f"{followed} {fail(sum(group.follow.values()))}"
    if group.rule.severity == "stops the file":
        return f"until this is repaired, {fails}: check again then"
    return f"only because of this, {fails}"


def fail(rows: int) -> str:
    """Return the verb for a number of rows."""
    return "fails" if rows == 1 else "fail"


def _group_html(group: Group) -> str:
    rule = group.rule
    why = {"What happens": SEVERITIES[rule.severity], "What to do": rule.fix, "Taught in": rule.section}
    if group.follow:
        consequence = _consequence(group)
        why["What follows"] = f"{consequence[0].upper()}{consequence[1:]}."
    rows = [[_where(finding), finding.text] for finding in group.findings]
    more = caption(f"and {group.count - len(rows):,} more like this") if group.count > len(rows) else ""
    followers = [[_where(finding), finding.text] for finding in group.followers]
    below = caption("Some of the consequences") + table(["where", "finding"], followers) if followers else ""
    head = f"{SHAPES[rule.severity]} <b>{escape(_heading(group))}</b> · {rule.severity}"
    inner = facts(why) + scroll(table(["where", "finding"], rows) + below, rule.title) + more
    return details(head, inner, opened=rule.severity != "note")
