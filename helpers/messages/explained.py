"""One message with all that is known of it: its meaning, the row it is about, and which objects it misses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from helpers import near_misses
from helpers.client.models import ImportMessage
from helpers.messages.explain import Explanation, explain
from helpers.messages.noise import Noise, reason_for
from helpers.messages.sent import ObjectId, SentFile, SentFiles, named_kind
from practice_canvas.sis_csv.kinds import Kind
from practice_canvas.sis_csv.values import BLANKS

WITH_DIGITS = re.compile(r"[^\s(),;:“”\"']*\d[^\s(),;:“”\"']*")
INVISIBLE = re.compile(f"[^\\S \t\r\n]|{near_misses.INVISIBLE}")
LONGEST = 1000  # characters shown of a row: a file may have a million columns
SECRET_COLUMNS = ("password", "ssha_password")


@dataclass(frozen=True)
class ExplainedMessage:
    """A message of an import and what is known of it.

    Args:
        message: as Canvas gave it.
        explanation: what it means.
        sent: the file it is about, when that is at hand.
        values: the row as it was sent; empty when it is not at hand or the message is about no row.
        makes: the object that the row would have made or changed, e.g. {("section", "S1")}; more than one
            only where it has to be guessed from the text.
        misses: the objects that Canvas did not find.
        noise: why this site expects the message; "" when it does not.
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
        """The kind of rows that its file holds, None when that cannot be told."""
        return self.sent.kind if self.sent and self.sent.kind else named_kind(self.message.file)

    @property
    def rejects_row(self) -> bool:
        """Whether Canvas skipped the row for it."""
        about_row = self.message.row is not None and self.message.severity == "warning"
        return about_row and not self.explanation.applied

    @property
    def rejects_file(self) -> bool:
        """Whether Canvas took none of its file's rows for it."""
        return self.message.severity == "error" and self.message.file is not None

    @property
    def as_sent(self) -> str:
        """The filled values of the row, without passwords; for a whole file, where its fault lies."""
        if self.sent is None:
            return ""
        if self.message.row is None:
            return _clipped(self.sent.fault or f"its header: {', '.join(self.sent.header)}")
        pairs = zip(self.sent.columns, self.values, strict=False)
        shown = (pair for pair in pairs if pair[1].strip(BLANKS) and pair[0] not in SECRET_COLUMNS)
        return _clipped(" · ".join(f"{name}: {visible(value)}" for name, value in shown))


@dataclass
class _Rows:
    """The rows of one file that messages are about."""

    wanted: set[int] = field(default_factory=set)
    values: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def read(self, file: SentFile) -> None:
        """Look the rows up in one pass."""
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

    A message about a row that the file does not have adds a remark to `sent`: it is another file.
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
                f"{file.name} has no row {min(lost)}, which a message is about: is it the file that was sent?"
            )
    noise = tuple(noise)
    return tuple(_explained(message, files[message.file], rows, noise) for message in messages)


def meaning(message: ImportMessage, file: SentFile | None) -> Explanation:
    """Explain a message by the kind of rows that its file holds, whatever the file is called."""
    name = f"{file.kind.count_key}.csv" if file and file.kind else message.file
    if message.row is None:
        return explain(replace(message, file=name))
    return _of_rows(name, message.severity, shape(message.message))


@lru_cache(10_000)
def _of_rows(file: str | None, severity: Literal["error", "warning"], text: str) -> Explanation:
    """Explain all messages about rows that differ in their ids only: there may be a hundred thousand."""
    return explain(ImportMessage(0, file, text, 0, severity))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def visible(text: str) -> str:
    """Show what nobody can see and Canvas keeps all the same: a no-break space becomes ‹U+00A0›."""
    return INVISIBLE.sub(lambda sign: f"‹U+{ord(sign[0]):04X}›", text)


def shape(text: str) -> str:
    """Return a message without what differs from row to row: each word that holds a digit becomes #."""
    return WITH_DIGITS.sub("#", text)


def _explained(
    message: ImportMessage, file: SentFile | None, rows: dict[Path, _Rows], noise: Sequence[Noise]
) -> ExplainedMessage:
    explanation = meaning(message, file)
    values = rows[file.path].values.get(message.row or 0, ()) if file else ()
    told = ExplainedMessage(
        message, explanation, file, values, noise=reason_for(message.message, explanation, noise)
    )
    return replace(told, makes=frozenset(_made(told)), misses=tuple(_missed(told)))


def _made(told: ExplainedMessage) -> Iterator[ObjectId]:
    """Yield the object that the message's row is about."""
    kind = told.kind
    if kind is None or not told.rejects_row or len(kind.identified_by) != 1:
        return
    if told.values:
        yield from _ids(told, kind.identified_by[0], kind.name)
    else:
        yield from ((kind.name, sis_id) for sis_id in _mentioned(kind.name, told.message.message))


def _missed(told: ExplainedMessage) -> list[ObjectId]:
    """Return the objects that Canvas did not find; those that the text names, if it names any of them."""
    kind = told.kind
    columns = [kind.column(name) for name in told.explanation.misses] if kind else []
    found: list[ObjectId] = []
    for column in columns:
        if column and column.refers_to:
            found += _ids(told, column.name, column.refers_to)
            if not told.values:
                found += (
                    (column.refers_to, each) for each in _mentioned(column.refers_to, told.message.message)
                )
    return [oid for oid in found if oid[1] in told.message.message] or found


def _ids(told: ExplainedMessage, column: str, kind: str) -> Iterator[ObjectId]:
    """Yield the SIS id that stands in a column of the row."""
    at = told.sent.columns.index(column) if told.sent and column in told.sent.columns else len(told.values)
    value = told.values[at].strip(BLANKS) if at < len(told.values) else ""
    if value:
        yield kind, value


def _mentioned(kind: str, text: str) -> list[str]:
    """Return what stands after the word for a kind of object: “section S1”, “Section ID: S1”."""
    word = rf"(?<![a-z_]){kind}(?:[ _](?:sis[ _])?id)?s?(?![a-z_])\W{{1,3}}"
    return [found.rstrip(".,;:)”\"'") for found in re.findall(rf"{word}([^\s,;)”\"]+)", text, re.IGNORECASE)]
