"""What all panels share: a title with its badge, a line that tells how things stand, a still picture."""

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
    """Take a widget out of the page, or put it back."""
    widget.layout.display = "none" if hidden else None


def import_id_in(text: str) -> int:
    """Return the id of an import that was typed. Raises BadInput when it is no number."""
    text = text.strip().lstrip("#")
    if not text.isdecimal():
        raise BadInput(
            f"{text!r} is no id of a SIS import.", "Type the number that the import's answer calls id."
        )
    return int(text)


class Panel:
    """A framed box of widgets under a title, with a line at the end that says how things stand."""

    title = ""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._head = widgets.HTML()
        self._line = widgets.HTML()
        self.view = widgets.VBox()
        self.view.add_class("sis-panel")
        self._show_target()
        target.observe(lambda _: self._show_target(), "client")

    def _arrange(self, *children: Any) -> None:
        look = widgets.HTML(style.stylesheet(), layout={"display": "none"})
        self.view.children = (look, self._head, *children)

    def _show_target(self) -> None:
        """Redraw the title line for the Canvas that is connected now."""
        self._head.value = style.head(self.title, self.target.mark, self.target.domain)

    def _tell(self, tone: str, told: str, more: str = "", below: str = "") -> None:
        self._line.value = style.line(tone, told, more, below)

    def _tell_fault(self, error: Exception, hide: str = "") -> None:
        self._line.value = style.fault(error, hide)

    def _still(self) -> str:
        """Return the HTML that stands for the panel where no kernel runs."""
        return style.stylesheet() + f'<div class="sis-panel">{self._head.value}{self._line.value}</div>'

    def _bundle(self) -> dict[str, Any]:
        """Return the live widget, and beside it a still picture and a text for saved pages."""
        live: dict[str, Any] = self.view._repr_mimebundle_()
        return {**live, "text/plain": repr(self), "text/html": self._still()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self.target.domain or 'no Canvas'}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._bundle()
