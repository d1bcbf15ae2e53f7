"""Explain what Canvas says: a message of an import, or a rejected request.

The kinds of messages are data, in explanations/*.toml. words.toml there describes how they are matched.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.client.models import ImportMessage
from helpers.errors import CanvasError

FOLDER = Path(__file__).with_name("explanations")
# in the order they are tried
AREAS = ("http", "faults", "whole", "rows", "enrollments", "groups", "people", "courses")
ABOUT_NO_ROW = {"file", "import", "batch mode", "diffing"}
ABOUT_ANY_ROW = {"any row"}
ABOUT_REQUESTS = {"HTTP"}


@dataclass(frozen=True)
class Explanation:
    """What a message means: its kind, the usual cause, what to do, and where the lesson teaches it.

    `misses` are the columns whose object Canvas did not find. `applied` means that Canvas applied the row
    despite the message, `counted` that `data.counts` then includes it. `about_row` means that such a message
    is always about a row, even where its number is not known.
    """

    kind: str
    title: str
    cause: str
    fix: str
    taught_in: str
    misses: tuple[str, ...] = ()
    applied: bool = False
    counted: bool = True
    about_row: bool = False

    @property
    def known(self) -> bool:
        """Whether the message is of a known kind."""
        return self.kind != UNKNOWN.kind

    def __str__(self) -> str:
        return f"{self.title}. {self.cause} → {self.fix}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = (("What it means", self.title), ("Usual cause", self.cause), ("What to do", self.fix))
        cells = "".join(f'<tr><th scope="row">{name}</th><td>{escape(text)}</td></tr>' for name, text in rows)
        return f"<table>{cells}</table>"


@dataclass(frozen=True)
class MessageKind:
    """One kind of message: what it is about, the patterns that match it, and its explanation."""

    where: frozenset[str]
    needs: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    explanation: Explanation

    def matches(self, text: str) -> bool:
        """Return whether a message is of this kind."""
        return all(need.search(text) for need in self.needs) and not any(
            no.search(text) for no in self.unless
        )


UNKNOWN = Explanation(
    kind="unknown",
    title="Unknown message",
    cause="The message is new, or Canvas has changed its wording.",
    fix="Read the message itself; it usually names the IDs. Check that row and the rows it refers to.",
    taught_in="04_bad_files_and_rows: An unknown message still names its row",
)


def explain(message: ImportMessage | CanvasError | str) -> Explanation:
    """Return what a message from Canvas means, whatever its exact wording.

    Args:
        message: a message from `list_sis_import_errors`, an error that a helper raised, or the text of a
            warning, an error, or a rejected request.

    Returns:
        The explanation, of kind "unknown" if no kind matches.
    """
    text = message.message if isinstance(message, ImportMessage) else str(message)
    about = _about(message)
    matching = (kind for kind in message_kinds() if kind.where & about and kind.matches(text))
    return next((kind.explanation for kind in matching), UNKNOWN)


def _about(message: ImportMessage | CanvasError | str) -> set[str]:
    """Return what a message can be about, as far as its class, file, row, and severity say."""
    if isinstance(message, CanvasError):
        return {error.__name__ for error in type(message).__mro__}
    if isinstance(message, str):
        return {*file_kinds(message), *ABOUT_ANY_ROW, *ABOUT_NO_ROW, *ABOUT_REQUESTS}
    if message.severity == "error":
        return ABOUT_NO_ROW
    named = file_kinds(PurePosixPath(message.file or "").name)[:1]
    whole = ABOUT_NO_ROW if message.row is None else set()
    return {*(named or file_kinds(message.message)), *ABOUT_ANY_ROW, *whole}


@lru_cache(1000)  # the same few file names come up again and again
def file_kinds(text: str) -> list[str]:
    """Return the kinds of files that a name or a message suggests, most likely first ("users", …)."""
    return [kind for kind, pattern in _words()["files"].items() if re.search(pattern, text, re.IGNORECASE)]


@cache
def message_kinds() -> tuple[MessageKind, ...]:
    """Return all known kinds of messages, in the order they are tried."""
    return tuple(_kind(row) for area in AREAS for row in _load(area)["kind"])


def _kind(row: dict[str, Any]) -> MessageKind:
    explanation = Explanation(
        row["slug"],
        row["title"],
        row["cause"],
        row["fix"],
        row["taught_in"],
        misses=tuple(row.get("misses", ())),
        applied=row.get("applied", False),
        counted=row.get("counted", True),
        about_row=set(row["where"]) <= ABOUT_ANY_ROW | _words()["files"].keys(),
    )
    needs, unless = (tuple(_patterns(row.get(key, []))) for key in ("needs", "unless"))
    return MessageKind(frozenset(row["where"]), needs, unless, explanation)


def _patterns(texts: list[str]) -> Iterator[re.Pattern[str]]:
    words = _words()["words"]
    for text in texts:
        yield re.compile(
            re.sub(r"\b[A-Z]{4,}\b", lambda word: words.get(word[0], word[0]), text), re.IGNORECASE
        )


@cache
def _words() -> dict[str, Any]:
    return _load("words")


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
