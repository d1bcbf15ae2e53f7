"""Explain each message and find its row, the object the row makes, and the objects Canvas did not find."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from helpers import near_misses
from helpers.client.models import ImportMessage
from helpers.display.frames import TEXT, WHOLE, frame
from helpers.display.text import shorten
from helpers.messages.explain import Explanation, explain
from helpers.messages.noise import Noise, reason_for
from helpers.messages.sent import ObjectId, SentFile, SentFiles, named_kind
from practice_canvas.sis_csv.kinds import KIND_OF, PASSWORD_COLUMNS
from practice_canvas.sis_csv.model import Kind
from practice_canvas.sis_csv.values import BLANKS

if TYPE_CHECKING:
    from helpers.display.frames import DataFrame

NUMBERS = re.compile(r"\d+")
WITH_DIGITS = re.compile(r"[^\s(),;:“”\"']*\d[^\s(),;:“”\"']*")
NO_ID = {
    "id",
    "ids",
    "exist",
    "exists",
    "existed",
    "none",
    "nil",
    "null",
    "blank",
    "empty",
    "nor",
    "not",
    "no",
    "and",
    "or",
    "does",
    "did",
    "is",
    "was",
    "of",
    "for",
    "in",
}
"""Words that may follow the word for an object, as in “neither course nor section”, and are not its ID."""
INVISIBLE = re.compile(f"[^\\S \t\r\n]|{near_misses.INVISIBLE}")
LONGEST = 1000  # characters of a row to show: a file can have a million columns


@dataclass(frozen=True)
class ExplainedMessage:
    """A message of an import and what is known about it.

    Args:
        message: the message as Canvas returned it.
        explanation: what it means.
        sent: the file it is about, if available.
        values: the row as it was sent; empty if it is not available or the message is not about a row.
        makes: the object that the row would have created or changed, such as {("section", "S1")}; several
            only if they had to be guessed from the text.
        misses: the objects that Canvas did not find.
        noise: why this site expects the message; "" if it does not.
    """

    message: ImportMessage
    explanation: Explanation
    sent: SentFile | None = None
    values: tuple[str, ...] = ()
    makes: frozenset[ObjectId] = frozenset()
    misses: tuple[ObjectId, ...] = ()
    noise: str = ""

    @property
    def kind(self) -> Kind | None:
        """The kind of rows in its file, None if unknown."""
        return self.sent.kind if self.sent and self.sent.kind else named_kind(self.message.file)

    @property
    def rejects_row(self) -> bool:
        """Whether Canvas skipped the row because of it."""
        return self._about_row and not self.explanation.applied

    @property
    def applies_uncounted(self) -> bool:
        """Whether Canvas applied the row in part and did not count it."""
        return self._about_row and not self.explanation.counted

    @property
    def _about_row(self) -> bool:
        """Whether it is about a row: the JSON of an import has no row numbers, but the text says so."""
        known = self.message.row is not None or self.explanation.about_row
        return known and self.message.severity == "warning"

    @property
    def rejects_file(self) -> bool:
        """Whether Canvas rejected the whole file because of it."""
        return self.message.severity == "error" and self.message.file is not None

    @property
    def as_sent(self) -> str:
        """The values of the row without blanks and passwords; for a whole file, what is wrong in it."""
        if self.sent is None:
            return ""
        if self.message.row is None:
            return shorten(self.sent.fault or f"its header: {', '.join(self.sent.header)}", LONGEST)
        pairs = zip(self.sent.columns, self.values, strict=False)
        shown = (pair for pair in pairs if pair[1].strip(BLANKS) and pair[0] not in PASSWORD_COLUMNS)
        return shorten(" · ".join(f"{name}: {visible(value)}" for name, value in shown), LONGEST)


_OF_MESSAGE = {"sis_import_id": WHOLE, "severity": TEXT, "file": TEXT, "row": WHOLE, "message": TEXT}
_OF_EXPLANATION = dict.fromkeys(("kind", "title", "cause", "fix", "taught_in"), TEXT)
_OF_BOTH = {**_OF_MESSAGE, **_OF_EXPLANATION, "as_sent": TEXT, "noise": TEXT}


def messages_frame(messages: Iterable[ImportMessage]) -> DataFrame:
    """Return one row per message: severity, file, row number (the header is 1; empty if none), message."""
    return frame(messages, _OF_MESSAGE)


def explained_frame(messages: Iterable[ExplainedMessage]) -> DataFrame:
    """Return one row per message: the message, its meaning, and its row as you sent it."""
    of_message = {name: attrgetter(f"message.{name}") for name in _OF_MESSAGE}
    of_explanation = {name: attrgetter(f"explanation.{name}") for name in _OF_EXPLANATION}
    return frame(messages, _OF_BOTH, **of_message, **of_explanation)


@dataclass
class _Rows:
    """The rows of one file that messages are about."""

    wanted: set[int] = field(default_factory=set)
    values: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def read(self, file: SentFile) -> None:
        """Read the rows in one pass."""
        last = max(self.wanted, default=0)
        for number, values in file.numbered():
            if number in self.wanted:
                self.values[number] = tuple(values)
            if number >= last:
                return


def explain_messages(
    messages: Sequence[ImportMessage], sent: SentFiles, noise: Iterable[Noise] = ()
) -> tuple[ExplainedMessage, ...]:
    """Explain every message and find its row in the files that were sent.

    If a file does not have the row, a remark is added to `sent`: it is probably a different file.
    """
    files = {name: sent.find(name) for name in {message.file for message in messages}}
    rows: dict[Path, _Rows] = defaultdict(_Rows)
    for message in messages:
        file = files[message.file]
        if file and message.row is not None:
            rows[file.path].wanted.add(message.row)
    for file in sent.files:
        rows[file.path].read(file)
        if lost := rows[file.path].wanted - set(rows[file.path].values):
            sent.remarks.append(
                f"A message names a row that is not in the file: {file.name} has no row {min(lost)}."
                " Is it the file that you sent?"
            )
    noise = tuple(noise)
    return tuple(_explained(message, files[message.file], rows, noise) for message in messages)


def meaning(message: ImportMessage, file: SentFile | None) -> Explanation:
    """Explain a message by the kind of rows in its file, whatever the name of the file."""
    name = f"{file.kind.count_key}.csv" if file and file.kind else message.file
    if message.row is None:
        return explain(replace(message, file=name))
    return _of_rows(name, message.severity, shape(message.message))


@lru_cache(10_000)
def _of_rows(file: str | None, severity: Literal["error", "warning"], text: str) -> Explanation:
    """Explain messages that differ only in their IDs once: there can be a hundred thousand of them."""
    return explain(ImportMessage(0, file, text, 0, severity))


def visible(text: str) -> str:
    """Replace invisible characters, which Canvas keeps: a no-break space becomes ‹U+00A0›."""
    return INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def shape(text: str) -> str:
    """Return a message without what differs from row to row: each word with a digit becomes #."""
    return _shape_of(NUMBERS.sub("0", text))


@lru_cache(10_000)
def _shape_of(text: str) -> str:
    """Look at the words only once in messages that differ only in their numbers."""
    return WITH_DIGITS.sub("#", text)


def _explained(
    message: ImportMessage, file: SentFile | None, rows: dict[Path, _Rows], noise: Sequence[Noise]
) -> ExplainedMessage:
    explanation = meaning(message, file)
    values = rows[file.path].values.get(message.row or 0, ()) if file else ()
    known = ExplainedMessage(message, explanation, file, values)
    makes, misses = frozenset(_made(known)), tuple(_missed(known))
    expected = reason_for(message.message, explanation, noise) if noise else ""
    return ExplainedMessage(message, explanation, file, values, makes, misses, expected)


def _made(explained: ExplainedMessage) -> Iterator[ObjectId]:
    """Yield the object that the message's row is about."""
    kind = explained.kind
    if kind is None or not explained.rejects_row or len(kind.identified_by) != 1:
        return
    if explained.values:
        yield from _ids(explained, kind.identified_by[0], kind.name)
    else:
        yield from ((kind.name, sis_id) for sis_id in _mentioned(kind.name, explained.message.message))


def _missed(explained: ExplainedMessage) -> list[ObjectId]:
    """Return the objects that Canvas did not find: only those in the text, if it names any."""
    kind, text = explained.kind, explained.message.message
    found: list[ObjectId] = []
    for column, target in _references(kind.name, explained.explanation.misses) if kind else ():
        if explained.values:
            found += _ids(explained, column, target)
        # a message about a missing parent may name only the child, which is of the same kind
        elif kind and target != kind.name:
            found += [(target, each) for each in _mentioned(target, text)]
    return [oid for oid in found if oid[1] in text] or found


@cache
def _references(kind: str, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return those of the columns of a kind that refer to another object, and its kind."""
    found = (KIND_OF[kind].column(name) for name in columns)
    return tuple((column.name, column.refers_to) for column in found if column and column.refers_to)


def _ids(explained: ExplainedMessage, column: str, kind: str) -> Iterator[ObjectId]:
    """Yield the SIS ID in a column of the row."""
    at = (
        explained.sent.columns.index(column)
        if explained.sent and column in explained.sent.columns
        else len(explained.values)
    )
    value = explained.values[at].strip(BLANKS) if at < len(explained.values) else ""
    if value:
        yield kind, value


def _mentioned(kind: str, text: str) -> list[str]:
    """Return the IDs after the word for a kind of object: “section S1”, “Section ID: S1”."""
    found = (each.rstrip(".,;:)”\"'") for each in _mentions(kind).findall(text))
    return [each for each in found if each and each.lower() not in NO_ID]


@cache
def _mentions(kind: str) -> re.Pattern[str]:
    word = rf"(?<![a-z_]){kind}(?:[ _](?:sis[ _])?id)?s?(?![a-z_])\W{{1,3}}"
    return re.compile(rf"{word}([^\s,;)”\"]+)", re.IGNORECASE)
