"""A password field that keeps nothing: the token is in no widget state longer than one message takes."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
from traitlets import Unicode


class _Unechoed(widgets.Password):  # type: ignore[misc]  # ipywidgets has no types
    """A Password whose text the kernel does not repeat to the other pages that show the notebook."""

    value = Unicode().tag(sync=True, echo_update=False)


class TokenField:
    """Takes the token away from the browser as soon as it arrives, and hands it over once.

    A stock Password holds its text until a click, so a notebook saved before that click (JupyterLab saves
    by itself) would hold it too. `continuous_update` is off: the text travels only when it is complete.
    """

    def __init__(self, taken: Callable[[], None]) -> None:
        """`taken()` is called when a token has arrived and left the field."""
        self._token = ""
        self._taken = taken
        self._hint = ""
        self.view = _Unechoed(
            description="Access token",
            continuous_update=False,
            style={"description_width": "110px"},
            layout={"width": "min(520px, 98%)"},
        )
        self.view.observe(self._take_away, "value")

    def __repr__(self) -> str:
        return f"TokenField({'holding a token' if self._token else 'empty'})"

    def take(self) -> str:
        """Return the token that was typed (empty: none) and forget it."""
        token, self._token = self._token, ""
        self.view.placeholder = self._hint
        return token

    def explain(self, hint: str) -> bool:
        """Show `hint` while the field is empty; a token typed for something else is forgotten.

        Returns whether there was one.
        """
        self._hint = hint
        return bool(self.take())

    def _take_away(self, change: dict[str, str]) -> None:
        if change["new"]:
            self._token = change["new"]
            self.view.value = ""
            self.view.placeholder = "taken out of the notebook; now press Connect"
            self._taken()
