"""Group an import's messages by cause: messages of one cause differ only in the objects that they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from practice_canvas.sis_csv.kinds import KIND_OF
from practice_canvas.store import messages
from practice_canvas.store.records import Record
from practice_canvas.store.store import Database

NAMED = re.compile(r"“[^”]*”|\((?:[^()]|\([^()]*\))*\)")
# The word after one of these is an ID, even if it looks like any other word.
NOUNS = frozenset(kind.noun for kind in KIND_OF.values()) | {"observer", "student", "status"}
# Names of columns have underscores: a message about one column has another cause than one about the next.
PLAIN = re.compile(r"[A-Za-z]?[a-z_’-]*")
PUNCTUATION = ".,:;"


@dataclass
class Cause:
    """What one or more messages have in common.

    Args:
        first: the first of them.
        ids: the ids of all of them.
        files: the files that they are about, in the order of the messages.
    """

    first: Record
    ids: list[int] = field(default_factory=list)
    files: dict[str, None] = field(default_factory=dict)

    @property
    def failure(self) -> bool:
        """Whether Canvas rejected a whole file or the import because of it."""
        return bool(self.first["failure"])


def causes(db: Database, sis_import: Record) -> list[Cause]:
    """Return the causes of an import's messages: errors first, then those with the most messages."""
    total = sis_import["errors_count"] + sis_import["warnings_count"]
    return _causes(db, sis_import["id"], total, sis_import["created_at"])


# The last two parameters are part of the key: they change with a new message, and when the school is reset.
@lru_cache(maxsize=4)
def _causes(db: Database, import_id: int, total: int, created_at: str) -> list[Cause]:
    return _grouped(messages.by_severity(import_id).rows(db))


def _grouped(found: Iterable[Record]) -> list[Cause]:
    made: dict[tuple[bool, str], Cause] = {}
    for record in found:
        cause = made.setdefault((record["failure"], shape(record["message"])), Cause(record))
        cause.ids.append(record["id"])
        if record["file"]:
            cause.files[record["file"]] = None
    return sorted(made.values(), key=lambda cause: (not cause.failure, -len(cause.ids)))


def shape(text: str) -> str:
    """Return a message without the names of objects in it: each becomes #.

    IDs are recognized by a digit, a capital letter or a sign in them, or by the noun before them.
    """
    words = NAMED.sub("#", text).split()
    pairs = zip(("", *words), words, strict=False)
    return " ".join("#" if before in NOUNS or not _is_plain(word) else word for before, word in pairs)


@lru_cache(maxsize=10_000)
def _is_plain(word: str) -> bool:
    return PLAIN.fullmatch(word.strip(PUNCTUATION)) is not None
