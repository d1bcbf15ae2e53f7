"""How the panels look: one style sheet in JupyterLab's own variables, and the few HTML pieces they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from helpers.display.html import caption, details, facts, scroll, table
from helpers.errors import CanvasError

__all__ = [
    "ENVIRONMENTS",
    "NOT_CONNECTED",
    "TONES",
    "Mark",
    "badge",
    "bullets",
    "caption",
    "chart",
    "code",
    "details",
    "facts",
    "fault",
    "file_size",
    "head",
    "line",
    "scroll",
    "stylesheet",
    "table",
]


@dataclass(frozen=True)
class Mark:
    """A badge, which tells its meaning three times: by shape, by word and by color class."""

    shape: str
    word: str
    color: str


ENVIRONMENTS = {
    "practice": Mark("●", "PRACTICE", "good"),
    "test": Mark("▲", "TEST", "calm"),
    "beta": Mark("◆", "BETA", "care"),
    "production": Mark("■", "PRODUCTION", "bad"),
}
NOT_CONNECTED = Mark("○", "NOT CONNECTED", "quiet")
TONES = {
    "good": ("✔", "good"),
    "busy": ("▶", "calm"),
    "care": ("▲", "care"),
    "bad": ("✖", "bad"),
    "quiet": ("○", "quiet"),
}
"""How a line looks: its shape and its color class; the words are the line's own."""

STYLESHEET = Path(__file__).with_name("panels.css")


def stylesheet() -> str:
    """Return the style sheet as HTML that draws nothing."""
    return f"<style>{STYLESHEET.read_text(encoding='utf-8')}</style>"


def badge(mark: Mark) -> str:
    """Return a filled label of shape and word."""
    return f'<span class="sis-badge {mark.color}">{mark.shape} {mark.word}</span>'


def head(title: str, mark: Mark, where: str = "") -> str:
    """Return a panel's first line: its title, where it points, and the badge."""
    return (
        f'<div class="sis-head"><span class="sis-title" role="heading" aria-level="3">{escape(title)}</span>'
        f'<span class="sis-where">{escape(where)}</span>{badge(mark)}</div>'
    )


def line(tone: str, told: str, more: str = "", below: str = "") -> str:
    """Return the line that tells how things stand, read aloud by screen readers when it changes.

    `tone` is a key of TONES; `told` is the short bold part, `more` the rest, `below` HTML that follows.
    """
    shape, color = TONES[tone]
    role = "alert" if tone == "bad" else "status"
    return (
        f'<div class="sis-line {color}" role="{role}"><span aria-hidden="true">{shape}</span> '
        f"<b>{escape(told)}</b> {escape(more)}{below}</div>"
    )


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a list, nothing when there are none."""
    points = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<ul>{points}</ul>" if points else ""


def fault(error: Exception, hide: str = "") -> str:
    """Return what went wrong and what to do about it; never a traceback, never the text to `hide`."""
    if isinstance(error, CanvasError):
        return line("bad", error.what, error.fix)
    told = str(error).replace(hide, "•••") if hide else str(error)
    return line(
        "bad",
        "Something happened that this lesson did not foresee.",
        f"Please report this line: {type(error).__name__}: {told}",
    )


def file_size(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def code(text: str, label: str) -> str:
    """Return code as it is to be copied; one click selects all of it."""
    return scroll(f"<pre>{escape(text)}</pre>", label)


def chart(svg: str) -> str:
    """Return a picture that grows with the page, and scrolls rather than becoming too small to read."""
    return f'<div class="sis-chart">{svg}</div>'
