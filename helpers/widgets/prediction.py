"""A place to answer before a surprising run: choose first, then see."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from helpers.display import html
from helpers.lesson.predictions import Prediction, prediction
from helpers.widgets import style

ASK = "What do you expect?"


class PredictionView:
    """Radio buttons that reveal the answer once something is chosen; nothing waits for that."""

    def __init__(self, asked: Prediction) -> None:
        self.asked = asked
        self._choice = widgets.RadioButtons(options=asked.choices, value=None, layout={"width": "auto"})
        self._choice.observe(lambda change: self._reveal(change["new"]), "value")
        self._answer = widgets.HTML()
        look = widgets.HTML(style.STYLESHEET, layout={"display": "none"})
        self.view = widgets.VBox([look, widgets.HTML(html.caption(ASK)), self._choice, self._answer])
        self.view.add_class("sis-panel")

    def choose(self, choice: str) -> None:
        """Choose as a click does."""
        self._choice.value = choice

    @property
    def answer(self) -> str:
        """What is shown of the answer: nothing before a choice."""
        shown: str = self._answer.value
        return shown

    def _reveal(self, chosen: str | None) -> None:
        if chosen is not None:
            tone = "good" if chosen == self.asked.answer else "care"
            self._answer.value = style.status_line(tone, *self.asked.verdict(chosen))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Return the live widget, with the choices and a folded answer for saved notebooks."""
        live: dict[str, Any] = self.view._repr_mimebundle_()
        folded = html.details("Answer", f"<p>{escape(self.asked.answer)}. {escape(self.asked.why)}</p>")
        still = f"{html.caption(ASK)}{html.bullets(self.asked.choices)}{folded}"
        return {**live, "text/plain": f"{ASK} {' · '.join(self.asked.choices)}", "text/html": still}


def predict(name: str) -> PredictionView:
    """Show the choices of a prediction; choosing one reveals what happens, and why.

    Raises BadInput if no prediction has this name.
    """
    return PredictionView(prediction(name))
