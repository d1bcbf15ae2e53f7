"""The pieces of HTML that reports and panels share; every text in them is escaped."""

from collections.abc import Iterable
from html import escape
from pathlib import Path


def stylesheet(path: Path) -> str:
    """Return a style sheet as an HTML element."""
    return f"<style>{path.read_text(encoding='utf-8')}</style>"


GRID = "display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 20px; margin: 4px 0"
CELL = "float: none; width: auto; margin: 0; overflow-wrap: break-word"


def facts(pairs: dict[str, str]) -> str:
    """Return names and values as a two-column list.

    It brings its own style: JupyterLab floats such lists in columns too narrow for a word.
    """
    rows = "".join(
        f'<dt style="{CELL}; font-weight: 600">{escape(name)}</dt><dd style="{CELL}">{escape(value)}</dd>'
        for name, value in pairs.items()
    )
    return f'<dl style="{GRID}">{rows}</dl>'


def scroll(inner: str, label: str) -> str:
    """Return `inner` (HTML) in a box that scrolls with mouse and keyboard."""
    return f'<div class="sis-scroll" tabindex="0" role="group" aria-label="{escape(label)}">{inner}</div>'


def caption(text: str) -> str:
    """Return a heading for what follows."""
    return f'<div class="sis-caption">{escape(text)}</div>'


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as an HTML list; an empty string if there are none."""
    return points(map(escape, sentences))


def points(texts: Iterable[str]) -> str:
    """Return texts that are HTML already as an HTML list; an empty string if there are none."""
    items = "".join(f"<li>{text}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def unbroken(text: str) -> str:
    """Return text that no line breaks, such as an ID with hyphens."""
    return f'<span style="white-space: nowrap">{escape(text)}</span>'


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a table of plain texts."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="sis-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def details(summary: str, inner: str, *, opened: bool = False) -> str:
    """Return `inner` (HTML) that opens and closes under a summary (HTML)."""
    state = " open" if opened else ""
    return f'<details{state} class="sis-kind"><summary>{summary}</summary>{inner}</details>'
