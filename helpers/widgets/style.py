"""The panels' style sheet, based on JupyterLab's own variables, and the HTML that they share."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from helpers.display.html import scroll, stylesheet
from helpers.errors import CanvasError


@dataclass(frozen=True)
class Badge:
    """A badge whose meaning is in its shape, its word, and its color class."""

    shape: str
    word: str
    color: str


ENVIRONMENTS = {
    "practice": Badge("●", "PRACTICE", "good"),
    "test": Badge("▲", "TEST", "calm"),
    "beta": Badge("◆", "BETA", "care"),
    "production": Badge("■", "PRODUCTION", "bad"),
}
NOT_CONNECTED = Badge("○", "NOT CONNECTED", "quiet")
TONES = {
    "good": ("✔", "good"),
    "busy": ("▶", "calm"),
    "care": ("▲", "care"),
    "bad": ("✖", "bad"),
    "quiet": ("○", "quiet"),
}
"""The shape and the color class of a status line, by tone."""

STYLESHEET = stylesheet(Path(__file__).with_name("panels.css"))


def badge_html(badge: Badge) -> str:
    """Return the HTML of a badge."""
    return f'<span class="sis-badge {badge.color}">{badge.shape} {badge.word}</span>'


def head(title: str, badge: Badge, domain: str = "") -> str:
    """Return a panel's title line: the title, the domain, and its badge."""
    return (
        f'<div class="sis-head"><span class="sis-title" role="heading" aria-level="3">{escape(title)}</span>'
        f'<span class="sis-where"><span>{escape(domain)}</span>{badge_html(badge)}</span></div>'
    )


def status_line(tone: str, headline: str, detail: str = "", below: str = "") -> str:
    """Return a status line; an error interrupts a screen reader.

    `tone` is a key of TONES, `headline` the bold part, `detail` the rest, and `below` HTML that follows.
    """
    shape, color = TONES[tone]
    role = ' role="alert"' if tone == "bad" else ""
    return (
        f'<div class="sis-line {color}"{role}><span aria-hidden="true">{shape}</span> '
        f"<b>{escape(headline)}</b> {escape(detail)}{below}</div>"
    )


def announcement(text: str) -> str:
    """Return what the trainer says, and nothing for nothing."""
    if not text:
        return ""
    said = f"<b>From your trainer:</b> {escape(text)}"
    return f'<div class="sis-said"><span aria-hidden="true">◆</span> {said}</div>'


def error_text(error: Exception, hide: str = "") -> tuple[str, str]:
    """Return what went wrong and how to fix it, without a traceback and without the text to `hide`."""
    if isinstance(error, CanvasError):
        return error.what, error.fix
    text = str(error).replace(hide, "•••") if hide else str(error)
    return "Unexpected error.", f"Please report this line: {type(error).__name__}: {text}"


def file_size(count: float) -> str:
    """Return a number of bytes with its unit."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def code(text: str, label: str) -> str:
    """Return code that one click selects as a whole, to copy it."""
    return scroll(f"<pre>{escape(text)}</pre>", label)


def chart(svg: str) -> str:
    """Return a chart that grows with the page, and scrolls where it would become smaller than drawn."""
    return f'<div class="sis-chart" tabindex="0">{svg}</div>'
