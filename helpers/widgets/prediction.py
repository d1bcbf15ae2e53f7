"""A place to answer before a surprising run: choose first, then see."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
from IPython.display import display

from helpers.display import html
from helpers.lesson.predictions import Prediction, prediction
from helpers.widgets import style
from helpers.widgets.panel import Script, status_field, take_input_in_order

ASK = "What do you expect?"


class PredictionView:
    """Radio buttons that reveal the answer once something is chosen; nothing waits for that."""

    def __init__(self, asked: Prediction) -> None:
        self.asked = asked
        self._choice = widgets.RadioButtons(
            description=ASK,
            options=asked.choices,
            value=None,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self._choice.observe(lambda change: self._reveal(change["new"]), "value")
        self._answer = status_field()
        look = widgets.HTML(style.STYLESHEET, layout={"display": "none"})
        script = Script(layout={"display": "none"})
        self.view = widgets.VBox([look, self._choice, self._answer, script])
        self.view.add_class("sis-panel")
        take_input_in_order(self.view)

    def choose(self, choice: str) -> None:
        """Choose as a click does."""
        self._choice.value = choice

    @property
    def answer(self) -> str:
        """What is shown of the answer: nothing before a choice."""
        shown: str = self._answer.value
        return shown

    def _reveal(self, chosen: str | None) -> None:
        if chosen is None:
            return
        verdict = self.asked.verdict(chosen)
        self._answer.value = style.status_line("good" if chosen == self.asked.answer else "care", *verdict)

    def __repr__(self) -> str:
        return f"{ASK} {' · '.join(self.asked.choices)}"

    def still(self) -> str:
        """Return what a saved notebook shows: the choices, and the answer folded."""
        folded = html.details("Answer", f"<p>{escape(self.asked.answer)}. {escape(self.asked.why)}</p>")
        inside = f"{html.caption(ASK)}{html.bullets(self.asked.choices)}{folded}"
        return f'{style.STYLESHEET}<div class="sis-panel sis-still">{inside}</div>'

    def _ipython_display_(self) -> None:
        """Show the picture and the live buttons; the style sheet hides the one that is not needed."""
        display({"text/html": self.still(), "text/plain": repr(self)}, raw=True)
        display({**self.view._repr_mimebundle_(), "text/plain": repr(self)}, raw=True)


def predict(name: str) -> PredictionView:
    """Show the choices of a prediction; choosing one reveals what happens, and why.

    Raises BadInput if no prediction has this name.
    """
    return PredictionView(prediction(name))
