"""A password field that never keeps the token in its widget state."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
from traitlets import Unicode


class _Unechoed(widgets.Password):  # type: ignore[misc]  # ipywidgets has no types
    """A Password whose text the kernel does not echo to other browser pages with the same notebook."""

    value = Unicode().tag(sync=True, echo_update=False)


class TokenField:
    """Moves the token out of the field as soon as it arrives, and returns it once.

    A plain Password keeps its text until a button is pressed, and JupyterLab's autosave would save it with
    the notebook before that. `continuous_update` is off, so the browser sends only the complete text.
    """

    def __init__(self, on_received: Callable[[], None]) -> None:
        """Call `on_received()` whenever a token has arrived and left the field."""
        self._token = ""
        self._on_received = on_received
        self._hint = ""
        self.view = _Unechoed(
            description="Access token",
            continuous_update=False,
            style={"description_width": "110px"},
            layout={"width": "min(520px, 98%)"},
        )
        self.view.observe(self._receive, "value")

    def __repr__(self) -> str:
        return f"TokenField({'holding a token' if self._token else 'empty'})"

    def take(self) -> str:
        """Return the token that was typed (empty if none) and forget it."""
        token, self._token = self._token, ""
        self.view.placeholder = self._hint
        return token

    def set_hint(self, hint: str) -> bool:
        """Show `hint` in the empty field, forget a token typed before, and return whether there was one."""
        self._hint = hint
        return bool(self.take())

    def _receive(self, change: dict[str, str]) -> None:
        if change["new"]:
            self._token = change["new"]
            self.view.value = ""
            self.view.placeholder = "received and hidden; press Connect to use it"
            self._on_received()
