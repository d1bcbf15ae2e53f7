"""A password field that never keeps the token in its widget state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets


class TokenInput(anywidget.AnyWidget):
    """The field. When its text is complete, it sends `{"kind": "token", "token": …}` and is empty again.

    The text of ipywidgets' own Password is widget state: JupyterLab's autosave would save it in the notebook,
    and the front end may hold it back until after the click on a button.
    """

    _esm = Path(__file__).with_name("token_field.js")
    description = traitlets.Unicode().tag(sync=True)
    placeholder = traitlets.Unicode().tag(sync=True)


class TokenField:
    """Holds the token that was typed, outside of the widget state, and returns it once."""

    def __init__(self, on_received: Callable[[], None]) -> None:
        """Call `on_received()` whenever a token has arrived and left the field."""
        self._token = ""
        self._on_received = on_received
        self._hint = ""
        self.view = TokenInput(description="Access token", layout={"width": "min(520px, 98%)"})
        self.view.on_msg(self._receive)

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

    def _receive(self, _: Any, message: dict[str, str], buffers: Any) -> None:
        if message.get("kind") == "token":
            self._token = message["token"]
            self.view.placeholder = "received and hidden; press Connect to use it"
            self._on_received()
