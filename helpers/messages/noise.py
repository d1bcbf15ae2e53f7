"""The noise list of a site: messages that it expects, each with a reason. Noise is counted, not hidden.

A TOML file with one `[[noise]]` per entry, or a CSV file with the same names as columns:

    [[noise]]
    kind = "enrollment-section-unknown"    # optional: a known kind of message
    pattern = 'S-OLD-'                     # optional: a regular expression to find in the message
    reason = "Old sections stay in the feed until June"
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import FileNotUsable, reason
from helpers.messages.explain import Explanation, message_kinds
from helpers.near_misses import nearest

KEYS = ("kind", "pattern", "reason")


@dataclass(frozen=True)
class Noise:
    """One entry: the kind of message ("" for any), the pattern of its text, and why it is expected."""

    kind: str
    pattern: re.Pattern[str]
    reason: str

    def covers(self, text: str, explanation: Explanation) -> bool:
        """Return whether this entry covers a message."""
        return self.kind in ("", explanation.kind) and self.pattern.search(text) is not None


def read_noise(path: str | Path) -> tuple[Noise, ...]:
    """Read a noise list.

    Raises:
        FileNotUsable: it cannot be read, or an entry is incomplete or names an unknown kind.
    """
    path = Path(path)
    try:
        entries = _csv_rows(path) if path.suffix.lower() == ".csv" else _toml_rows(path)
        return tuple(_entry(number, row) for number, row in enumerate(entries, start=1))
    except (OSError, ValueError, TypeError, AttributeError, csv.Error) as fault:
        raise FileNotUsable(
            f"The noise list {path.name} cannot be used: {reason(fault)}.",
            "Each entry needs a reason, and a kind or a pattern. helpers/messages/noise.py has an example.",
        ) from None


def _toml_rows(path: Path) -> list[dict[str, str]]:
    found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    if set(found) - {"noise"}:
        raise ValueError(f"it contains {', '.join(sorted(set(found) - {'noise'}))} instead of [[noise]]")
    return list(found.get("noise", []))


def _csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]


def _entry(number: int, row: Mapping[str, str]) -> Noise:
    odd = sorted(map(str, set(row) - set(KEYS)))
    if odd:
        raise ValueError(f"entry {number} has the unknown key {odd[0]!r}; the keys are {', '.join(KEYS)}")
    kind, pattern, reason = (str(row.get(key, "")).strip() for key in KEYS)
    if not reason:
        raise ValueError(f"entry {number} has no reason")
    if not (kind or pattern):
        raise ValueError(f"entry {number} has neither a kind nor a pattern, so it would cover every message")
    _check_kind(number, kind)
    try:
        return Noise(kind, re.compile(pattern, re.IGNORECASE), reason)
    except re.error as fault:
        raise ValueError(
            f"the pattern of entry {number} is not a valid regular expression: {fault}"
        ) from None


def _check_kind(number: int, kind: str) -> None:
    known = [each.explanation.kind for each in message_kinds()]
    if kind and kind not in known:
        near = nearest(kind, known)
        hint = f"; did you mean {near}?" if near else ""
        raise ValueError(f"the kind of entry {number}, {kind!r}, does not exist{hint}")


def reason_for(text: str, explanation: Explanation, noise: Iterable[Noise]) -> str:
    """Return why a message is expected, or "" if it is not."""
    return next((entry.reason for entry in noise if entry.covers(text, explanation)), "")
