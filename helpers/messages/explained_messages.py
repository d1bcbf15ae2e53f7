"""Explain each message and find its row, the object the row makes, and the objects Canvas did not find."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise, repeat
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

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

ObjectIds = tuple[ObjectId, ...]

NUMBERS = re.compile(r"\d+")
WITH_DIGITS = re.compile(r"[^\s(),;:“”\"']*\d[^\s(),;:“”\"']*")
NO_ID = {
    "",
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
AFTER_ID = ".,;:)”\"'"
AT_ONCE = 1000  # texts: few enough to stay in the processor's cache
ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
LONGEST = 1000  # characters of a row to show: a file can have a million columns


@dataclass(frozen=True, eq=False)
class Sort:
    """What messages have in common that differ only in their numbers: there can be a hundred thousand.

    Args:
        first: one of the messages.
        explanation: what they mean.
        sent: the file they are about, if available.
    """

    first: ImportMessage
    explanation: Explanation
    sent: SentFile | None = None

    @cached_property
    def signature(self) -> str:
        """See `signature`."""
        return signature(self.first.message, self.explanation)

    @cached_property
    def kind(self) -> Kind | None:
        """The kind of rows in their file, None if unknown."""
        return self.sent.kind if self.sent and self.sent.kind else named_kind(self.first.file)

    @cached_property
    def rejects_row(self) -> bool:
        """Whether Canvas skipped the row because of it."""
        return self._about_row and not self.explanation.applied

    @cached_property
    def applies_uncounted(self) -> bool:
        """Whether Canvas applied the row in part and did not count it."""
        return self._about_row and not self.explanation.counted

    @property
    def _about_row(self) -> bool:
        """Whether it is about a row: the JSON of an import has no row numbers, but the text says so."""
        known = self.first.row is not None or self.explanation.about_row
        return known and self.first.severity == "warning"

    @cached_property
    def rejects_file(self) -> bool:
        """Whether Canvas rejected the whole file because of it."""
        return self.first.severity == "error" and self.first.file is not None


class ExplainedMessage(NamedTuple):
    """A message of an import and what is known about it.

    Args:
        message: the message as Canvas returned it.
        sort: what it has in common with others.
        values: the row as it was sent; empty if it is not available or the message is not about a row.
        makes: the object that the row would have created or changed, such as ("section", "S1"); several
            only if they had to be guessed from the text.
        misses: the objects that Canvas did not find.
        noise: why this site expects the message; "" if it does not.
    """

    message: ImportMessage
    sort: Sort
    values: tuple[str, ...] = ()
    makes: ObjectIds = ()
    misses: ObjectIds = ()
    noise: str = ""

    def __repr__(self) -> str:
        """Return the message and what it means without its row, which may hold a password."""
        return f"ExplainedMessage({self.message!r}, kind={self.explanation.kind!r})"

    @property
    def explanation(self) -> Explanation:
        """What it means."""
        return self.sort.explanation

    @property
    def sent(self) -> SentFile | None:
        """The file it is about, if available."""
        return self.sort.sent

    @property
    def kind(self) -> Kind | None:
        """The kind of rows in its file, None if unknown."""
        return self.sort.kind

    @property
    def rejects_row(self) -> bool:
        """Whether Canvas skipped the row because of it."""
        return self.sort.rejects_row

    @property
    def applies_uncounted(self) -> bool:
        """Whether Canvas applied the row in part and did not count it."""
        return self.sort.applies_uncounted

    @property
    def rejects_file(self) -> bool:
        """Whether Canvas rejected the whole file because of it."""
        return self.sort.rejects_file

    @property
    def as_sent(self) -> str:
        """The values of the row without blanks and passwords; for a whole file, what is wrong in it."""
        sent = self.sort.sent
        if sent is None:
            return ""
        if self.message.row is None:
            return shorten(sent.fault or f"its header: {', '.join(sent.header)}", LONGEST)
        pairs = zip(sent.columns, self.values, strict=False)
        shown = (pair for pair in pairs if pair[1].strip(BLANKS) and pair[0] not in PASSWORD_COLUMNS)
        return shorten(" · ".join(f"{name}: {visible(value)}" for name, value in shown), LONGEST)


_OF_MESSAGE = {"sis_import_id": WHOLE, "severity": TEXT, "file": TEXT, "row": WHOLE, "message": TEXT}
_OF_EXPLANATION = dict.fromkeys(("kind", "title", "cause", "fix", "taught_in"), TEXT)
_OF_ROW = {"as_sent": TEXT, "noise": TEXT}


def messages_frame(messages: Iterable[ImportMessage]) -> DataFrame:
    """Return one row per message: severity, file, row number (the header is 1; empty if none), message."""
    return frame(messages, _OF_MESSAGE)


def explained_frame(messages: Iterable[ExplainedMessage]) -> DataFrame:
    """Return one row per message: the message, its meaning, and its row as you sent it."""
    messages = list(messages)
    sorts = [each.sort for each in messages]
    numbers = {sort: number for number, sort in enumerate(dict.fromkeys(sorts))}
    meanings = frame([sort.explanation for sort in numbers], _OF_EXPLANATION)
    of_sorts = meanings.take(list(map(numbers.__getitem__, sorts))).reset_index(drop=True)
    of_messages = messages_frame([each.message for each in messages])
    return of_messages.join([of_sorts, frame(messages, _OF_ROW)])


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
    groups: dict[tuple[str | None, str, bool, str], list[int]] = defaultdict(list)
    for at, (message, text) in enumerate(zip(messages, _with_zeros(messages), strict=True)):
        known = message.row is not None
        groups[message.file, message.severity, known, text if known else message.message].append(at)
    for (name, _, known, _), positions in groups.items():
        if known and (file := files[name]):
            rows[file.path].wanted.update(messages[at].row or 0 for at in positions)
    for file in sent.files:
        rows[file.path].read(file)
        if lost := rows[file.path].wanted - set(rows[file.path].values):
            sent.remarks.append(
                f"A message names a row that is not in the file: {file.name} has no row {min(lost)}."
                " Is it the file that you sent?"
            )
    noise = tuple(noise)
    found: dict[int, ExplainedMessage] = {}
    for positions in groups.values():
        alike = [messages[at] for at in positions]
        file = files[alike[0].file]
        found |= zip(
            positions, _explained(alike, file, rows[file.path].values if file else {}, noise), strict=True
        )
    return tuple(map(found.__getitem__, range(len(messages))))


def _with_zeros(messages: Sequence[ImportMessage]) -> Iterator[str]:
    """Yield each text with zeros for its digits; replacing those of many texts at once is faster."""
    for first in range(0, len(messages), AT_ONCE):
        texts = [message.message for message in messages[first : first + AT_ONCE]]
        whole = "".join(texts).encode("utf-8", "surrogatepass").translate(ZEROS)
        text = whole.decode("utf-8", "surrogatepass")
        yield from [text[start:end] for start, end in pairwise(accumulate(map(len, texts), initial=0))]


def meaning(message: ImportMessage, file: SentFile | None) -> Explanation:
    """Explain a message by the kind of rows in its file, whatever the name of the file."""
    name = f"{file.kind.count_key}.csv" if file and file.kind else message.file
    if message.row is None:
        return explain(message._replace(file=name))
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


def signature(text: str, explanation: Explanation) -> str:
    """Return what messages of one sort share: the kind, or the text without IDs if the kind is unknown."""
    if explanation.known:
        return explanation.kind
    return shape(text)


def _explained(
    alike: Sequence[ImportMessage],
    file: SentFile | None,
    rows: Mapping[int, tuple[str, ...]],
    noise: Sequence[Noise],
) -> Iterator[ExplainedMessage]:
    """Explain messages of one sort."""
    sort = Sort(alike[0], meaning(alike[0], file), file)
    texts = [message.message for message in alike]
    values = [rows.get(message.row or 0, ()) for message in alike] if rows else [()] * len(alike)
    expected = [reason_for(text, sort.explanation, noise) if noise else "" for text in texts]
    makes, misses = _made(sort, texts, values), _missed(sort, texts, values)
    return map(ExplainedMessage._make, zip(alike, repeat(sort), values, makes, misses, expected))


def _made(sort: Sort, texts: Sequence[str], values: Sequence[tuple[str, ...]]) -> Sequence[ObjectIds]:
    """Return the object that each message's row is about."""
    kind = sort.kind
    if kind is None or not sort.rejects_row or len(kind.identified_by) != 1:
        return [()] * len(texts)
    return _identified(sort, kind.identified_by[0], kind.name, values, _mentioned(kind.name, texts))


def _missed(sort: Sort, texts: Sequence[str], values: Sequence[tuple[str, ...]]) -> Sequence[ObjectIds]:
    """Return the objects that Canvas did not find: only those in the text, if it names any."""
    nothing: Sequence[ObjectIds] = [()] * len(texts)
    found, kind = nothing, sort.kind
    for column, target in _references(kind.name, sort.explanation.misses) if kind else ():
        # a message about a missing parent may name only the child, which is of the same kind
        mentioned = nothing if kind and target == kind.name else _mentioned(target, texts)
        found = list(map(add, found, _identified(sort, column, target, values, mentioned)))
    if not any(values):
        return found
    return [
        tuple(oid for oid in ids if oid[1] in text) or ids for ids, text in zip(found, texts, strict=True)
    ]


@cache
def _references(kind: str, columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return those of the columns of a kind that refer to another object, and its kind."""
    found = (KIND_OF[kind].column(name) for name in columns)
    return tuple((column.name, column.refers_to) for column in found if column and column.refers_to)


def _identified(
    sort: Sort, column: str, kind: str, values: Sequence[tuple[str, ...]], mentioned: Sequence[ObjectIds]
) -> Sequence[ObjectIds]:
    """Return the SIS ID in a column of each row; if the row is not available, what the text mentions."""
    if sort.sent is None or not any(values):
        return mentioned
    columns = sort.sent.columns
    at = columns.index(column) if column in columns else len(columns)
    return [_in_row(row, at, kind) if row else named for row, named in zip(values, mentioned, strict=True)]


def _in_row(row: Sequence[str], at: int, kind: str) -> ObjectIds:
    value = row[at].strip(BLANKS) if at < len(row) else ""
    return ((kind, value),) if value else ()


def _mentioned(kind: str, texts: Sequence[str]) -> Sequence[ObjectIds]:
    """Return the IDs after the word for a kind of object: “section S1”, “Section ID: S1”.

    The texts differ only in their digits, so all have their IDs in the same places.
    """
    found = ((each.start(1), each[1].rstrip(AFTER_ID)) for each in _mentions(kind).finditer(texts[0]))
    places = [slice(at, at + len(sis_id)) for at, sis_id in found if sis_id.lower() not in NO_ID]
    columns = [[(kind, text[place]) for text in texts] for place in places]
    return list(zip(*columns, strict=True)) or [()] * len(texts)


@cache
def _mentions(kind: str) -> re.Pattern[str]:
    word = rf"(?<![a-z_]){kind}(?:[ _](?:sis[ _])?id)?s?(?![a-z_])\W{{1,3}}"
    return re.compile(rf"{word}([^\s,;)”\"]+)", re.IGNORECASE)
