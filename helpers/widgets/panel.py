"""What all panels share: a title with its badge, a status line, and static HTML for saved notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from helpers.errors import BadInput
from helpers.widgets import style
from helpers.widgets.target import Target

LABEL = {"description_width": "110px"}
FIELD = {"width": "min(520px, 98%)"}


def row(*children: Any) -> Any:
    """Return widgets side by side, wrapping where the page is narrow."""
    box = widgets.HBox(children, layout={"flex_flow": "row wrap"})
    box.add_class("sis-row")
    return box


def button(description: str, handler: Callable[[], None], *, primary: bool = False) -> Any:
    """Return a button that calls `handler()`; the handler shows its own errors."""
    made = widgets.Button(
        description=description,
        button_style="primary" if primary else "",
        layout={"width": "auto", "min_width": "112px"},
    )
    made.on_click(lambda _: handler())
    return made


def hide(widget: Any, hidden: bool) -> None:
    """Hide a widget or show it again."""
    widget.layout.display = "none" if hidden else None


def import_id_in(text: str) -> int:
    """Return the import id in the text. Raises BadInput if it is not a number."""
    text = text.strip().lstrip("#")
    if not text.isdecimal():
        raise BadInput(
            f"{text!r} is not the id of a SIS import.", "Type the number in the id field of Canvas's answer."
        )
    return int(text)


class Panel:
    """A framed box of widgets with a title and a status line."""

    title = ""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._heading = widgets.HTML()
        self._status = widgets.HTML()
        self.view = widgets.VBox()
        self.view.add_class("sis-panel")
        self._show_target()
        target.observe(lambda _: self._show_target(), "client")

    def _arrange(self, *children: Any) -> None:
        styles = widgets.HTML(style.stylesheet(), layout={"display": "none"})
        self.view.children = (styles, self._heading, *children)

    def _show_target(self) -> None:
        """Redraw the title line for the Canvas that is now connected."""
        self._heading.value = style.head(self.title, self.target.badge, self.target.domain)

    def _report(self, tone: str, headline: str, detail: str = "", below: str = "") -> None:
        self._status.value = style.status_line(tone, headline, detail, below)

    def _show_error(self, error: Exception, hide: str = "") -> None:
        self._status.value = style.error_line(error, hide)

    def _static_html(self) -> str:
        """Return the HTML that a saved notebook shows when no kernel runs."""
        return style.stylesheet() + f'<div class="sis-panel">{self._heading.value}{self._status.value}</div>'

    def _mime_bundle(self) -> dict[str, Any]:
        """Return the live widget, with static HTML and text for saved notebooks."""
        live: dict[str, Any] = self.view._repr_mimebundle_()
        return {**live, "text/plain": repr(self), "text/html": self._static_html()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self.target.domain or 'no Canvas'}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._mime_bundle()
