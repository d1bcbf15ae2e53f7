"""Write change_sis_id.csv from “login claimed” messages: the source system gave a person a new SIS ID.

Source of the facts: Canvas's user and change_sis_id importers. The message names two users: the one in the
row, and the owner of the login. If both are the same person, the owner's SIS ID becomes the one in the row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.client.models import ImportMessage
from helpers.client.request_plans import path_part
from helpers.display.html import table
from helpers.display.text import plural
from helpers.errors import NoSuchThing
from helpers.messages import Report
from helpers.messages.explained_messages import ExplainedMessage, explain_messages
from helpers.messages.sent import SentFiles
from helpers.repair.writing import write_csv

if TYPE_CHECKING:
    from helpers.client.canvas_client import CanvasClient

CLAIMED = "user-login-taken"
FILE = "change_sis_id.csv"
HEADER = ("old_id", "new_id", "type")
# How a message may name the owner of the login and the user in the row. Any wording that names both works.
SIS_USER = r"(?:the )?user (?:with (?:the )?SIS ID )?"
OWNERS = (
    rf"(?:(?:in use|claimed|taken|used) by|belongs to) {SIS_USER}(?!with )(?P<owner>\S+?)\.?$",
    rf"\b{SIS_USER}(?P<owner>\S+) (?:has )?(?:already )?claimed",
)
CLAIMANTS = (
    r"\bof (?:the )?user (?P<claimant>\S+?) (?:is|was|belongs|has)\b",
    r"claimed (?:the login of )?(?:user )?(?P<claimant>\S+?)(?:['’]s\b|\.?$)",
)
BY_CANVAS_ID = re.compile(r"Canvas (?:user )?(?:with )?ID", re.IGNORECASE)


@dataclass(frozen=True)
class SisIdChange:
    """One person: the SIS ID in Canvas, the new one in the feed, and their row."""

    old_id: str
    new_id: str
    row: str = ""


@dataclass(frozen=True)
class SisIdChanges:
    """What was written, and which messages were left out and why. `file` is None if there are no changes."""

    file: Path | None
    changes: tuple[SisIdChange, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        lines = [f"{each.old_id} → {each.new_id}   {each.row}".rstrip() for each in self.changes]
        lines += [f"Left out: {message} ({why})" for message, why in self.left_out]
        return "\n".join((_summary(self), *lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [[each.old_id, each.new_id, each.row] for each in self.changes]
        rows += [["", "", f"left out: {message} ({why})"] for message, why in self.left_out]
        return f"<p>{escape(_summary(self))}</p>" + table(["SIS ID in Canvas", "new SIS ID", "row"], rows)


def _summary(found: SisIdChanges) -> str:
    if found.file is None:
        return "These messages contain no SIS ID to change."
    return (
        f"{found.file.name} changes {plural(len(found.changes), 'SIS ID')}. Check each pair: both IDs must"
        " belong to the same person. Send this file first, then the rows that failed."
    )


def write_change_sis_id(
    messages: Report | Iterable[ImportMessage], folder: str | Path, *, client: CanvasClient | None = None
) -> SisIdChanges:
    """Write change_sis_id.csv from the messages about a login that another user has.

    Args:
        messages: a report, or the messages of an import.
        folder: the folder for the file.
        client: if given, asks Canvas whether the new SIS ID is already in use. If so, there are two users,
            and only a merge in Canvas makes them one.

    Calls: with a client, GET /api/v1/users/sis_user_id::new_id once for each change

    Raises:
        FileNotUsable: the folder cannot be written to.
    """
    if isinstance(messages, Report):
        explained, originals = messages.messages, [file.path for file in messages.sent.files]
    else:
        explained, originals = explain_messages(tuple(messages), SentFiles()), []
    found = [
        (each, _change(each)) for each in explained if each.explanation.kind == CLAIMED and not each.noise
    ]
    pairs = dict.fromkeys(change for _, change in found if isinstance(change, SisIdChange))
    objections = dict(_objections(pairs, client))
    good = tuple(change for change in pairs if change not in objections)
    left_out = tuple(
        (each.message.message, why)
        for each, change in found
        if (why := change if isinstance(change, str) else objections.get(change))
    )
    rows = [(each.old_id, each.new_id, "user") for each in good]
    file = write_csv(Path(folder) / FILE, HEADER, rows, originals) if good else None
    return SisIdChanges(file, good, left_out)


def _change(each: ExplainedMessage) -> SisIdChange | str:
    """Return the change that a message asks for, or why there is none."""
    text = each.message.message
    owner = _first(OWNERS, text)
    claimant = next((sis_id for kind, sis_id in each.makes if kind == "user" and each.values), "")
    claimant = claimant or _first(CLAIMANTS, text)
    if not owner and BY_CANVAS_ID.search(text):
        return "the owner has no SIS ID: send the row again with update_sis_id_if_login_claimed"
    if not owner or not claimant:
        return "the message does not name both SIS IDs"
    if owner == claimant:
        return "both SIS IDs are the same"
    return SisIdChange(owner, claimant, each.as_sent)


def _first(patterns: Iterable[str], text: str) -> str:
    matches = (re.search(pattern, text, re.IGNORECASE) for pattern in patterns)
    return next((match[1] for match in matches if match), "")


def _objections(
    changes: Collection[SisIdChange], client: CanvasClient | None
) -> Iterator[tuple[SisIdChange, str]]:
    old, new = (Counter(getattr(each, name) for each in changes) for name in ("old_id", "new_id"))
    for each in changes:
        if old[each.old_id] > 1 or new[each.new_id] > 1:
            yield each, "another message pairs one of these IDs with a third one: find out who is who"
        elif each.new_id in old or each.old_id in new:
            yield each, "one of these IDs would change twice: send one change after the other"
        elif client and _exists(client, each.new_id):
            yield each, "Canvas has both users: merge them in Canvas"


def _exists(client: CanvasClient, sis_id: str) -> bool:
    try:
        client.get(f"users/sis_user_id:{path_part(sis_id)}")
    except NoSuchThing:
        return False
    return True
